//! All peer connections of a unit: datagrams in, events out, and the first [`Egress`].

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;
use std::time::Instant;

use domain::Problem;
use domain::wire::Offer;
use domain::wire::Source;
use str0m::ice::StunMessage;
use str0m::net::Protocol;
use str0m::net::Receive;

use crate::MOST_OCTETS;
use crate::demux::Demux;
use crate::layers::Layer;
use crate::negotiate::read;
use crate::negotiate::refuse;
use crate::peer::Peer;
use crate::peer::Template;
use crate::route::Egress;
use crate::route::PacketView;
use crate::stats::Counters;
use crate::stats::count;
use crate::timers::Timers;
use crate::timers::after;
use crate::track::Packet;
use crate::verbs::Datagram;
use crate::verbs::SeatKey;

/// The shortest time between two turns of one connection that nothing but time asks for.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// What happened on a connection.
#[derive(Debug)]
pub(crate) enum PeerEvent {
    /// A media packet came in.
    Media(Source, Layer, Packet),
    /// A layer began (`true`) or stopped to arrive.
    Arriving(Source, Layer, bool),
    /// The client cannot go on without a keyframe on this slot.
    KeyframeWanted(usize),
    /// There is contact, or none any more.
    Contact(bool),
}

/// The peer connections, by seat.
///
/// Driving an `Rtc` costs time for each of its streams, so nothing is driven that has nothing to do: a packet
/// written marks its receiver, and [`flush`](Egress::flush) gives every marked connection one turn.
pub(crate) struct Peers {
    template: Template,
    local: SocketAddr,
    peers: BTreeMap<SeatKey, Peer>,
    demux: Demux,
    dirty: Vec<SeatKey>,
    timers: Timers<SeatKey>,
    sends: VecDeque<Datagram>,
    events: VecDeque<(SeatKey, PeerEvent)>,
    pub(crate) counters: Counters,
}

impl Peers {
    /// `local` is one of the addresses that the template's candidates name.
    pub(crate) fn new(template: Template, local: SocketAddr) -> Self {
        Self {
            template,
            local,
            peers: BTreeMap::new(),
            demux: Demux::default(),
            dirty: Vec::new(),
            timers: Timers::new(),
            sends: VecDeque::new(),
            events: VecDeque::new(),
            counters: Counters::default(),
        }
    }

    /// Takes a datagram, whatever it is.
    pub(crate) fn receive(&mut self, from: SocketAddr, bytes: &[u8], now: Instant) {
        count(&mut self.counters.datagrams);
        let destination = self.arrived_at(from);
        let datagram = Receive::new(Protocol::Udp, from, destination, bytes);
        let (true, Ok(datagram)) = (bytes.len() <= MOST_OCTETS, datagram) else {
            return count(&mut self.counters.garbage);
        };
        let named = self.named(bytes);
        let input = str0m::Input::Receive(now, datagram);
        let Some(seat) = named.or_else(|| self.demux.at(from)) else {
            return count(&mut self.counters.strangers);
        };
        let Some(peer) = self.peers.get_mut(&seat) else { return };
        if named.is_some() {
            // The message must prove that it knows the password before its address is believed.
            if !peer.rtc.accepts(&input) {
                return count(&mut self.counters.strangers);
            }
            self.demux.learn(seat, from);
        }
        match peer.rtc.handle_input(input) {
            Ok(()) => self.drain(seat, now),
            Err(_) => self.lose(seat),
        }
    }

    /// Takes an offer for a new connection or for the one that there is; returns the answer.
    ///
    /// # Errors
    /// [`Problem::BadOffer`]; an earlier connection stands then.
    pub(crate) fn offer(&mut self, seat: SeatKey, offer: &Offer, now: Instant) -> Result<String, Problem> {
        let reading = read(offer)?;
        let answer = if offer.fresh {
            let mut peer = Peer::new(&self.template, now);
            let answer = peer.accept(offer, reading)?;
            self.remove(seat);
            self.peers.insert(seat, peer);
            answer
        } else {
            let Some(peer) = self.peers.get_mut(&seat) else { return refuse("there is no connection to continue") };
            peer.accept(offer, reading)?
        };
        if let Some(peer) = self.peers.get_mut(&seat) {
            self.demux.name(seat, peer.name());
        }
        self.mark(seat);
        Ok(answer)
    }

    pub(crate) fn get(&self, seat: SeatKey) -> Option<&Peer> {
        self.peers.get(&seat)
    }

    pub(crate) fn len(&self) -> usize {
        self.peers.len()
    }

    /// Asks a sender for a keyframe.
    pub(crate) fn ask_keyframe(&mut self, seat: SeatKey, source: Source, layer: Layer) {
        if self.peers.get_mut(&seat).is_some_and(|peer| peer.ask_keyframe(source, layer)) {
            count(&mut self.counters.keyframes_asked);
            self.mark(seat);
        }
    }

    /// Forgets a connection.
    pub(crate) fn remove(&mut self, seat: SeatKey) {
        self.peers.remove(&seat);
        self.demux.forget(seat);
        self.timers.remove(seat);
    }

    pub(crate) fn next_event(&mut self) -> Option<(SeatKey, PeerEvent)> {
        self.events.pop_front()
    }

    pub(crate) fn next_send(&mut self) -> Option<Datagram> {
        self.sends.pop_front()
    }

    /// Whether somebody waits for a turn.
    pub(crate) fn is_dirty(&self, now: Instant) -> bool {
        !self.dirty.is_empty() || self.wake_at().is_some_and(|at| at <= now)
    }

    pub(crate) fn wake_at(&self) -> Option<Instant> {
        self.timers.earliest()
    }

    fn mark(&mut self, seat: SeatKey) {
        if let Some(peer) = self.peers.get_mut(&seat)
            && !peer.dirty
        {
            peer.dirty = true;
            self.dirty.push(seat);
        }
    }

    /// Gives a connection its turn.
    fn drive(&mut self, seat: SeatKey, now: Instant) {
        let Some(peer) = self.peers.get_mut(&seat) else { return };
        peer.dirty = false;
        match peer.rtc.handle_input(str0m::Input::Timeout(now)) {
            Ok(()) => self.drain(seat, now),
            Err(_) => self.lose(seat),
        }
    }

    /// Takes out of str0m what it has to say.
    fn drain(&mut self, seat: SeatKey, now: Instant) {
        let Some(peer) = self.peers.get_mut(&seat) else { return };
        let wake_at = loop {
            match peer.rtc.poll_output() {
                Ok(str0m::Output::Transmit(t)) => {
                    count(&mut self.counters.sent);
                    self.sends.push_back(Datagram { to: t.destination, bytes: t.contents });
                }
                Ok(str0m::Output::Event(event)) => {
                    if let Some(event) = translate(peer, event) {
                        self.events.push_back((seat, event));
                    }
                }
                Ok(str0m::Output::Timeout(at)) => break at,
                Err(_) => return self.lose(seat),
            }
        };
        if let Some(contact) = peer.contact(now) {
            self.events.push_back((seat, PeerEvent::Contact(contact)));
        }
        if !peer.rtc.is_alive() || peer.gives_up_at.is_some_and(|at| at <= now) {
            return self.lose(seat);
        }
        let wake_at = peer.gives_up_at.map_or(wake_at, |at| at.min(wake_at));
        self.timers.set(seat, wake_at.max(after(now, SHORTEST_WAIT)));
    }

    /// A connection is beyond repair.
    fn lose(&mut self, seat: SeatKey) {
        self.remove(seat);
        self.events.push_back((seat, PeerEvent::Contact(false)));
    }

    /// The seat that a request for connectivity (STUN) is addressed to.
    fn named(&self, bytes: &[u8]) -> Option<SeatKey> {
        if bytes.first().is_none_or(|first| *first > 1) {
            return None;
        }
        let message = StunMessage::parse(bytes).ok()?;
        self.demux.named(message.split_username()?.0)
    }

    /// The candidate that a datagram is taken to have come to.
    ///
    /// str0m matches it with its own candidates. Which of several addresses of this machine it really was, is
    /// of no interest: what leaves is routed by the destination.
    fn arrived_at(&self, from: SocketAddr) -> SocketAddr {
        let candidates = self.template.candidates.iter().map(str0m::Candidate::addr);
        let near = |address: &SocketAddr| {
            (address.is_ipv4() == from.is_ipv4(), address.ip().is_loopback() == from.ip().is_loopback())
        };
        candidates.max_by_key(near).unwrap_or(self.local)
    }
}

impl Egress for Peers {
    fn write(&mut self, receiver: SeatKey, slot: usize, view: &PacketView<'_>) {
        let Some(peer) = self.peers.get_mut(&receiver) else { return };
        if peer.write(slot, view) {
            count(&mut self.counters.forwarded);
            self.mark(receiver);
        }
    }

    fn flush(&mut self, now: Instant) {
        while let Some(seat) = self.timers.pop_due(now) {
            self.mark(seat);
        }
        let mut dirty = std::mem::take(&mut self.dirty);
        for seat in dirty.drain(..) {
            self.drive(seat, now);
        }
        self.dirty = dirty;
    }
}

/// What an event of str0m means to the conference, if anything.
fn translate(peer: &mut Peer, event: str0m::Event) -> Option<PeerEvent> {
    match event {
        str0m::Event::RtpPacket(packet) => {
            let (source, layer) = peer.stream(packet.header.ssrc)?;
            Some(PeerEvent::Media(source, layer, packet.into()))
        }
        str0m::Event::StreamPaused(stream) => {
            let (source, layer) = (peer.source(stream.mid)?, Layer::of(stream.rid)?);
            Some(PeerEvent::Arriving(source, layer, !stream.paused))
        }
        str0m::Event::KeyframeRequest(request) => peer.slot(request.mid).map(PeerEvent::KeyframeWanted),
        _ => None,
    }
}
