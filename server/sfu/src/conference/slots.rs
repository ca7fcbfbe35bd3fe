//! What is on the slots of every receiver.

use std::collections::BTreeMap;

use domain::wire::SlotTrack;
use domain::wire::TrackId;
use domain::wire::Wish;

use super::Conference;
use super::Effects;
use super::member::Slot;
use super::stage;
use super::stage::Sound;
use crate::track::TrackKey;
use crate::verbs::Event;
use crate::verbs::SeatKey;

impl Conference {
    /// Takes everything off the slots of a receiver, untold: the slots themselves are gone.
    pub(super) fn clear_slots(&mut self, seat: SeatKey, slots: &[Option<Slot>]) {
        for (index, slot) in slots.iter().enumerate() {
            let key = slot.as_ref().and_then(|slot| slot.track);
            if let Some(track) = key.and_then(|key| self.tracks.get_mut(&key)) {
                track.unsubscribe(seat, index);
            }
        }
    }

    /// Puts on a receiver's video slots what it wishes for, as far as that exists and is on.
    pub(super) fn show(&mut self, seat: SeatKey) {
        let Some(member) = self.members.get(&seat) else { return };
        let slots: Vec<(usize, Option<TrackKey>, u16)> = member
            .video_slots()
            .map(|(index, wish)| {
                let track = wish.filter(|_| member.connected).and_then(|wish| self.find(seat, &wish.track, false));
                (index, track, wish.map_or(0, |wish| wish.max_height))
            })
            .collect();
        for (index, track, max_height) in slots {
            self.put(seat, index, track, max_height);
        }
        self.unshared.insert(seat);
    }

    /// The picture, or the sound, that a wish names; nobody is given their own.
    fn find(&self, receiver: SeatKey, wished: &TrackId, audio: bool) -> Option<TrackKey> {
        let sender = *self.seats.get(&wished.participant)?;
        let key = (sender, wished.source);
        let flows = wished.source.is_audio() == audio && sender != receiver && self.flows(key);
        flows.then_some(key)
    }

    fn flows(&self, (seat, source): TrackKey) -> bool {
        self.tracks.contains_key(&(seat, source)) && self.members.get(&seat).is_some_and(|m| m.publishes(source))
    }

    /// Puts the sounds on everybody's audio slots: the one that is wished for, or else whoever is loudest.
    pub(super) fn cast(&mut self) {
        let sounds: Vec<Sound> = self
            .tracks
            .keys()
            .filter(|(_, source)| source.is_audio())
            .filter(|key| self.flows(**key))
            .map(|key| Sound { track: *key, loudness: self.speakers.loudness(key.0) })
            .collect();
        for seat in self.members.keys().copied().collect::<Vec<_>>() {
            let Some(member) = self.members.get(&seat) else { continue };
            let sounds = if member.connected { sounds.as_slice() } else { &[] };
            let wished = |(index, wish): (usize, &Wish)| {
                (index, Some(wish).filter(|_| member.connected).and_then(|wish| self.find(seat, &wish.track, true)))
            };
            let (mut indices, mut tracks): (Vec<_>, Vec<_>) = member.pinned_sounds().map(wished).unzip();
            let (free, before) = member.audio_slots();
            tracks.extend(stage::cast(sounds, seat, &tracks, &before));
            indices.extend(free);
            for (index, track) in indices.into_iter().zip(tracks) {
                self.put(seat, index, track, 0);
            }
        }
    }

    /// Puts a track, or nothing, on a slot.
    fn put(&mut self, seat: SeatKey, index: usize, key: Option<TrackKey>, max_height: u16) {
        let Some(member) = self.members.get_mut(&seat) else { return };
        let Some(slot) = member.slots.get_mut(index).and_then(Option::as_mut) else { return };
        let before = std::mem::replace(&mut slot.track, key);
        if before == key {
            if let Some(track) = key.and_then(|key| self.tracks.get_mut(&key)) {
                track.resize(seat, index, max_height);
            }
            return;
        }
        self.changed.insert((seat, index));
        if let Some(track) = before.and_then(|key| self.tracks.get_mut(&key)) {
            track.unsubscribe(seat, index);
        }
        if let Some(track) = key.and_then(|key| self.tracks.get_mut(&key)) {
            track.subscribe(seat, index, max_height);
        }
    }

    /// A source is coded in another way than before: some receivers can play it, or cannot any more.
    pub(super) fn recoded(&mut self, key: TrackKey) {
        let Some(track) = self.tracks.get(&key) else { return };
        for (seat, slot) in track.slots() {
            self.changed.insert((seat, slot));
            self.unshared.insert(seat);
        }
    }

    pub(super) fn tell_slots(&mut self, effects: &mut Effects) {
        let mut news: BTreeMap<SeatKey, Vec<SlotTrack>> = BTreeMap::new();
        for (seat, index) in std::mem::take(&mut self.changed) {
            let slot = self.members.get(&seat).and_then(|m| m.slots.get(index)).and_then(Option::as_ref);
            let Some(slot) = slot else { continue };
            let track = slot.track.and_then(|(sender, source)| {
                let participant = self.members.get(&sender)?.participant.clone();
                Some(TrackId { participant, source })
            });
            let paused = self.pause(seat, index);
            news.entry(seat).or_default().push(SlotTrack { slot: slot.mid.clone(), track, paused });
        }
        effects.tells.extend(news.into_iter().map(|(seat, slots)| (seat, Event::Slots(slots))));
    }
}
