//! One conference: who is in it, what everybody sends and wishes, and therefore what flows where.
//!
//! Knows nothing of connections: packets come in by [`Conference::media`] and leave by an [`Egress`] at
//! [`Conference::forward`].

mod calm;
mod effects;
mod member;
mod shares;
mod slots;
mod sounds;
mod spread;
mod stage;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use domain::ParticipantId;
use domain::wire::Publishing;
use domain::wire::Source;
use domain::wire::Wish;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

pub(crate) use self::effects::Effects;
use self::member::Member;
use crate::layers::Layer;
use crate::negotiate::Lines;
use crate::packet::Packet;
use crate::picture::Picture;
use crate::relay::Message;
use crate::relay::UnitKey;
use crate::rewrite::Origin;
use crate::route::Egress;
use crate::route::PacketView;
use crate::speaker::Speakers;
use crate::track::Speaks;
use crate::track::Track;
use crate::track::TrackKey;
use crate::verbs::SeatKey;

/// One conference.
#[derive(Debug, Default)]
pub(crate) struct Conference {
    /// Looked up for every packet that leaves; in an order that is the same in every run.
    members: IndexMap<SeatKey, Member, FxBuildHasher>,
    seats: BTreeMap<ParticipantId, SeatKey>,
    tracks: BTreeMap<TrackKey, Track>,
    /// Those with packets that were taken in and not forwarded yet.
    taken: Vec<TrackKey>,
    speakers: Speakers,
    listen_at: Option<Instant>,
    told: (Option<SeatKey>, Vec<(SeatKey, u8)>),
    told_at: Option<Instant>,
    /// Slots whose track changed and that were not told yet.
    changed: BTreeSet<(SeatKey, usize)>,
    /// Receivers whose bandwidth is to be shared anew.
    unshared: BTreeSet<SeatKey>,
    /// How much of the pictures is left out because the machine is too busy, in percent.
    shed: u64,
    pictures_stale: bool,
    sounds_stale: bool,
    /// The units that have parts of this conference besides this one's.
    others: BTreeSet<UnitKey>,
    /// Those of whom the other parts must be told, and whether their connection is a new one.
    unannounced: BTreeMap<SeatKey, bool>,
    outgoing: Vec<(UnitKey, Message)>,
}

impl Conference {
    /// Somebody comes in; returns the seat that they had before, which is theirs no longer.
    pub(crate) fn enter(&mut self, seat: SeatKey, participant: ParticipantId) -> Option<SeatKey> {
        self.members.insert(seat, Member::new(participant.clone()));
        self.unannounced.entry(seat).or_default();
        self.seats.insert(participant, seat)
    }

    pub(crate) fn leave(&mut self, seat: SeatKey) {
        let Some(member) = self.members.shift_remove(&seat) else { return };
        if self.seats.get(&member.participant) == Some(&seat) {
            self.seats.remove(&member.participant);
        }
        self.clear_slots(seat, &member.slots);
        self.set_tracks(seat, &[], true);
        self.speakers.forget(seat);
        self.stale();
        if member.sits_here() {
            self.unannounced.remove(&seat);
            self.tell_all_parts(&Message::Gone { seat });
        }
    }

    /// Whether nobody sits here any more.
    pub(crate) fn is_empty(&self) -> bool {
        !self.members.values().any(Member::sits_here)
    }

    /// An offer was answered: these are the sender's tracks and the receiver's slots.
    pub(crate) fn negotiated(&mut self, seat: SeatKey, lines: &Lines, fresh: bool) {
        let Some(member) = self.members.get_mut(&seat) else { return };
        member.connected &= !fresh;
        let gone = member.set_slots(&lines.slots, fresh);
        self.clear_slots(seat, &gone);
        let sources: Vec<Source> = lines.sources.iter().map(|(_, source)| *source).collect();
        self.set_tracks(seat, &sources, fresh);
        *self.unannounced.entry(seat).or_default() |= fresh;
        self.stale();
    }

    /// A receiver is there, or not any more; only to those who are, anything flows.
    pub(crate) fn contact(&mut self, seat: SeatKey, connected: bool) {
        if let Some(member) = self.members.get_mut(&seat) {
            member.connected = connected;
            self.stale();
        }
    }

    pub(crate) fn want(&mut self, seat: SeatKey, wishes: Vec<Wish>) {
        if let Some(member) = self.members.get_mut(&seat) {
            let pinned = member.pins_sounds();
            member.set_wishes(wishes);
            self.sounds_stale |= pinned || member.pins_sounds();
            self.show(seat);
        }
    }

    pub(crate) fn publish(&mut self, seat: SeatKey, publishing: Publishing, now: Instant) {
        if self.members.get_mut(&seat).is_some_and(|member| member.set_publishing(publishing)) {
            if !publishing.microphone {
                self.speakers.forget(seat);
            }
            self.listen_at.get_or_insert(now);
            self.unannounced.entry(seat).or_default();
            self.stale();
        }
    }

    /// A layer began or stopped to arrive.
    pub(crate) fn arriving(&mut self, seat: SeatKey, source: Source, layer: Layer, arriving: bool) {
        if let Some(track) = self.tracks.get_mut(&(seat, source)) {
            track.set_arriving(layer, arriving);
        }
    }

    /// A receiver cannot go on without a keyframe.
    pub(crate) fn keyframe_wanted(&mut self, seat: SeatKey, slot: usize) {
        let key = self.members.get_mut(&seat).and_then(|m| m.slot_mut(slot)).and_then(|slot| slot.track);
        if let Some(track) = key.and_then(|key| self.tracks.get_mut(&key)) {
            track.want_keyframe(seat, slot);
        }
    }

    /// Takes in a media packet, which the next [`forward`](Self::forward) passes on. Returns whether it was understood.
    pub(crate) fn media(
        &mut self,
        from: SeatKey,
        source: Source,
        layer: Layer,
        packet: impl Into<Arc<Packet>>,
    ) -> bool {
        let packet = packet.into();
        let picture = Picture::read(packet.codec, &packet.payload);
        if picture.is_none() != source.is_audio() {
            return false;
        }
        if !self.members.get(&from).is_some_and(|m| m.publishes(source)) {
            return true;
        }
        if source == Source::Microphone {
            self.hear(from, &packet);
        }
        let key = (from, source);
        let Some(track) = self.tracks.get_mut(&key) else { return true };
        match track.speaks(packet.codec, picture.as_ref(), packet.arrived) {
            Speaks::AsBefore => {}
            Speaks::Anew => self.recoded(key),
            Speaks::Wrongly => return true,
        }
        self.pass_on(key, layer, &packet);
        if self.tracks.get_mut(&key).is_some_and(|track| track.take(layer, packet, picture)) {
            self.taken.push(key);
        }
        true
    }

    /// Passes on what was taken in: to everybody whose slot its track is on.
    pub(crate) fn forward(&mut self, egress: &mut impl Egress) {
        for key in self.taken.drain(..) {
            let Some(track) = self.tracks.get_mut(&key) else { continue };
            let members = &mut self.members;
            track.forward(|to, taken, begins| {
                let slot = members.get_mut(&to.seat).and_then(|m| m.slot_mut(to.slot));
                let packet = &taken.packet;
                let Some(slot) = slot.filter(|slot| slot.takes.has(packet.codec)) else { return };
                let (origin, picture) = (taken.origin(key), taken.picture.as_ref());
                if begins {
                    slot.rewrite.begin(origin, packet, picture);
                }
                if let Some(out) = slot.rewrite.pass(origin, packet, picture) {
                    let view = PacketView { packet, seq: out.seq, timestamp: out.timestamp, patch: out.patch };
                    egress.write(to.seat, to.slot, &view);
                }
            });
        }
    }

    /// A receiver misses packets of a slot: they leave again under the numbers that they had.
    pub(crate) fn repeat(
        &mut self,
        seat: SeatKey,
        index: usize,
        missing: &[u16],
        egress: &mut impl Egress,
        now: Instant,
    ) {
        let Some(slot) = self.members.get_mut(&seat).and_then(|m| m.slot_mut(index)) else { return };
        for seq in missing {
            let Some((run, number)) = slot.rewrite.find(*seq) else { continue };
            let Origin { track, layer, ssrc } = run.from;
            let track = self.tracks.get_mut(&track);
            let Some(packet) = track.and_then(|track| track.packet(layer, ssrc, number)) else { continue };
            let numbers = run.numbers(packet, Picture::read(packet.codec, &packet.payload).as_ref());
            if let Some(out) = numbers.filter(|_| slot.repeats.may(*seq, now)) {
                let view = PacketView { packet, seq: out.seq, timestamp: out.timestamp, patch: out.patch };
                egress.repeat(seat, index, &view);
            }
        }
    }

    /// Brings everything up to date that is due.
    pub(crate) fn settle(&mut self, now: Instant) -> Effects {
        let mut effects = Effects::default();
        if self.listen_at.is_some_and(|at| at <= now) {
            self.listen(now, &mut effects);
        }
        if std::mem::take(&mut self.pictures_stale) {
            for seat in self.members.keys().copied().collect::<Vec<_>>() {
                self.show(seat);
            }
        }
        if std::mem::take(&mut self.sounds_stale) {
            self.cast();
        }
        for seat in std::mem::take(&mut self.unshared) {
            self.share(seat, now, &mut effects);
        }
        for ((seat, source), track) in &mut self.tracks {
            let home = self.members.get(seat).and_then(|member| member.home);
            let (keyframes, layers) = (track.keyframes_due(now), track.layers_to_send(now));
            match home {
                None => effects.ask(*seat, *source, keyframes, layers),
                Some(unit) => self.outgoing.extend(spread::asks(*seat, *source, keyframes, layers).map(|m| (unit, m))),
            }
        }
        self.tell_slots(&mut effects);
        self.tell_parts();
        effects
    }

    /// When [`settle`](Self::settle) has something to do next.
    pub(crate) fn wake_at(&self, now: Instant) -> Option<Instant> {
        let tracks = self.tracks.values().flat_map(|track| [track.wake_at(now), track.lingers_until()]);
        tracks.chain([self.listen_at]).flatten().min()
    }

    fn stale(&mut self) {
        self.pictures_stale = true;
        self.sounds_stale = true;
    }

    /// Makes the tracks of a sender exactly those of `sources`; a fresh connection begins all of them anew.
    fn set_tracks(&mut self, seat: SeatKey, sources: &[Source], fresh: bool) {
        for source in Source::ALL {
            let key = (seat, source);
            let was_there = self.tracks.contains_key(&key);
            if fresh || !sources.contains(&source) {
                self.remove_track(key);
            }
            if sources.contains(&source) {
                let make = if was_there { Track::renewed } else { Track::new };
                self.tracks.entry(key).or_insert_with(|| make(source));
            }
        }
        self.link_tracks();
    }

    fn remove_track(&mut self, key: TrackKey) {
        if self.tracks.remove(&key).is_none() {
            return;
        }
        for (seat, member) in &mut self.members {
            for (index, slot) in member.slots.iter_mut().enumerate() {
                if let Some(slot) = slot.as_mut().filter(|slot| slot.track == Some(key)) {
                    slot.track = None;
                    self.changed.insert((*seat, index));
                }
            }
        }
    }
}
