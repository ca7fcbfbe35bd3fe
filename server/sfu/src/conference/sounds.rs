//! Voices: how loud they are, and who is told.

use std::time::Duration;
use std::time::Instant;

use domain::wire::Level;

use super::Conference;
use super::Effects;
use crate::packet::Packet;
use crate::timers::after;
use crate::verbs::Event;
use crate::verbs::SeatKey;

/// How often voices are compared: a new speaker is on a slot after a syllable.
const LISTEN: Duration = Duration::from_millis(50);

/// How often at most people are told who speaks.
const TELL: Duration = Duration::from_millis(200);

impl Conference {
    /// Takes note of how loud a voice is.
    pub(super) fn hear(&mut self, from: SeatKey, packet: &Packet) {
        let level = packet.audio_level.and_then(|level| u8::try_from(i16::from(level).saturating_add(127)).ok());
        if let Some(level) = level {
            self.speakers.hear(from, level, packet.arrived);
            self.listen_at.get_or_insert(packet.arrived);
        } else {
            self.sounds_stale |= self.speakers.hear_unmeasured(from);
        }
    }

    /// Compares the voices, and tells who speaks.
    pub(super) fn listen(&mut self, now: Instant, effects: &mut Effects) {
        self.speakers.settle(now);
        self.sounds_stale = true;
        let speak = (self.speakers.dominant(), self.speakers.heard().collect());
        let news = speak != self.told;
        if news && self.told_at.is_none_or(|at| after(at, TELL) <= now) {
            self.told = speak;
            self.told_at = Some(now);
            self.tell_speakers(effects);
        }
        let again = !self.speakers.is_quiet() || (news && self.told_at != Some(now));
        self.listen_at = again.then(|| after(now, LISTEN));
    }

    fn tell_speakers(&self, effects: &mut Effects) {
        let participant = |seat: &SeatKey| self.members.get(seat).map(|m| m.participant.clone());
        let (dominant, heard) = &self.told;
        let dominant = dominant.as_ref().and_then(participant);
        let level = |(seat, level): &(SeatKey, u8)| Some(Level { participant: participant(seat)?, level: *level });
        let levels: Vec<Level> = heard.iter().filter_map(level).collect();
        for (seat, _) in self.members.iter().filter(|(_, member)| member.sits_here()) {
            let event = Event::Speakers { dominant: dominant.clone(), levels: levels.clone() };
            effects.tells.push((*seat, event));
        }
    }
}
