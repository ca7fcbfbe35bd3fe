//! All participants of a run: their sockets, and the loop that sends and receives for them.

use std::io::IoSliceMut;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;
use std::time::Duration;
use std::time::Instant;

use anyhow::bail;
use nix::sys::epoll::Epoll;
use nix::sys::epoll::EpollCreateFlags;
use nix::sys::epoll::EpollEvent;
use nix::sys::epoll::EpollFlags;
use nix::sys::socket::ControlMessageOwned;
use nix::sys::socket::MsgFlags;
use nix::sys::socket::SockaddrStorage;
use nix::sys::socket::recvmsg;
use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::UdpGroSegment;

use crate::client::Client;
use crate::client::Shape;
use crate::clock;
use crate::tally::Tally;

/// The beat of the loop: voices every fourth, pictures every eighth time.
const BEAT: Duration = Duration::from_millis(5);

/// How long connecting may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The participants.
pub(crate) struct Fleet {
    pub(crate) clients: Vec<Client>,
    pub(crate) tally: Tally,
    sockets: Vec<UdpSocket>,
    epoll: Epoll,
    epoch: Instant,
    beats: u32,
    buffer: Vec<u8>,
}

impl Fleet {
    pub(crate) fn new(shapes: Vec<Shape>, bind: IpAddr) -> anyhow::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::empty())?;
        let epoch = clock::monotonic();
        let (mut clients, mut sockets) = (Vec::new(), Vec::new());
        for (index, shape) in shapes.into_iter().enumerate() {
            let socket = UdpSocket::bind((bind, 0))?;
            socket.set_nonblocking(true)?;
            setsockopt(&socket, UdpGroSegment, &true)?;
            epoll.add(&socket, EpollEvent::new(EpollFlags::EPOLLIN, index as u64))?;
            clients.push(Client::new(index, shape, socket.local_addr()?, epoch)?);
            sockets.push(socket);
        }
        Ok(Self { clients, tally: Tally::default(), sockets, epoll, epoch, beats: 0, buffer: vec![0; 1 << 16] })
    }

    /// Runs until everybody is connected.
    pub(crate) fn connect(&mut self) -> anyhow::Result<()> {
        let deadline = clock::monotonic() + PATIENCE;
        while !self.clients.iter().all(|c| c.connected) {
            if clock::monotonic() > deadline {
                let missing = self.clients.iter().filter(|c| !c.connected).count();
                bail!("{missing} of {} did not connect in {PATIENCE:?}", self.clients.len());
            }
            self.beat()?;
        }
        Ok(())
    }

    /// Runs for a while.
    pub(crate) fn run(&mut self, time: Duration) -> anyhow::Result<()> {
        let deadline = clock::monotonic() + time;
        self.run_until(|| clock::monotonic() >= deadline)
    }

    /// Runs until something is the case.
    pub(crate) fn run_until(&mut self, done: impl Fn() -> bool) -> anyhow::Result<()> {
        while !done() {
            self.beat()?;
        }
        Ok(())
    }

    /// One beat: receive until it is due, then let everybody who has to do something.
    fn beat(&mut self) -> anyhow::Result<()> {
        self.beats += 1;
        let due = self.epoch + BEAT * self.beats;
        loop {
            let left = due.saturating_duration_since(clock::monotonic());
            if left.is_zero() {
                break;
            }
            self.receive(left)?;
        }
        let now = clock::monotonic();
        for (client, socket) in self.clients.iter_mut().zip(&self.sockets) {
            // Participants film one after the other, not all in the same moment, as people do.
            let beat = self.beats.wrapping_add(client.index as u32);
            if client.connected && beat.is_multiple_of(4) {
                client.speak(now);
                client.wake_at = now;
            }
            if client.connected && beat.is_multiple_of(8) {
                client.film(now);
                client.wake_at = now;
            }
            if client.wake_at <= now {
                client.drive(now, &mut self.tally, |to, bytes| drop(socket.send_to(bytes, to)))?;
            }
        }
        Ok(())
    }

    fn receive(&mut self, wait: Duration) -> anyhow::Result<()> {
        let mut ready = [EpollEvent::empty(); 128];
        // Rounded up, so that the rest of a millisecond is slept and not spun away.
        let millis = u16::try_from(wait.as_micros().div_ceil(1000)).unwrap_or(1);
        let count = self.epoll.wait(&mut ready, millis)?;
        for event in ready.iter().take(count) {
            let index = event.data() as usize;
            let (Some(client), Some(socket)) = (self.clients.get_mut(index), self.sockets.get(index)) else { continue };
            while let Some((from, size, octets)) = train(socket, &mut self.buffer) {
                let now = clock::monotonic();
                for bytes in octets.chunks(size) {
                    client.receive(from, bytes, now, &mut self.tally)?;
                }
                if client.wake_at <= now {
                    client.drive(now, &mut self.tally, |to, bytes| drop(socket.send_to(bytes, to)))?;
                }
            }
        }
        Ok(())
    }
}

/// What the kernel has for a socket: datagrams of one sender and size, the last one possibly shorter, in one piece.
///
/// On a network, the card cuts what leaves and this side's kernel joins it again, both outside of the server's time.
/// Over loopback the server would pay for the cutting, so the pieces are taken whole (UDP_GRO).
fn train<'a>(socket: &UdpSocket, buffer: &'a mut [u8]) -> Option<(SocketAddr, usize, &'a [u8])> {
    let mut control = nix::cmsg_space!(i32);
    let mut slices = [IoSliceMut::new(buffer)];
    let fd = socket.as_raw_fd();
    let message = recvmsg::<SockaddrStorage>(fd, &mut slices, Some(&mut control), MsgFlags::MSG_DONTWAIT).ok()?;
    let segment = message.cmsgs().ok()?.find_map(|control| match control {
        ControlMessageOwned::UdpGroSegments(size) => usize::try_from(size).ok(),
        _ => None,
    });
    let address = message.address.as_ref()?;
    let v4 = address.as_sockaddr_in().map(|a| SocketAddr::from((a.ip(), a.port())));
    let from = v4.or_else(|| address.as_sockaddr_in6().map(|a| SocketAddr::from((a.ip(), a.port()))))?;
    let len = message.bytes;
    Some((from, segment.unwrap_or(len).max(1), buffer.get(..len).unwrap_or_default()))
}
