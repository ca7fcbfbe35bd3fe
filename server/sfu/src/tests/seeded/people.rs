//! People who come, go, look, mute and send as chance has it.

mod sending;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::VecDeque;
use std::time::Duration;
use std::time::Instant;

use domain::ParticipantId;
use domain::wire::Publishing;
use domain::wire::Source;
use domain::wire::TrackId;
use domain::wire::Wish;
use fastrand::Rng;

use self::sending::Outgoing;
use super::checks::Checks;
use crate::codec::Codec;
use crate::conference::Conference;
use crate::conference::Effects;
use crate::header::ExtensionIds;
use crate::layers::Layer;
use crate::negotiate::Lines;
use crate::negotiate::Payload;
use crate::negotiate::SlotLine;
use crate::relay::Message;
use crate::relay::UnitKey;
use crate::timers::after;
use crate::verbs::Event;
use crate::verbs::SeatKey;

const STEP: Duration = Duration::from_millis(20);
const MOST_PEOPLE: usize = 6;
const AUDIO_SLOTS: usize = 2;
const VIDEO_SLOTS: usize = 3;
const SOURCES: [Source; 3] = [Source::Microphone, Source::Camera, Source::Screen];

/// One conference and everybody in it, who sit in its parts by turns.
pub(super) struct World {
    parts: Vec<Conference>,
    /// What a part tells another, under way.
    told: VecDeque<(UnitKey, UnitKey, Message)>,
    pub(super) checks: Checks,
    rng: Rng,
    loss: f64,
    people: BTreeMap<SeatKey, Person>,
    seats: u64,
    start: Instant,
    now: Instant,
}

struct Person {
    participant: ParticipantId,
    publishing: Publishing,
    budget: Option<u64>,
    connected: bool,
    /// Connections made; each has SSRCs of its own.
    connections: u32,
    wishes: Vec<Wish>,
    /// What is sent, by source and layer.
    streams: BTreeMap<(Source, Layer), Outgoing>,
    /// Layers told off.
    idle: BTreeSet<(Source, Layer)>,
}

impl World {
    pub(super) fn new(seed: u64, loss: f64, parts: usize) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let now = Instant::now();
        let checks = Checks::new(seed);
        let (parts, told, people) =
            ((0..parts).map(|_| Conference::default()).collect(), VecDeque::new(), BTreeMap::new());
        let rng = Rng::with_seed(seed);
        let mut world = Self { parts, told, checks, rng, loss, people, seats: 0, start: now, now };
        world.enter();
        world.enter();
        world
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.now - self.start
    }

    /// Twenty milliseconds in which something may happen.
    pub(super) fn step(&mut self) {
        self.now = after(self.now, STEP);
        self.checks.set_time(self.now);
        if self.rng.u8(..) < 24 {
            self.happen();
        }
        self.send();
        self.settle();
    }

    /// Time in which nothing happens but that everybody sends.
    pub(super) fn rest(&mut self, time: Duration) {
        let end = after(self.now, time);
        while self.now < end {
            self.now = after(self.now, STEP);
            self.checks.set_time(self.now);
            self.send();
            self.settle();
        }
    }

    /// Everybody whose connection carries all must see what they wish for, if it is on.
    pub(super) fn assert_all_is_seen(&self) {
        for (seat, person) in self.people.iter().filter(|(_, person)| person.connected && person.budget.is_none()) {
            for wish in &person.wishes {
                let owner = self.people.iter().find(|(_, owner)| owner.participant == wish.track.participant);
                let Some((sender, owner)) = owner else { continue };
                let is_on = match wish.track.source {
                    Source::Camera => owner.publishing.camera,
                    _ => owner.publishing.screen,
                };
                if is_on && sender != seat {
                    self.checks.assert_flows(*seat, wish.slot.parse().unwrap());
                }
            }
        }
    }

    /// The unit where somebody sits.
    fn unit(&self, seat: SeatKey) -> UnitKey {
        UnitKey(usize::try_from(seat.0).unwrap() % self.parts.len())
    }

    fn part(&mut self, seat: SeatKey) -> &mut Conference {
        let UnitKey(unit) = self.unit(seat);
        &mut self.parts[unit]
    }

    fn anybody(&mut self) -> Option<SeatKey> {
        let seats: Vec<SeatKey> = self.people.keys().copied().collect();
        self.rng.choice(seats)
    }

    fn happen(&mut self) {
        match (self.rng.u8(..12), self.anybody()) {
            (0, _) if self.people.len() < MOST_PEOPLE => self.enter(),
            (1, Some(seat)) if self.people.len() > 2 && self.rng.bool() => self.leave(seat),
            (2, Some(seat)) => self.connect(seat),
            (3, Some(seat)) => self.contact(seat),
            (4..=6, Some(seat)) => self.wish(seat),
            (7, Some(seat)) => self.publish(seat),
            (8 | 9, Some(seat)) => self.learn_budget(seat),
            (10, Some(seat)) => {
                let slot = self.rng.usize(..AUDIO_SLOTS + VIDEO_SLOTS);
                self.part(seat).keyframe_wanted(seat, slot);
            }
            (11, Some(seat)) => self.miss(seat),
            _ => {}
        }
    }

    fn enter(&mut self) {
        self.seats += 1;
        let seat = SeatKey(self.seats);
        let participant = ParticipantId::from_entropy([u8::try_from(self.seats % 250).unwrap(); 16]);
        let others: Vec<usize> = (0..self.parts.len()).filter(|unit| !self.parts[*unit].is_empty()).collect();
        let here = self.unit(seat);
        assert_eq!(self.part(seat).enter(seat, participant.clone()), None);
        for other in others.into_iter().map(UnitKey).filter(|other| *other != here) {
            self.part(seat).link(other);
        }
        let (publishing, streams) = (Publishing::default(), BTreeMap::new());
        let person = Person {
            participant,
            publishing,
            budget: None,
            connected: true,
            connections: 0,
            wishes: Vec::new(),
            streams,
            idle: BTreeSet::new(),
        };
        self.people.insert(seat, person);
        self.connect(seat);
        self.publish(seat);
        self.wish(seat);
    }

    fn leave(&mut self, seat: SeatKey) {
        self.people.remove(&seat);
        let unit = self.unit(seat);
        let part = self.part(seat);
        part.leave(seat);
        if part.is_empty() {
            let last = part.take_outgoing().into_iter().chain(part.end()).collect::<Vec<_>>();
            *part = Conference::default();
            self.told.extend(last.into_iter().map(|(to, message)| (unit, to, message)));
        }
        self.checks.forget(seat);
    }

    fn contact(&mut self, seat: SeatKey) {
        let connected = self.rng.bool() || self.rng.bool();
        self.part(seat).contact(seat, connected);
        if let Some(person) = self.people.get_mut(&seat) {
            person.connected = connected;
        }
    }

    /// A new connection, with all that follows.
    fn connect(&mut self, seat: SeatKey) {
        let sources = SOURCES.into_iter().enumerate().map(|(mid, source)| (mid.to_string().as_str().into(), source));
        let slots = (0..AUDIO_SLOTS + VIDEO_SLOTS).map(|index| Some(line(index)));
        let lines = Lines { sources: sources.collect(), slots: slots.collect() };
        self.part(seat).negotiated(seat, &lines, true);
        self.part(seat).contact(seat, true);
        self.checks.forget(seat);
        if let Some(person) = self.people.get_mut(&seat) {
            person.connected = true;
            person.connections += 1;
            person.streams.clear();
            person.idle.clear();
        }
    }

    fn publish(&mut self, seat: SeatKey) {
        let [microphone, camera] = [0; 2].map(|_| self.rng.u8(..4) > 0);
        let screen = self.rng.u8(..4) == 0;
        let publishing = Publishing { microphone, camera, screen, screen_audio: false };
        let now = self.now;
        self.part(seat).publish(seat, publishing, now);
        if let Some(person) = self.people.get_mut(&seat) {
            person.publishing = publishing;
        }
    }

    fn wish(&mut self, seat: SeatKey) {
        let mut tracks: Vec<TrackId> = self
            .people
            .values()
            .flat_map(|person| [Source::Camera, Source::Screen].map(|source| (person.participant.clone(), source)))
            .map(|(participant, source)| TrackId { participant, source })
            .collect();
        self.rng.shuffle(&mut tracks);
        let rng = &mut self.rng;
        let wish = |(slot, track): (usize, TrackId)| {
            let max_height = [90, 180, 360, 720][rng.usize(..4)];
            Wish { slot: (AUDIO_SLOTS + slot).to_string(), track, max_height, priority: rng.u8(..3) }
        };
        let wishes: Vec<Wish> = tracks.into_iter().take(VIDEO_SLOTS).enumerate().map(wish).collect();
        self.part(seat).want(seat, wishes.clone());
        if let Some(person) = self.people.get_mut(&seat) {
            person.wishes = wishes;
        }
    }

    fn learn_budget(&mut self, seat: SeatKey) {
        let budget = self.rng.u64(60_000..4_000_000);
        self.part(seat).budget(seat, budget);
        if let Some(person) = self.people.get_mut(&seat) {
            person.budget = Some(budget);
        }
    }

    fn miss(&mut self, seat: SeatKey) {
        let slot = self.rng.usize(..AUDIO_SLOTS + VIDEO_SLOTS);
        let missing: Vec<u16> = (0..5).map(|_| self.rng.u16(..2000)).collect();
        let UnitKey(unit) = self.unit(seat);
        self.parts[unit].repeat(seat, slot, &missing, &mut self.checks, self.now);
    }

    fn settle(&mut self) {
        self.relay();
        for unit in 0..self.parts.len() {
            self.parts[unit].forward(&mut self.checks);
            let effects = self.parts[unit].settle(self.now);
            let outgoing = self.parts[unit].take_outgoing();
            self.told.extend(outgoing.into_iter().map(|(to, message)| (UnitKey(unit), to, message)));
            self.obey(effects);
        }
        for (seat, person) in &self.people {
            if let Some(budget) = person.budget {
                self.checks.settle(*seat, budget);
            }
        }
    }

    /// Takes what parts tell to the others. Media may be lost on the way, nothing else.
    fn relay(&mut self) {
        for (from, to, message) in std::mem::take(&mut self.told) {
            let ends = matches!(message, Message::End);
            let part = &mut self.parts[to.0];
            if part.is_empty() {
                // Nobody sits there any more: as the unit answers.
                if !ends {
                    self.told.push_back((to, from, Message::End));
                }
                continue;
            }
            if matches!(message, Message::Media { .. }) && self.rng.f64() < self.loss {
                continue;
            }
            if !ends {
                part.link(from);
            }
            assert_eq!(part.hear_part(from, message), None, "nobody moves");
        }
    }

    fn obey(&mut self, effects: Effects) {
        for (seat, source, layer) in effects.keyframes {
            let lost = self.rng.f64() < self.loss;
            let stream = self.people.get_mut(&seat).and_then(|p| p.streams.get_mut(&(source, layer)));
            if let Some(stream) = stream.filter(|_| !lost) {
                stream.keyframe = true;
            }
        }
        for (seat, event) in effects.tells {
            let (Some(person), Event::Send { source, layers }) = (self.people.get_mut(&seat), event) else { continue };
            for layer in Layer::ALL {
                if layers.contains(&layer.rid().to_string()) {
                    person.idle.remove(&(source, layer));
                } else {
                    person.idle.insert((source, layer));
                }
            }
        }
    }
}

fn line(index: usize) -> SlotLine {
    let number = u32::try_from(index).unwrap();
    let audio = index < AUDIO_SLOTS;
    SlotLine {
        mid: index.to_string().as_str().into(),
        audio,
        ssrc: (1000 + number).into(),
        payloads: vec![Payload {
            codec: if audio { Codec::Opus } else { Codec::Vp8 },
            pt: 96.into(),
            repair: None,
            redundant: None,
        }],
        repair: None,
        extensions: ExtensionIds::default(),
        cname: "name".into(),
    }
}
