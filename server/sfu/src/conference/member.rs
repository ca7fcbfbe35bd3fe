//! One participant of a conference, as sender and as receiver.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::time::Duration;
use std::time::Instant;

use domain::ParticipantId;
use domain::wire::MAX_WISHES;
use domain::wire::Publishing;
use domain::wire::Source;
use domain::wire::Wish;

use super::calm::Calm;
use crate::codec::Codecs;
use crate::negotiate::SlotLine;
use crate::relay::UnitKey;
use crate::rewrite::Rewrite;
use crate::timers::after;
use crate::track::Track;
use crate::track::TrackKey;

/// The shortest time between two repetitions of one packet.
const REPEAT_PAUSE: Duration = Duration::from_millis(20);

/// The most repetitions on one slot within that time: half of a large picture of 720 lines.
const MOST_REPEATS: usize = 64;

/// One participant.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) participant: ParticipantId,
    /// The unit where it sits, if that is not this one.
    pub(super) home: Option<UnitKey>,
    pub(super) connected: bool,
    pub(super) slots: Vec<Option<Slot>>,
    pub(super) publishing: Publishing,
    wishes: BTreeMap<String, Wish>,
    /// What the connection carries, in bits per second, once that is known.
    pub(super) budget: Option<u64>,
    /// Whether it gets less than its connection carries, because the machine is too busy.
    pub(super) pressed: bool,
    pub(super) calm: Calm,
}

/// An m-line on which the participant receives.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) mid: String,
    pub(super) audio: bool,
    /// What the receiver can decode on it.
    pub(super) takes: Codecs,
    pub(super) track: Option<TrackKey>,
    pub(super) rewrite: Rewrite,
    pub(super) repeats: Repeats,
}

/// What was sent again a moment ago, and need not be once more: the first repetition may still be on its way.
#[derive(Debug, Default)]
pub(super) struct Repeats(VecDeque<(u16, Instant)>);

impl Repeats {
    /// Whether a packet may be repeated; it counts as repeated then.
    pub(super) fn may(&mut self, seq: u16, now: Instant) -> bool {
        while self.0.pop_front_if(|(_, at)| after(*at, REPEAT_PAUSE) <= now).is_some() {}
        let may = self.0.len() < MOST_REPEATS && self.0.iter().all(|(repeated, _)| *repeated != seq);
        if may {
            self.0.push_back((seq, now));
        }
        may
    }
}

impl Slot {
    fn new(line: &SlotLine) -> Self {
        let rewrite = if line.audio { Rewrite::audio() } else { Rewrite::video() };
        let (mid, audio, takes) = (line.mid.to_string(), line.audio, line.takes());
        Self { mid, audio, takes, track: None, rewrite, repeats: Repeats::default() }
    }

    /// Whether the receiver can decode a track; what has not begun is taken to be as usual.
    pub(super) fn can_play(&self, track: &Track) -> bool {
        track.codec().is_none_or(|codec| self.takes.has(codec))
    }
}

impl Member {
    pub(super) fn new(participant: ParticipantId) -> Self {
        Self {
            participant,
            home: None,
            connected: false,
            slots: Vec::new(),
            publishing: Publishing::default(),
            wishes: BTreeMap::new(),
            budget: None,
            pressed: false,
            calm: Calm::default(),
        }
    }

    /// Somebody who sits at another unit: they send, and receive nothing here.
    pub(super) fn elsewhere(participant: ParticipantId, home: UnitKey) -> Self {
        Self { home: Some(home), ..Self::new(participant) }
    }

    /// Whether it sits at this unit.
    pub(super) fn sits_here(&self) -> bool {
        self.home.is_none()
    }

    /// Takes over the slots of an answered offer. A slot keeps its numbers as long as its stream lives; of a fresh connection
    /// all are new, and those that are gone with the one before are returned.
    pub(super) fn set_slots(&mut self, lines: &[Option<SlotLine>], fresh: bool) -> Vec<Option<Slot>> {
        let before = std::mem::take(&mut self.slots);
        let (old, gone) = if fresh { (Vec::new(), before) } else { (before, Vec::new()) };
        let mut old = old.into_iter();
        for line in lines {
            let before = old.next().flatten();
            self.slots.push(line.as_ref().map(|line| match before {
                Some(slot) if slot.mid == *line.mid => slot,
                _ => Slot::new(line),
            }));
        }
        gone
    }

    pub(super) fn set_wishes(&mut self, wishes: Vec<Wish>) {
        self.wishes = wishes.into_iter().take(MAX_WISHES).map(|wish| (wish.slot.clone(), wish)).collect();
    }

    pub(super) fn wish(&self, slot: &str) -> Option<&Wish> {
        self.wishes.get(slot)
    }

    /// The wish for the slot with this index.
    pub(super) fn wish_on(&self, index: usize) -> Option<&Wish> {
        self.slots.get(index)?.as_ref().and_then(|slot| self.wish(&slot.mid))
    }

    pub(super) fn set_publishing(&mut self, publishing: Publishing) -> bool {
        let changed = self.publishing != publishing;
        self.publishing = publishing;
        changed
    }

    /// Whether the participant says that this source is on.
    pub(super) fn publishes(&self, source: Source) -> bool {
        match source {
            Source::Microphone => self.publishing.microphone,
            Source::Camera => self.publishing.camera,
            Source::Screen => self.publishing.screen,
            Source::ScreenAudio => self.publishing.screen_audio,
        }
    }

    /// The audio slots that are for whoever is loudest: their indices, and what is on them.
    pub(super) fn audio_slots(&self) -> (Vec<usize>, Vec<Option<TrackKey>>) {
        let slots = self.slots.iter().enumerate();
        let free = |slot: &&Slot| slot.audio && self.wish(&slot.mid).is_none();
        let audio = slots.filter_map(|(index, slot)| slot.as_ref().filter(free).map(|s| (index, s.track)));
        audio.unzip()
    }

    /// The audio slots that are for somebody in particular: their indices, and the wishes for them.
    pub(super) fn pinned_sounds(&self) -> impl Iterator<Item = (usize, &Wish)> {
        let slots = self.slots.iter().enumerate();
        let audio = slots.filter_map(|(index, slot)| slot.as_ref().filter(|s| s.audio).map(|slot| (index, slot)));
        audio.filter_map(|(index, slot)| Some((index, self.wish(&slot.mid)?)))
    }

    /// Whether there is a wish for any audio slot.
    pub(super) fn pins_sounds(&self) -> bool {
        self.pinned_sounds().next().is_some()
    }

    /// The tracks on all slots: the slot's index, whether it is one for sound, and the track.
    pub(super) fn tracks(&self) -> impl Iterator<Item = (usize, bool, TrackKey)> {
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(index, slot)| slot.as_ref().and_then(|s| Some((index, s.audio, s.track?))))
    }

    /// The video slots: their indices, and the wishes for them.
    pub(super) fn video_slots(&self) -> impl Iterator<Item = (usize, Option<&Wish>)> {
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(index, slot)| slot.as_ref().filter(|s| !s.audio).map(|slot| (index, self.wish(&slot.mid))))
    }

    pub(super) fn slot_mut(&mut self, index: usize) -> Option<&mut Slot> {
        self.slots.get_mut(index)?.as_mut()
    }
}
