//! The unit: all conferences and connections of one worker, behind two verbs.

mod spread;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;

use domain::MeetingId;
use domain::ParticipantId;
use domain::Problem;
use domain::wire::Offer;
use domain::wire::Quality;
use str0m::crypto::from_feature_flags;

use crate::Error;
use crate::candidates::Candidates;
use crate::conference::Conference;
use crate::outbox::Outbox;
use crate::peer::Template;
use crate::peers::PeerEvent;
use crate::peers::Peers;
use crate::pressure::Pressure;
use crate::pressure::strains;
use crate::relay::Batch;
use crate::relay::UnitKey;
use crate::route::Egress;
use crate::sender::Heard;
use crate::stats::Counters;
use crate::stats::count;
use crate::timers::Timers;
use crate::verbs::Event;
use crate::verbs::Input;
use crate::verbs::Output;
use crate::verbs::SeatKey;

/// Offers answered per tick. An answer costs a millisecond (str0m tries out its cryptography for every connection),
/// so without a bound a meeting that begins on the hour would starve those that are under way.
const OFFERS_PER_TICK: usize = 4;

/// How a unit is made.
#[derive(Clone, Debug)]
pub struct SfuConfig {
    /// The addresses that answers name, with the port of this unit's socket; at least one.
    pub candidates: Vec<SocketAddr>,
    /// The addresses at which a bridge takes the same over TCP (RFC 6544), named after the others.
    pub tcp: Vec<SocketAddr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ConferenceKey(u64);

/// A selective forwarding unit.
///
/// Speaks two verbs: [`handle`](Self::handle) takes what has happened, and [`poll_output`](Self::poll_output) is
/// drained until it names the moment to come back. Handling many inputs before polling is what makes it fast:
/// what they cause leaves in one go.
pub struct Sfu {
    peers: Peers,
    conferences: BTreeMap<ConferenceKey, Conference>,
    meetings: BTreeMap<ConferenceKey, MeetingId>,
    by_meeting: BTreeMap<MeetingId, ConferenceKey>,
    seats: BTreeMap<SeatKey, ConferenceKey>,
    touched: BTreeSet<ConferenceKey>,
    timers: Timers<ConferenceKey>,
    offers: VecDeque<(SeatKey, Offer)>,
    offers_left: usize,
    pressure: Pressure,
    tells: VecDeque<(SeatKey, Event)>,
    relays: VecDeque<(UnitKey, Batch)>,
    conferences_made: u64,
    now: Instant,
}

impl Sfu {
    /// Makes a unit.
    ///
    /// # Errors
    /// [`Error::BadAddress`] for what cannot be advertised (an unspecified address, or none at all), and
    /// [`Error::NoCertificate`].
    pub fn new(config: &SfuConfig, now: Instant) -> Result<Self, Error> {
        let crypto = from_feature_flags();
        let certificate = crypto.dtls_provider.generate_certificate().ok_or(Error::NoCertificate)?;
        let candidates = Candidates::new(&config.candidates, &config.tcp)?;
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        let local = *config.candidates.first().ok_or(Error::BadAddress(nowhere))?;
        Ok(Self {
            peers: Peers::new(Template::new(certificate, &crypto, candidates, now), local),
            conferences: BTreeMap::new(),
            meetings: BTreeMap::new(),
            by_meeting: BTreeMap::new(),
            seats: BTreeMap::new(),
            touched: BTreeSet::new(),
            timers: Timers::new(),
            offers: VecDeque::new(),
            offers_left: OFFERS_PER_TICK,
            pressure: Pressure::default(),
            tells: VecDeque::new(),
            relays: VecDeque::new(),
            conferences_made: 0,
            now,
        })
    }

    /// Takes an input. Anything may come in, at any time and in any order.
    pub fn handle(&mut self, input: Input<'_>, now: Instant) {
        self.now = self.now.max(now);
        match input {
            Input::Datagram { from, bytes } => {
                self.peers.receive(from, bytes, self.now);
                self.take_events();
            }
            Input::Enter { seat, meeting, participant, others } => self.enter(seat, meeting, participant, &others),
            Input::Offer { seat, offer } => self.queue(seat, offer),
            Input::Want { seat, wishes } => self.with(seat, |conference, _| conference.want(seat, wishes)),
            Input::Publish { seat, publishing } => {
                self.with(seat, |conference, now| conference.publish(seat, publishing, now));
            }
            Input::Leave { seat } => self.leave(seat),
            Input::Relay { from, batch } => self.hear_unit(from, batch),
            Input::Lost { unit } => self.lose(unit),
            Input::Load { busy } => self.observe(busy),
            Input::Wake => {}
        }
    }

    /// Says what to do next; to be called until it says [`Output::WakeAt`].
    pub fn poll_output(&mut self) -> Output {
        if let Some(output) = self.next_output() {
            return output;
        }
        while self.settle() {
            if let Some(output) = self.next_output() {
                return output;
            }
        }
        self.offers_left = OFFERS_PER_TICK;
        let wake_at = if self.offers.is_empty() { self.wake_at() } else { self.now };
        Output::WakeAt(wake_at)
    }

    /// Hands out what is to be sent since the last time; what was in `outbox` is forgotten, its memory used again.
    ///
    /// To be called when [`poll_output`](Self::poll_output) has said [`Output::Send`] or [`Output::WakeAt`].
    pub fn swap_outbox(&mut self, outbox: &mut Outbox) {
        self.peers.swap_outbox(outbox);
    }

    /// What was counted so far.
    pub fn counters(&self) -> Counters {
        let size = |len: usize| u64::try_from(len).unwrap_or(u64::MAX);
        let (peers, conferences) = (size(self.peers.len()), size(self.conferences.len()));
        Counters { peers, conferences, shed: self.pressure.shed(), ..self.peers.counters }
    }

    fn next_output(&mut self) -> Option<Output> {
        if let Some((seat, event)) = self.tells.pop_front() {
            return Some(Output::Tell(seat, event));
        }
        let relay = self.relays.pop_front().map(|(unit, batch)| Output::Relay(unit, batch));
        relay.or_else(|| self.peers.is_full().then_some(Output::Send))
    }

    /// Does one round of what is due; `false` when nothing was.
    fn settle(&mut self) -> bool {
        let now = self.now;
        while let Some(key) = self.timers.pop_due(now) {
            self.touched.insert(key);
        }
        let answer = if self.offers_left > 0 { self.offers.pop_front() } else { None };
        if answer.is_none() && self.touched.is_empty() && !self.peers.is_dirty(now) {
            return false;
        }
        if let Some((seat, offer)) = answer {
            self.offers_left = self.offers_left.saturating_sub(1);
            self.answer(seat, &offer);
        }
        for key in std::mem::take(&mut self.touched) {
            self.settle_conference(key, now);
        }
        self.peers.flush(now);
        self.take_events();
        true
    }

    fn settle_conference(&mut self, key: ConferenceKey, now: Instant) {
        let Some(conference) = self.conferences.get_mut(&key) else { return };
        conference.forward(&mut self.peers);
        let effects = conference.settle(now);
        if let Some(at) = conference.wake_at(now) {
            self.timers.set(key, at);
        }
        let outgoing = conference.take_outgoing();
        self.tells.extend(effects.tells);
        for (seat, demand) in effects.demands {
            self.peers.set_demand(seat, demand);
        }
        for (seat, source, layer) in effects.keyframes {
            self.peers.ask_keyframe(seat, source, layer);
        }
        self.relay(key, outgoing);
    }

    fn wake_at(&self) -> Instant {
        // With nobody there it is enough to look up once a minute.
        let idle = crate::timers::after(self.now, std::time::Duration::from_secs(60));
        [self.timers.earliest(), self.peers.wake_at()].into_iter().flatten().min().unwrap_or(idle)
    }

    fn observe(&mut self, busy: f32) {
        self.peers.strained = strains(busy);
        if self.pressure.observe(busy) {
            for (key, conference) in &mut self.conferences {
                conference.shed(self.pressure.shed());
                self.touched.insert(*key);
            }
        }
    }

    fn enter(&mut self, seat: SeatKey, meeting: MeetingId, participant: ParticipantId, others: &[UnitKey]) {
        let made = &mut self.conferences_made;
        let key = *self.by_meeting.entry(meeting.clone()).or_insert_with(|| {
            count(made);
            ConferenceKey(*made)
        });
        self.meetings.insert(key, meeting);
        let conference = self.conferences.entry(key).or_default();
        conference.shed(self.pressure.shed());
        others.iter().for_each(|unit| conference.link(*unit));
        let before = conference.enter(seat, participant);
        self.seats.insert(seat, key);
        self.touched.insert(key);
        if let Some(before) = before {
            self.leave(before);
        }
    }

    fn leave(&mut self, seat: SeatKey) {
        self.peers.remove(seat);
        self.offers.retain(|(of, _)| *of != seat);
        let Some(key) = self.seats.remove(&seat) else { return };
        let Some(conference) = self.conferences.get_mut(&key) else { return };
        conference.leave(seat);
        self.touched.insert(key);
        if conference.is_empty() {
            self.end(key);
        }
    }

    /// Puts an offer in line; one per seat, the newest.
    fn queue(&mut self, seat: SeatKey, offer: Offer) {
        if !self.seats.contains_key(&seat) {
            let answer = Err(Problem::Busy);
            return self.tells.push_back((seat, Event::Answer { id: offer.id, answer }));
        }
        match self.offers.iter_mut().find(|(of, _)| *of == seat) {
            Some((_, waiting)) => {
                let id = std::mem::replace(waiting, offer).id;
                self.tells.push_back((seat, Event::Answer { id, answer: Err(Problem::Busy) }));
            }
            None => self.offers.push_back((seat, offer)),
        }
    }

    fn answer(&mut self, seat: SeatKey, offer: &Offer) {
        let answer = self.peers.offer(seat, offer, self.now);
        let counters = &mut self.peers.counters;
        count(if answer.is_ok() { &mut counters.answered } else { &mut counters.refused });
        if answer.is_ok()
            && let (Some(key), Some(peer)) = (self.seats.get(&seat), self.peers.get(seat))
            && let Some(conference) = self.conferences.get_mut(key)
        {
            conference.negotiated(seat, &peer.lines, offer.fresh);
            self.touched.insert(*key);
        }
        self.tells.push_back((seat, Event::Answer { id: offer.id, answer }));
    }

    fn with(&mut self, seat: SeatKey, act: impl FnOnce(&mut Conference, Instant)) {
        if let Some(key) = self.seats.get(&seat)
            && let Some(conference) = self.conferences.get_mut(key)
        {
            act(conference, self.now);
            self.touched.insert(*key);
        }
    }

    fn take_events(&mut self) {
        while let Some((seat, event)) = self.peers.next_event() {
            let Some(key) = self.seats.get(&seat) else { continue };
            let Some(conference) = self.conferences.get_mut(key) else { continue };
            self.touched.insert(*key);
            match event {
                PeerEvent::Media(source, layer, packet) => {
                    count(&mut self.peers.counters.received);
                    if !conference.media(seat, source, layer, packet) {
                        count(&mut self.peers.counters.broken);
                    }
                }
                PeerEvent::Arriving(source, layer, arriving) => conference.arriving(seat, source, layer, arriving),
                PeerEvent::Heard(Heard::KeyframeWanted(slot)) => conference.keyframe_wanted(seat, slot),
                PeerEvent::Heard(Heard::Missing(slot, missing)) => {
                    conference.repeat(seat, slot, &missing, &mut self.peers, self.now);
                }
                PeerEvent::Heard(Heard::Own) => {}
                PeerEvent::Budget(rate) => conference.budget(seat, rate),
                PeerEvent::Contact(connected) => {
                    conference.contact(seat, connected);
                    let quality = if connected { Quality::Good } else { Quality::Lost };
                    self.tells.push_back((seat, Event::Quality(quality)));
                }
                PeerEvent::Grade(quality) => self.tells.push_back((seat, Event::Quality(quality))),
            }
        }
    }
}
