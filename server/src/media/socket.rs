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
use sfu::Outbox;
use sfu::Train;
use socket2::Domain;
use socket2::Protocol;
use socket2::Socket;
use socket2::Type;

/// Datagrams per system call.
const BATCH: usize = 64;

/// Octets kept of a datagram that comes in; what is longer than the unit takes at all is cut and refused there.
const OCTETS: usize = 2048;

/// What the kernel holds for us between two ticks: a quarter of a second at 100 Mbit/s.
pub(super) const BUFFER: usize = 4 << 20;

/// The socket.
pub(super) struct BatchSocket {
    socket: Socket,
    local: SocketAddr,
    incoming: MultiHeaders<SockaddrStorage>,
    outgoing: MultiHeaders<SockaddrStorage>,
    segmented: MultiHeaders<SockaddrStorage>,
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
            segmented: MultiHeaders::preallocate(BATCH, Some(nix::cmsg_space!(u16))),
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
    pub(super) fn send(&mut self, outbox: &Outbox) -> u64 {
        let mut trains: Vec<&Train> = outbox.trains().iter().collect();
        // One system call takes many trains whose datagrams have one size. Those for one destination keep their order.
        trains.sort_by_key(|train| (train.round, segment(train)));
        let mut unsent = 0;
        for alike in trains.chunk_by(|a, b| (a.round, segment(a)) == (b.round, segment(b))) {
            for batch in alike.chunks(BATCH) {
                unsent += self.send_batch(outbox, batch);
            }
        }
        unsent
    }

    /// Sends trains that are all of one datagram, or all of many of the same size.
    fn send_batch(&mut self, outbox: &Outbox, mut batch: &[&Train]) -> u64 {
        let mut unsent = 0;
        while let Some(first) = batch.first() {
            let size = segment(first);
            if size.is_some() && !self.segments {
                return unsent + batch.iter().map(|train| self.send_apart(outbox, train)).sum::<u64>();
            }
            let messages = batch.iter().map(|train| (outbox.octets(train), train.to)).collect::<Vec<_>>();
            match self.send_messages(&messages, size) {
                // As many as the kernel took; an error is about the first one, and the others go on.
                Ok(sent) => batch = batch.get(sent.max(1)..).unwrap_or_default(),
                Err(Errno::EIO | Errno::EINVAL | Errno::ENOPROTOOPT | Errno::EOPNOTSUPP) if size.is_some() => {
                    self.segments = false;
                }
                Err(_) => {
                    unsent += first.datagrams() as u64;
                    batch = batch.get(1..).unwrap_or_default();
                }
            }
        }
        unsent
    }

    /// Sends the datagrams of a train one by one, where the kernel does not cut them.
    fn send_apart(&mut self, outbox: &Outbox, train: &Train) -> u64 {
        let whole: Vec<(&[u8], SocketAddr)> =
            outbox.octets(train).chunks(train.segment).map(|bytes| (bytes, train.to)).collect();
        let mut unsent = 0;
        let mut rest = whole.as_slice();
        while !rest.is_empty() {
            let sent = self.send_messages(rest.get(..BATCH).unwrap_or(rest), None).unwrap_or_default();
            unsent += u64::from(sent == 0);
            rest = rest.get(sent.max(1)..).unwrap_or_default();
        }
        unsent
    }

    /// One system call; returns how many messages the kernel took.
    fn send_messages(&mut self, messages: &[(&[u8], SocketAddr)], segment: Option<u16>) -> Result<usize, Errno> {
        let slices: Vec<[IoSlice<'_>; 1]> = messages.iter().map(|(bytes, _)| [IoSlice::new(bytes)]).collect();
        let to: Vec<Option<SockaddrStorage>> = messages.iter().map(|(_, to)| Some(self.address(*to))).collect();
        let fd = self.socket.as_raw_fd();
        let sent = match &segment {
            Some(size) => {
                let control = [ControlMessage::UdpGsoSegments(size)];
                sendmmsg(fd, &mut self.segmented, &slices, &to, control, MsgFlags::MSG_DONTWAIT)?.count()
            }
            None => sendmmsg(fd, &mut self.outgoing, &slices, &to, [], MsgFlags::MSG_DONTWAIT)?.count(),
        };
        Ok(sent)
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

/// The size that the kernel has to cut a train into; `None` for a single datagram.
fn segment(train: &Train) -> Option<u16> {
    u16::try_from(train.segment).ok().filter(|_| train.datagrams() > 1)
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

    #[test]
    fn what_is_sent_arrives_in_order_with_and_without_segments() {
        let mine = bind(IpAddr::from([127, 0, 0, 1]), 0).unwrap();
        let mut mine = BatchSocket::new(mine).unwrap();
        let others = [0; 3].map(|_| UdpSocket::bind("127.0.0.1:0").unwrap());
        let sizes = [200, 200, 200, 90, 200, 30];
        for segments in [true, false] {
            mine.segments = segments;
            let mut outbox = Outbox::default();
            for other in &others {
                for size in sizes {
                    outbox.push(other.local_addr().unwrap(), |slab| slab.resize(slab.len() + size, size as u8));
                }
            }
            assert_eq!(mine.send(&outbox), 0);
            for other in &others {
                for size in sizes {
                    let mut buffer = [0; 1000];
                    assert_eq!(other.recv(&mut buffer).unwrap(), size);
                    assert_eq!(buffer[0], size as u8);
                }
            }
        }
        for n in 0..3_u8 {
            others[0].send_to(&[n], mine.local).unwrap();
        }
        let mut got = Vec::new();
        assert!(!mine.receive(|from, bytes| got.push((from, bytes.to_vec()))));
        let from = others[0].local_addr().unwrap();
        assert_eq!(got, (0..3).map(|n| (from, vec![n])).collect::<Vec<_>>());
    }

    #[test]
    fn who_cannot_be_reached_keeps_nobody_else_from_it() {
        let mine = bind(IpAddr::from([127, 0, 0, 1]), 0).unwrap();
        let mut mine = BatchSocket::new(mine).unwrap();
        let other = UdpSocket::bind("127.0.0.1:0").unwrap();
        // Port 0 is nobody's: the kernel refuses it.
        let nobody = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut outbox = Outbox::default();
        for to in [nobody, other.local_addr().unwrap(), nobody, other.local_addr().unwrap()] {
            outbox.push(to, |slab| slab.push(7));
        }
        assert_eq!(mine.send(&outbox), 2);
        for _ in 0..2 {
            assert_eq!(other.recv(&mut [0; 10]).unwrap(), 1);
        }
    }
}
