//! All participants of a run: their sockets, and the loop that sends and receives for them.

use std::io::IoSliceMut;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;
use std::time::Duration;
use std::time::Instant;

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

/// Beats that are made up for; after more of them nobody was served on purpose, and nobody spoke.
const MOST_MISSED: u32 = 100;

/// The participants.
pub(crate) struct Fleet {
    pub(crate) tally: Tally,
    /// Whoever left leaves an empty place: what was on its way to them must not reach somebody else.
    members: Vec<Option<Member>>,
    bind: IpAddr,
    epoll: Epoll,
    epoch: Instant,
    beats: u32,
    buffer: Vec<u8>,
    /// How much later than its time a beat ended at most: what others measure cannot be finer than this.
    pub(crate) latest: Duration,
}

/// A participant and its socket.
struct Member {
    client: Client,
    socket: UdpSocket,
}

impl Member {
    fn drive(&mut self, now: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        // What the kernel does not take is lost, as on any network.
        self.client.drive(now, tally, |to, bytes| drop(self.socket.send_to(bytes, to)))
    }
}

impl Fleet {
    /// Nobody yet. `epoch` is the moment that stamps in the media count from.
    pub(crate) fn new(bind: IpAddr, epoch: Instant) -> anyhow::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::empty())?;
        let (members, tally, buffer) = (Vec::new(), Tally::default(), vec![0; 1 << 16]);
        let latest = Duration::ZERO;
        Ok(Self { members, tally, bind, epoll, epoch, beats: beats_since(epoch), buffer, latest })
    }

    /// The moment that stamps count from.
    pub(crate) fn epoch(&self) -> Instant {
        self.epoch
    }

    /// Adds somebody; returns their place.
    pub(crate) fn add(&mut self, shape: Shape) -> anyhow::Result<usize> {
        let index = self.members.len();
        let socket = UdpSocket::bind((self.bind, 0))?;
        socket.set_nonblocking(true)?;
        setsockopt(&socket, UdpGroSegment, &true)?;
        self.epoll.add(&socket, EpollEvent::new(EpollFlags::EPOLLIN, index as u64))?;
        let client = Client::new(index, shape, socket.local_addr()?, self.epoch, clock::monotonic())?;
        self.members.push(Some(Member { client, socket }));
        Ok(index)
    }

    /// Takes somebody away, without a word to the server.
    pub(crate) fn remove(&mut self, index: usize) -> anyhow::Result<()> {
        if let Some(member) = self.members.get_mut(index).and_then(Option::take) {
            self.epoll.delete(&member.socket)?;
        }
        Ok(())
    }

    /// Everybody who is there.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &Client> {
        self.members.iter().flatten().map(|member| &member.client)
    }

    /// Who sits on a place.
    pub(crate) fn client(&mut self, index: usize) -> Option<&mut Client> {
        Some(&mut self.members.get_mut(index)?.as_mut()?.client)
    }

    /// Whether everybody has seen a picture and heard a voice.
    pub(crate) fn is_complete(&self) -> bool {
        self.clients().all(|client| client.flow().complete_at().is_some())
    }

    /// Forgets everything counted so far.
    pub(crate) fn forget(&mut self) {
        self.tally.clear();
        self.latest = Duration::ZERO;
        self.members.iter_mut().flatten().for_each(|member| member.client.forget_flow());
    }

    /// One beat: receive until it is due, then let everybody who has to do something.
    pub(crate) fn beat(&mut self) -> anyhow::Result<()> {
        self.beats += 1;
        let missed = beats_since(self.epoch);
        if missed > self.beats + MOST_MISSED {
            self.beats = missed;
        }
        let due = self.epoch + BEAT * self.beats;
        loop {
            let left = due.saturating_duration_since(clock::monotonic());
            if left.is_zero() {
                break;
            }
            self.receive(left)?;
        }
        let now = clock::monotonic();
        self.latest = self.latest.max(now.saturating_duration_since(due));
        for member in self.members.iter_mut().flatten() {
            let client = &mut member.client;
            // Participants film one after the other, not all in the same moment, as people do.
            let beat = self.beats.wrapping_add(client.index as u32);
            if client.connected && beat.is_multiple_of(4) {
                client.speak(now);
            }
            if client.connected && beat.is_multiple_of(8) {
                client.film(now);
            }
            client.report(now, |to, bytes| drop(member.socket.send_to(bytes, to)));
            if client.wake_at <= now {
                member.drive(now, &mut self.tally)?;
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
            let Some(Some(member)) = self.members.get_mut(event.data() as usize) else { continue };
            // One train each: whoever has more is named again at once, and asking whether there is more would cost
            // another system call for each train.
            let Some((from, size, octets)) = train(&member.socket, &mut self.buffer) else { continue };
            let now = clock::monotonic();
            for bytes in octets.chunks(size) {
                member.client.receive(from, bytes, now, &mut self.tally)?;
            }
            if member.client.wake_at <= now {
                member.drive(now, &mut self.tally)?;
            }
        }
        Ok(())
    }
}

/// The beats that are over since a moment: a fleet that begins later than another of the same epoch keeps its time.
fn beats_since(epoch: Instant) -> u32 {
    let elapsed = clock::monotonic().saturating_duration_since(epoch);
    u32::try_from(elapsed.as_millis() / BEAT.as_millis()).unwrap_or(u32::MAX)
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
