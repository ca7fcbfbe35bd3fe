//! ICE over TCP (RFC 6544) for whoever's network lets no UDP out.
//!
//! Each connection is bridged to its worker's UDP port by a socket of its own: a worker and what it does for each
//! packet know nothing of TCP. Whoever does not take what they are sent lose datagrams, as they would by UDP, and the
//! estimate of what their connection carries follows.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread::JoinHandle;
use std::time::Duration;

use futures::StreamExt;
use nix::sys::resource::Resource;
use nix::sys::resource::getrlimit;
use socket2::Domain;
use socket2::Protocol;
use socket2::SockRef;
use socket2::Socket;
use socket2::Type;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::net::UdpSocket;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio::time::sleep;
use tokio::time::sleep_until;
use tokio::time::timeout;
use tokio_util::bytes::Buf;
use tokio_util::bytes::BufMut;
use tokio_util::bytes::BytesMut;
use tokio_util::codec::FramedRead;
use tokio_util::codec::LengthDelimitedCodec;

/// Connections at a time: all, and those of one address, behind which a whole school may be.
const MOST: usize = 2000;
const MOST_OF_ONE: usize = 200;

/// The part of the process's descriptors that all of them together may take, two each: pages must be served whatever
/// strangers open here.
const PART_OF_DESCRIPTORS: usize = 4;

/// How soon a connection must begin with a check of connectivity, and how long it may be silent afterwards: browsers
/// check every few seconds.
const HELLO: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(30);

/// How long nothing is accepted when the system has no more descriptors.
const EXHAUSTED: Duration = Duration::from_millis(200);

/// Octets that wait for a connection, here and in the kernel; what comes while so much waits is dropped. A quarter of a
/// second at 2 Mbit/s: sound that is older is of no use.
const MOST_WAITING: usize = 64 << 10;

/// A frame carries one datagram, behind its length in two octets (RFC 4571).
const LENGTH: usize = 2;

/// The greatest first octet of a STUN message (RFC 7983).
const LAST_STUN: u8 = 3;

/// The thread that serves all connections over TCP.
pub(super) struct Bridges {
    stop: watch::Sender<bool>,
    thread: JoinHandle<()>,
}

/// A port that is listened on, and the worker behind it.
pub(super) struct Door {
    pub(super) listener: std::net::TcpListener,
    pub(super) worker: SocketAddr,
}

impl Door {
    /// Listens on a port for a worker, whose socket is bound to `worker`.
    pub(super) fn bind(ip: IpAddr, port: u16, worker: SocketAddr) -> io::Result<Self> {
        let address = SocketAddr::new(ip, port);
        let named = |e: io::Error| io::Error::new(e.kind(), format!("TCP {address}: {e}"));
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP)).map_err(named)?;
        if address.is_ipv6() {
            socket.set_only_v6(false).map_err(named)?;
        }
        // What remains of earlier connections must not keep a restart from the port.
        socket.set_reuse_address(true).map_err(named)?;
        socket.set_nonblocking(true).map_err(named)?;
        socket.bind(&address.into()).map_err(named)?;
        socket.listen(256).map_err(named)?;
        Ok(Self { listener: socket.into(), worker })
    }

    pub(super) fn port(&self) -> io::Result<u16> {
        Ok(self.listener.local_addr()?.port())
    }
}

impl Bridges {
    /// Serves the doors on a thread of their own.
    pub(super) fn start(doors: Vec<Door>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, mut stopped) = watch::channel(false);
        let thread = std::thread::Builder::new().name("media-tcp".into()).spawn(move || {
            let guests = Guests::new(bearable());
            runtime.block_on(async {
                for door in doors {
                    tokio::spawn(serve(door, guests.clone()));
                }
                // The sender's end is an order to stop as well.
                let _ = stopped.wait_for(|stop| *stop).await;
            });
        })?;
        Ok(Self { stop, thread })
    }

    /// Ends all connections.
    pub(super) fn stop(self) -> std::thread::Result<()> {
        self.stop.send_replace(true);
        self.thread.join()
    }
}

/// Who is connected, by address.
#[derive(Clone)]
struct Guests {
    most: usize,
    here: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// As many connections as there are descriptors for.
fn bearable() -> usize {
    let descriptors =
        getrlimit(Resource::RLIMIT_NOFILE).map_or(0, |(soft, _)| usize::try_from(soft).unwrap_or(usize::MAX));
    (descriptors / 2 / PART_OF_DESCRIPTORS).min(MOST)
}

/// One connection, counted for as long as it lives.
struct Guest {
    of: Guests,
    address: IpAddr,
}

impl Guests {
    fn new(most: usize) -> Self {
        Self { most, here: Arc::default() }
    }

    /// Counts a connection; `None` where there are too many.
    fn admit(&self, address: IpAddr) -> Option<Guest> {
        let address = address.to_canonical();
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = here.values().sum();
        let of_one = here.get(&address).copied().unwrap_or_default();
        if all >= self.most || of_one >= MOST_OF_ONE {
            return None;
        }
        here.insert(address, of_one + 1);
        Some(Guest { of: self.clone(), address })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut here = self.of.here.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = here.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                here.remove(&self.address);
            }
        }
    }
}

async fn serve(door: Door, guests: Guests) {
    let worker = near(door.worker);
    let listener = match TcpListener::from_std(door.listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "Media over TCP is not served"),
    };
    loop {
        match listener.accept().await {
            Ok((stream, from)) => {
                if let Some(guest) = guests.admit(from.ip()) {
                    tokio::spawn(async move {
                        let ended = bridge(stream, worker).await;
                        tracing::debug!(?ended, "A media connection over TCP has ended");
                        drop(guest);
                    });
                }
            }
            Err(_) => sleep(EXHAUSTED).await,
        }
    }
}

/// How a socket that is bound to `worker` is reached from this machine.
fn near(worker: SocketAddr) -> SocketAddr {
    let ip = match worker.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, worker.port())
}

/// Carries frames and datagrams to and fro until either side ends.
async fn bridge(stream: TcpStream, worker: SocketAddr) -> io::Result<()> {
    stream.set_nodelay(true)?;
    SockRef::from(&stream).set_send_buffer_size(MOST_WAITING)?;
    let udp = UdpSocket::bind(SocketAddr::new(worker.ip(), 0)).await?;
    udp.connect(worker).await?;
    let (read, mut write) = stream.into_split();
    let mut frames = FramedRead::new(read, codec());
    udp.send(&greeting(&mut frames).await?).await?;
    let mut waiting = BytesMut::with_capacity(MOST_WAITING);
    let mut datagram = [0; sfu::MOST_OCTETS];
    let mut ends_at = Instant::now() + SILENCE;
    loop {
        tokio::select! {
            frame = frames.next() => {
                let Some(frame) = frame else { return Ok(()) };
                udp.send(&frame?).await?;
                ends_at = Instant::now() + SILENCE;
            }
            octets = udp.recv(&mut datagram) => enqueue(&mut waiting, datagram.get(..octets?).unwrap_or_default()),
            written = write.write_buf(&mut waiting), if waiting.has_remaining() => {
                written?;
            }
            () = sleep_until(ends_at) => return Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

fn codec() -> LengthDelimitedCodec {
    LengthDelimitedCodec::builder().length_field_length(LENGTH).max_frame_length(sfu::MOST_OCTETS).new_codec()
}

/// The first frame. Whoever does not begin with a check of connectivity is no browser in a meeting.
async fn greeting(frames: &mut FramedRead<OwnedReadHalf, LengthDelimitedCodec>) -> io::Result<BytesMut> {
    let first = timeout(HELLO, frames.next()).await?.ok_or(io::ErrorKind::UnexpectedEof)??;
    match first.first() {
        Some(octet) if *octet <= LAST_STUN => Ok(first),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Puts a datagram behind those that wait, if there is room for it.
fn enqueue(waiting: &mut BytesMut, datagram: &[u8]) {
    if let Ok(length) = u16::try_from(datagram.len())
        && waiting.len() + LENGTH + datagram.len() <= MOST_WAITING
    {
        waiting.put_u16(length);
        waiting.put_slice(datagram);
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    /// A worker's socket, and a way to it over TCP.
    async fn bridged() -> (UdpSocket, Bridges, TcpStream) {
        let worker = UdpSocket::bind((LOCAL, 0)).await.unwrap();
        let door = Door::bind(LOCAL, 0, worker.local_addr().unwrap()).unwrap();
        let port = door.port().unwrap();
        let bridges = Bridges::start(vec![door]).unwrap();
        (worker, bridges, TcpStream::connect((LOCAL, port)).await.unwrap())
    }

    #[tokio::test]
    async fn frames_become_datagrams_and_datagrams_frames() {
        let (worker, bridges, mut browser) = bridged().await;
        browser.write_all(b"\x00\x03\x00ab\x00\x02\x80c").await.unwrap();
        let mut buffer = [0; 100];
        let (octets, from) = worker.recv_from(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..octets], b"\x00ab");
        let octets = worker.recv(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..octets], b"\x80c");
        worker.send_to(b"one", from).await.unwrap();
        worker.send_to(b"three", from).await.unwrap();
        let mut heard = [0; 12];
        browser.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"\x00\x03one\x00\x05three");
        bridges.stop().unwrap();
        assert_eq!(browser.read(&mut heard).await.unwrap(), 0, "the end of it is the end of all");
    }

    #[tokio::test]
    async fn what_is_no_browser_in_a_meeting_is_shown_the_door() {
        let (_worker, bridges, mut stranger) = bridged().await;
        stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let end = stranger.read(&mut [0; 10]).await;
        assert!(end.is_err() || end.is_ok_and(|octets| octets == 0));
        bridges.stop().unwrap();
    }

    #[test]
    fn what_finds_no_room_is_dropped_whole() {
        let mut waiting = BytesMut::new();
        for _ in 0..1000 {
            enqueue(&mut waiting, &[7; 998]);
        }
        assert_eq!(waiting.len(), MOST_WAITING / 1000 * 1000);
    }

    #[test]
    fn one_address_cannot_take_all_there_is() {
        let guests = Guests::new(MOST_OF_ONE + 1);
        let mut here: Vec<Guest> = (0..MOST_OF_ONE).filter_map(|_| guests.admit(LOCAL)).collect();
        assert_eq!(here.len(), MOST_OF_ONE);
        assert!(guests.admit("::ffff:127.0.0.1".parse().unwrap()).is_none());
        assert!(guests.admit("127.0.0.2".parse().unwrap()).is_some());
        let other = guests.admit("127.0.0.3".parse().unwrap());
        assert!(other.is_some() && guests.admit("127.0.0.4".parse().unwrap()).is_none(), "there is room for one more");
        here.pop();
        assert!(guests.admit(LOCAL).is_some());
    }
}
