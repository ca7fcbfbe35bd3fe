//! All peer connections of a unit: datagrams in, events out, and the [`Egress`].

use std::collections::HashMap;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;
use std::time::Instant;

use domain::Problem;
use domain::wire::Offer;
use domain::wire::Quality;
use domain::wire::Source;
use rustc_hash::FxBuildHasher;
use str0m::ice::StunMessage;
use str0m::net::Protocol;
use str0m::net::Receive;

use crate::MOST_OCTETS;
use crate::codec::Format;
use crate::demux::Demux;
use crate::layers::Layer;
use crate::negotiate::read;
use crate::negotiate::refuse;
use crate::outbox::Outbox;
use crate::outbox::Train;
use crate::packet::Packet;
use crate::peer::Peer;
use crate::peer::Template;
use crate::route::Egress;
use crate::route::PacketView;
use crate::sender::Heard;
use crate::share::Demand;
use crate::stats::Counters;
use crate::stats::add;
use crate::stats::count;
use crate::timers::Timers;
use crate::timers::after;
use crate::verbs::SeatKey;

/// The shortest time between two turns of one connection that nothing but time asks for.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// The greatest first octet of a STUN message; what follows are DTLS and media (RFC 7983).
const LAST_STUN: u8 = 3;

/// What happened on a connection.
#[derive(Debug)]
pub(crate) enum PeerEvent {
    /// A media packet came in.
    Media(Source, Layer, Packet),
    /// A layer began (`true`) or stopped to arrive.
    Arriving(Source, Layer, bool),
    /// What the client says of what it receives.
    Heard(Heard),
    /// What the connection carries, in bits per second.
    Budget(u64),
    /// There is contact, or none any more.
    Contact(bool),
    /// The connection, whose word after contact is good, deserves another one.
    Grade(Quality),
}

/// The peer connections, by seat.
///
/// Driving an `Rtc` costs time for each of its streams, so nothing is driven that has nothing to do. What receivers
/// get goes past it: a packet written waits with its receiver's [`Sender`](crate::sender::Sender) until
/// [`flush`](Egress::flush) makes one train of all that gathered.
pub(crate) struct Peers {
    template: Template,
    local: SocketAddr,
    /// Each in a place of its own: they are large, and looked up for every packet.
    peers: HashMap<SeatKey, Box<Peer>, FxBuildHasher>,
    demux: Demux,
    /// Those whose `Rtc` waits for a turn.
    dirty: Vec<SeatKey>,
    /// Those for whom packets wait.
    writing: VecDeque<SeatKey>,
    timers: Timers<SeatKey>,
    outbox: Outbox,
    events: VecDeque<(SeatKey, PeerEvent)>,
    /// Whether the machine is so busy that delays are its own.
    pub(crate) strained: bool,
    pub(crate) counters: Counters,
}

impl Peers {
    /// `local` is one of the addresses that the template's candidates name.
    pub(crate) fn new(template: Template, local: SocketAddr) -> Self {
        Self {
            template,
            local,
            peers: HashMap::default(),
            demux: Demux::default(),
            dirty: Vec::new(),
            writing: VecDeque::new(),
            timers: Timers::new(),
            outbox: Outbox::default(),
            events: VecDeque::new(),
            strained: false,
            counters: Counters::default(),
        }
    }

    /// Takes a datagram, whatever it is.
    pub(crate) fn receive(&mut self, from: SocketAddr, bytes: &[u8], now: Instant) {
        count(&mut self.counters.datagrams);
        add(&mut self.counters.octets_received, bytes.len());
        let destination = self.arrived_at(from);
        let datagram = Receive::new(Protocol::Udp, from, destination, bytes);
        let (true, Ok(datagram)) = (bytes.len() <= MOST_OCTETS, datagram) else {
            return count(&mut self.counters.garbage);
        };
        let named = self.named(bytes);
        let input = str0m::Input::Receive(now, datagram);
        let Some(seat) = named.map(|(seat, _)| seat).or_else(|| self.demux.at(from)) else {
            return count(&mut self.counters.strangers);
        };
        let Some(peer) = self.peers.get_mut(&seat) else { return };
        if let Some((_, nominated)) = named {
            // The message must prove that it knows the password before its address is believed.
            if !peer.rtc.accepts(&input) {
                return count(&mut self.counters.strangers);
            }
            self.demux.learn(seat, from);
            if nominated {
                peer.address = Some(from);
            }
        } else if is_rtcp(bytes)
            && let Some(sender) = &mut peer.sender
        {
            sender.strain(self.strained);
            let Some(heard) = sender.hear(bytes, now) else { return };
            peer.heard_at = Some(now);
            let own = heard.contains(&Heard::Own);
            self.events.extend(heard.into_iter().map(|heard| (seat, PeerEvent::Heard(heard))));
            self.events.extend(sender.budget(now).map(|rate| (seat, PeerEvent::Budget(rate))));
            if !own {
                return;
            }
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
            let mut peer = Box::new(Peer::new(&self.template, now));
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
        Ok(self.template.candidates.complete(&answer))
    }

    pub(crate) fn get(&self, seat: SeatKey) -> Option<&Peer> {
        self.peers.get(&seat).map(Box::as_ref)
    }

    pub(crate) fn len(&self) -> usize {
        self.peers.len()
    }

    /// Says what a receiver is given and what it would take, which decides whether more is tried.
    pub(crate) fn set_demand(&mut self, seat: SeatKey, demand: Demand) {
        if let Some(sender) = self.peers.get_mut(&seat).and_then(|peer| peer.sender.as_mut()) {
            sender.demand = demand;
        }
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

    /// Hands out what is to be sent, and takes an empty outbox for what comes next.
    pub(crate) fn swap_outbox(&mut self, outbox: &mut Outbox) {
        outbox.clear();
        std::mem::swap(&mut self.outbox, outbox);
        add(&mut self.counters.sent, outbox.trains().iter().map(Train::datagrams).sum());
        add(&mut self.counters.octets_sent, outbox.trains().iter().map(Train::size).sum());
    }

    /// Whether what is to be sent must be handed out before there can be more.
    pub(crate) fn is_full(&self) -> bool {
        self.outbox.is_full()
    }

    /// Whether somebody waits for a turn.
    pub(crate) fn is_dirty(&self, now: Instant) -> bool {
        !self.dirty.is_empty() || !self.writing.is_empty() || self.wake_at().is_some_and(|at| at <= now)
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
                    if t.contents.first().is_some_and(|first| *first > LAST_STUN) {
                        // Everything but a check of connectivity goes where ICE has settled.
                        peer.address = Some(t.destination);
                    }
                    self.outbox.push(t.destination, |slab| slab.extend_from_slice(&t.contents));
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
            peer.equip(&self.template, now);
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

    /// The seat that a request for connectivity (STUN) is addressed to, and whether it settles on its address.
    fn named(&self, bytes: &[u8]) -> Option<(SeatKey, bool)> {
        if bytes.first().is_none_or(|first| *first > LAST_STUN) {
            return None;
        }
        let message = StunMessage::parse(bytes).ok()?;
        Some((self.demux.named(message.split_username()?.0)?, message.use_candidate()))
    }

    /// Puts a packet with a receiver's sender.
    fn put(&mut self, receiver: SeatKey, slot: usize, view: &PacketView<'_>, repeat: bool) {
        let Some(peer) = self.peers.get_mut(&receiver) else { return };
        if peer.sender.as_mut().is_some_and(|sender| sender.write(slot, view, repeat)) {
            count(if repeat { &mut self.counters.repeated } else { &mut self.counters.forwarded });
            if !std::mem::replace(&mut peer.writing, true) {
                self.writing.push_back(receiver);
            }
        }
    }

    fn begin_writing(&mut self, seat: SeatKey) {
        if let Some(peer) = self.peers.get_mut(&seat).filter(|peer| !peer.writing) {
            peer.writing = true;
            self.writing.push_back(seat);
        }
    }

    /// The candidate that a datagram is taken to have come to.
    ///
    /// str0m matches it with its own candidates. Which of several addresses of this machine it really was, is
    /// of no interest: what leaves is routed by the destination.
    fn arrived_at(&self, from: SocketAddr) -> SocketAddr {
        let candidates = self.template.candidates.udp.iter().map(str0m::Candidate::addr);
        let near = |address: &SocketAddr| {
            (address.is_ipv4() == from.is_ipv4(), address.ip().is_loopback() == from.ip().is_loopback())
        };
        candidates.max_by_key(near).unwrap_or(self.local)
    }
}

impl Egress for Peers {
    fn write(&mut self, receiver: SeatKey, slot: usize, view: &PacketView<'_>) {
        self.put(receiver, slot, view, false);
    }

    fn repeat(&mut self, receiver: SeatKey, slot: usize, view: &PacketView<'_>) {
        self.put(receiver, slot, view, true);
    }

    fn flush(&mut self, now: Instant) {
        while let Some(seat) = self.timers.pop_due(now) {
            self.mark(seat);
            self.begin_writing(seat);
        }
        let mut dirty = std::mem::take(&mut self.dirty);
        for seat in dirty.drain(..) {
            self.drive(seat, now);
        }
        self.dirty = dirty;
        while !self.outbox.is_full()
            && let Some(seat) = self.writing.pop_front()
        {
            let Some(peer) = self.peers.get_mut(&seat) else { continue };
            peer.writing = false;
            if let (Some(sender), Some(address)) = (&mut peer.sender, peer.address) {
                sender.flush(address, now, &mut self.outbox);
                if let Some(at) = sender.probes_at() {
                    self.timers.set(seat, at.max(after(now, SHORTEST_WAIT)));
                }
            }
        }
    }
}

/// Whether a datagram is RTCP (RFC 5761 §4, RFC 7983).
fn is_rtcp(bytes: &[u8]) -> bool {
    matches!(bytes, [128..=191, 192..=223, ..])
}

/// What an event of str0m means to the conference, if anything.
fn translate(peer: &mut Peer, event: str0m::Event) -> Option<PeerEvent> {
    match event {
        str0m::Event::RtpPacket(packet) => {
            let (source, layer) = peer.stream(packet.header.ssrc)?;
            let format = peer.format(packet.header.payload_type)?;
            peer.taken = peer.taken.saturating_add(1);
            peer.heard_at = Some(packet.timestamp);
            let packet = Packet::new(packet, format)?;
            // What is in the blocks is passed on as this codec, and must be said to be that.
            let plain = Format { redundant: false, ..format };
            let is_said = packet.redundancy.is_none_or(|redundancy| peer.format(redundancy.pt) == Some(plain));
            is_said.then_some(PeerEvent::Media(source, layer, packet))
        }
        str0m::Event::StreamPaused(stream) => {
            let (source, layer) = (peer.source(stream.mid)?, Layer::of(stream.rid)?);
            Some(PeerEvent::Arriving(source, layer, !stream.paused))
        }
        str0m::Event::PeerStats(stats) => peer.look(stats.ingress_loss_fraction).map(PeerEvent::Grade),
        _ => None,
    }
}
