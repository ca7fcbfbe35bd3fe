//! A UDP socket that moves datagrams in batches.

use std::io;
use std::io::IoSlice;
use std::io::IoSliceMut;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::os::fd::AsRawFd;
use std::os::fd::BorrowedFd;

use nix::errno::Errno;
use nix::sys::socket::ControlMessage;
use nix::sys::socket::MsgFlags;
use nix::sys::socket::MultiHeaders;
use nix::sys::socket::SockaddrStorage;
use nix::sys::socket::recvmmsg;
use nix::sys::socket::sendmmsg;
use nix::sys::socket::sendmsg;
use sfu::Datagram;
use socket2::Domain;
use socket2::Protocol;
use socket2::Socket;
use socket2::Type;

/// Datagrams per system call.
const BATCH: usize = 64;

/// Octets kept of a datagram that comes in; what is longer than the unit takes at all is cut and refused there.
const OCTETS: usize = 2048;

/// What the kernel holds for us between two ticks: a quarter of a second at 100 Mbit/s.
const BUFFER: usize = 4 << 20;

/// Limits of UDP segmentation offload: segments, and octets with headers.
const SEGMENTS: usize = 60;
const SEGMENTED: usize = 60_000;

/// The socket.
pub(super) struct BatchSocket {
    socket: Socket,
    local: SocketAddr,
    incoming: MultiHeaders<SockaddrStorage>,
    outgoing: MultiHeaders<SockaddrStorage>,
    buffers: Vec<[u8; OCTETS]>,
    /// Whether the kernel cuts large sends into datagrams for us; found out by trying.
    segments: bool,
}

/// A socket bound to a port, which a worker makes into a [`BatchSocket`] on its own thread.
pub(super) fn bind(ip: IpAddr, port: u16) -> io::Result<Socket> {
    let address = SocketAddr::new(ip, port);
    let named = |e: io::Error| io::Error::new(e.kind(), format!("UDP {address}: {e}"));
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP)).map_err(named)?;
    if address.is_ipv6() {
        socket.set_only_v6(false).map_err(named)?;
    }
    socket.set_nonblocking(true).map_err(named)?;
    // The kernel may grant less (net.core.rmem_max); that costs packets under load, and is no reason not to start.
    let _ = socket.set_recv_buffer_size(BUFFER);
    let _ = socket.set_send_buffer_size(BUFFER);
    socket.bind(&address.into()).map_err(named)?;
    Ok(socket)
}

impl BatchSocket {
    pub(super) fn new(socket: Socket) -> io::Result<Self> {
        let local = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(Self {
            socket,
            local,
            incoming: MultiHeaders::preallocate(BATCH, None),
            outgoing: MultiHeaders::preallocate(BATCH, None),
            buffers: vec![[0; OCTETS]; BATCH],
            segments: true,
        })
    }

    pub(super) fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// Hands what has come in, one batch at most, to `take`. Returns whether there may be more.
    pub(super) fn receive(&mut self, mut take: impl FnMut(SocketAddr, &[u8])) -> bool {
        let mut slices: Vec<[IoSliceMut<'_>; 1]> = self.buffers.iter_mut().map(|b| [IoSliceMut::new(b)]).collect();
        let fd = self.socket.as_raw_fd();
        let Ok(messages) = recvmmsg(fd, &mut self.incoming, slices.iter_mut(), MsgFlags::MSG_DONTWAIT, None) else {
            return false;
        };
        let mut count = 0;
        for message in messages {
            count += 1;
            let from = message.address.as_ref().and_then(std_address);
            if let (Some(from), Some(bytes)) = (from, message.iovs().next()) {
                take(from, bytes);
            }
        }
        count == BATCH
    }

    /// Sends everything. Returns how many datagrams the kernel did not take; media is worth nothing later, so
    /// they are not kept.
    pub(super) fn send(&mut self, datagrams: &[Datagram]) -> u64 {
        let mut unsent = 0;
        let mut singles: Vec<&Datagram> = Vec::with_capacity(datagrams.len());
        // What one connection sends in one turn stands together, so order within a connection is kept.
        for train in datagrams.chunk_by(|a, b| a.to == b.to) {
            match train {
                [single] => singles.push(single),
                _ if self.segments => unsent += self.send_train(train),
                _ => singles.extend(train),
            }
        }
        for batch in singles.chunks(BATCH) {
            unsent += self.send_batch(batch);
        }
        unsent
    }

    /// Sends datagrams for one destination with as few system calls as their sizes allow.
    fn send_train(&mut self, mut train: &[Datagram]) -> u64 {
        let mut unsent = 0;
        while let Some(first) = train.first() {
            let (head, tail) = train.split_at(segmentable(train));
            train = tail;
            let slices: Vec<IoSlice<'_>> = head.iter().map(|d| IoSlice::new(&d.bytes)).collect();
            let size = u16::try_from(first.bytes.len()).unwrap_or(u16::MAX);
            let control = [ControlMessage::UdpGsoSegments(&size)];
            let control = if head.len() > 1 { control.as_slice() } else { &[] };
            let to = self.address(first.to);
            match sendmsg(self.socket.as_raw_fd(), &slices, control, MsgFlags::MSG_DONTWAIT, Some(&to)) {
                Ok(_) => {}
                Err(Errno::EIO | Errno::EINVAL | Errno::ENOPROTOOPT | Errno::EOPNOTSUPP) if head.len() > 1 => {
                    self.segments = false;
                    let rest: Vec<&Datagram> = head.iter().chain(train).collect();
                    return unsent + rest.chunks(BATCH).map(|batch| self.send_batch(batch)).sum::<u64>();
                }
                Err(_) => unsent += head.len() as u64,
            }
        }
        unsent
    }

    fn send_batch(&mut self, mut batch: &[&Datagram]) -> u64 {
        let mut unsent = 0;
        while !batch.is_empty() {
            let slices: Vec<[IoSlice<'_>; 1]> = batch.iter().map(|d| [IoSlice::new(&d.bytes)]).collect();
            let to: Vec<Option<SockaddrStorage>> = batch.iter().map(|d| Some(self.address(d.to))).collect();
            let fd = self.socket.as_raw_fd();
            let sent = sendmmsg(fd, &mut self.outgoing, &slices, &to, [], MsgFlags::MSG_DONTWAIT).map(Iterator::count);
            // An error is about the first datagram (an address that cannot be reached, say): the others go on.
            let done = sent.unwrap_or(0);
            if done == 0 {
                unsent += 1;
            }
            batch = batch.get(done.max(1)..).unwrap_or_default();
        }
        unsent
    }

    /// An address as this socket's family writes it.
    fn address(&self, to: SocketAddr) -> SockaddrStorage {
        match (self.local, to) {
            (SocketAddr::V6(_), SocketAddr::V4(v4)) => {
                SocketAddr::new(IpAddr::V6(v4.ip().to_ipv6_mapped()), v4.port()).into()
            }
            _ => to.into(),
        }
    }
}

/// How many datagrams from the first on can leave as one: all of one size, the last one possibly shorter.
fn segmentable(train: &[Datagram]) -> usize {
    let Some(size) = train.first().map(|d| d.bytes.len()) else { return 0 };
    let most = SEGMENTS.min(SEGMENTED / size.max(1)).max(1);
    let equal = train.iter().take(most).take_while(|d| d.bytes.len() == size).count();
    let shorter = train.get(equal).is_some_and(|d| equal < most && d.bytes.len() < size && !d.bytes.is_empty());
    equal + usize::from(shorter)
}

/// The address that a datagram came from, with IPv4 as IPv4 also on a socket for both.
fn std_address(address: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = address.as_sockaddr_in().map(|a| SocketAddr::from((a.ip(), a.port())));
    let v6 = || address.as_sockaddr_in6().map(|a| SocketAddr::from((a.ip(), a.port())));
    v4.or_else(v6).map(|a| SocketAddr::new(a.ip().to_canonical(), a.port()))
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    fn datagram(to: SocketAddr, len: usize) -> Datagram {
        Datagram { to, bytes: vec![len as u8; len].into() }
    }

    #[test]
    fn datagrams_are_segmentable_while_their_size_stays() {
        let to = SocketAddr::from(([127, 0, 0, 1], 9));
        let check = |sizes: &[usize], want: usize| {
            let train: Vec<Datagram> = sizes.iter().map(|size| datagram(to, *size)).collect();
            assert_eq!(segmentable(&train), want, "{sizes:?}");
        };
        check(&[], 0);
        check(&[100], 1);
        check(&[100, 100, 100], 3);
        check(&[100, 100, 40, 40], 3);
        check(&[40, 100], 1);
        check(&[1200; 70], 50);
        check(&[10; 70], SEGMENTS);
    }

    #[test]
    fn what_is_sent_arrives_in_order_with_and_without_segments() {
        let mine = bind(IpAddr::from([127, 0, 0, 1]), 0).unwrap();
        let mut mine = BatchSocket::new(mine).unwrap();
        let other = UdpSocket::bind("127.0.0.1:0").unwrap();
        let sizes = [200, 200, 200, 90, 200, 30];
        for segments in [true, false] {
            mine.segments = segments;
            let train: Vec<Datagram> = sizes.iter().map(|size| datagram(other.local_addr().unwrap(), *size)).collect();
            assert_eq!(mine.send(&train), 0);
            for size in sizes {
                let mut buffer = [0; 1000];
                assert_eq!(other.recv(&mut buffer).unwrap(), size);
                assert_eq!(buffer[0], size as u8);
            }
        }
        for n in 0..3_u8 {
            other.send_to(&[n], mine.local).unwrap();
        }
        let mut got = Vec::new();
        assert!(!mine.receive(|from, bytes| got.push((from, bytes.to_vec()))));
        let from = other.local_addr().unwrap();
        assert_eq!(got, (0..3).map(|n| (from, vec![n])).collect::<Vec<_>>());
    }
}
