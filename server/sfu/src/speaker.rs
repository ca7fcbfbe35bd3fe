//! Who speaks: levels of single packets in, loudness, ranking and the dominant speaker out.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;
use std::time::Instant;

use crate::verbs::SeatKey;

/// Loudness from which somebody counts as heard: −57 dBov, above a fan and below a murmur.
const AUDIBLE: f32 = 70.0;

/// How fast loudness follows a voice that rises, and one that falls: speech has pauses of half a second.
const ATTACK: f32 = 0.08;
const RELEASE: f32 = 0.6;

/// A voice not heard from for this long falls silent: packets come every 20 ms, or 60 at the most.
const GAP: Duration = Duration::from_millis(150);

/// By how much (in dB), and how long, somebody must be louder to take over the room.
const LEAD: f32 = 6.0;
const LEAD_TIME: Duration = Duration::from_millis(300);

/// How loud somebody counts whose packets do not say it, as those of most programs that stream: like a person who
/// speaks, so that they are heard among others, and not so loud that nobody else would be.
const UNMEASURED: f32 = 95.0;

/// The voices of one conference.
#[derive(Debug, Default)]
pub(crate) struct Speakers {
    voices: BTreeMap<SeatKey, Voice>,
    /// Those whose packets carry no level. They never dominate: whether they speak is not known.
    unmeasured: BTreeSet<SeatKey>,
    dominant: Option<SeatKey>,
    challenger: Option<(SeatKey, Instant)>,
}

#[derive(Debug)]
struct Voice {
    loudness: f32,
    at: Instant,
}

impl Speakers {
    /// A packet of somebody's voice: `level` is 0 (silent) to 127 (loudest).
    pub(crate) fn hear(&mut self, who: SeatKey, level: u8, now: Instant) {
        let voice = self.voices.entry(who).or_insert(Voice { loudness: 0.0, at: now });
        voice.follow(f32::from(level.min(127)), now);
        self.unmeasured.remove(&who);
    }

    /// A packet of somebody's voice that does not say how loud it is; whether that is news.
    pub(crate) fn hear_unmeasured(&mut self, who: SeatKey) -> bool {
        !self.voices.contains_key(&who) && self.unmeasured.insert(who)
    }

    /// Somebody muted themselves or left. Whom the room looked at, it does not any more.
    pub(crate) fn forget(&mut self, who: SeatKey) {
        self.voices.remove(&who);
        self.unmeasured.remove(&who);
        self.dominant = self.dominant.filter(|d| *d != who);
        self.challenger = self.challenger.filter(|(c, _)| *c != who);
    }

    /// Lets time pass: silent voices fade, and the dominant speaker may change.
    pub(crate) fn settle(&mut self, now: Instant) {
        for voice in self.voices.values_mut() {
            if now.saturating_duration_since(voice.at) >= GAP {
                voice.follow(0.0, now);
            }
        }
        self.crown(now);
    }

    /// Whom the room looks at: who spoke last, until somebody else clearly does.
    pub(crate) fn dominant(&self) -> Option<SeatKey> {
        self.dominant
    }

    /// How loud somebody is, 0 to 127.
    pub(crate) fn loudness(&self, who: SeatKey) -> f32 {
        let unmeasured = if self.unmeasured.contains(&who) { UNMEASURED } else { 0.0 };
        self.voices.get(&who).map_or(unmeasured, |voice| voice.loudness)
    }

    /// Everybody who can be heard, with a loudness in steps of four: finer nobody sees it, and only changes
    /// are told.
    pub(crate) fn heard(&self) -> impl Iterator<Item = (SeatKey, u8)> {
        self.voices.iter().filter(|(_, v)| v.loudness >= AUDIBLE).map(|(who, v)| (*who, v.rounded()))
    }

    /// Whether time alone changes anything.
    pub(crate) fn is_quiet(&self) -> bool {
        self.voices.values().all(|v| v.loudness < 1.0)
    }

    fn crown(&mut self, now: Instant) {
        let leader = self.voices.iter().max_by(|(_, a), (_, b)| a.loudness.total_cmp(&b.loudness));
        let leader = leader.filter(|(_, v)| v.loudness >= AUDIBLE).map(|(who, v)| (*who, v.loudness));
        let Some((leader, loudness)) = leader else {
            self.challenger = None;
            return;
        };
        let Some(dominant) = self.dominant else {
            self.dominant = Some(leader);
            return;
        };
        if leader == dominant || loudness < self.loudness(dominant) + LEAD {
            self.challenger = None;
            return;
        }
        let since = self.challenger.filter(|(who, _)| *who == leader).map_or(now, |(_, since)| since);
        self.challenger = Some((leader, since));
        if now.saturating_duration_since(since) >= LEAD_TIME {
            self.dominant = Some(leader);
            self.challenger = None;
        }
    }
}

impl Voice {
    /// Moves towards `level` as far as the time since the last packet allows.
    fn follow(&mut self, level: f32, now: Instant) {
        let elapsed = now.saturating_duration_since(self.at).clamp(Duration::from_millis(20), Duration::from_secs(2));
        let pace = if level > self.loudness { ATTACK } else { RELEASE };
        self.loudness += (level - self.loudness) * (1.0 - (-elapsed.as_secs_f32() / pace).exp());
        self.at = now;
    }

    fn rounded(&self) -> u8 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "loudness lies between two levels, 0 to 127"
        )]
        let level = self.loudness as u8;
        level & !3
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timers::after;

    const ANN: SeatKey = SeatKey(1);
    const BOB: SeatKey = SeatKey(2);

    /// Plays 20 ms packets for both, `ms` long, and settles every 50 ms.
    fn play(speakers: &mut Speakers, now: &mut Instant, ms: u64, ann: Option<u8>, bob: Option<u8>) {
        for step in 0..ms / 10 {
            if step % 2 == 0 {
                if let Some(level) = ann {
                    speakers.hear(ANN, level, *now);
                }
                if let Some(level) = bob {
                    speakers.hear(BOB, level, *now);
                }
            }
            if step % 5 == 0 {
                speakers.settle(*now);
            }
            *now = after(*now, Duration::from_millis(10));
        }
    }

    fn begin() -> (Speakers, Instant) {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let now = Instant::now();
        (Speakers::default(), now)
    }

    #[test]
    fn who_speaks_dominates_and_a_fan_does_not() {
        let (mut speakers, mut now) = begin();
        play(&mut speakers, &mut now, 2000, Some(60), Some(40));
        assert_eq!(speakers.dominant(), None);
        assert_eq!(speakers.heard().count(), 0);
        play(&mut speakers, &mut now, 200, Some(100), Some(40));
        assert_eq!(speakers.dominant(), Some(ANN));
        assert_eq!(speakers.heard().map(|(who, _)| who).collect::<Vec<_>>(), [ANN]);
    }

    #[test]
    fn a_cough_does_not_take_over_but_a_sentence_does() {
        let (mut speakers, mut now) = begin();
        play(&mut speakers, &mut now, 1000, Some(100), Some(0));
        play(&mut speakers, &mut now, 150, Some(100), Some(120));
        play(&mut speakers, &mut now, 600, Some(100), Some(0));
        assert_eq!(speakers.dominant(), Some(ANN), "a cough");
        play(&mut speakers, &mut now, 1500, Some(40), Some(100));
        assert_eq!(speakers.dominant(), Some(BOB), "a sentence while the other is silent");
    }

    #[test]
    fn who_does_not_say_how_loud_they_are_is_heard_and_takes_over_nothing() {
        let (mut speakers, mut now) = begin();
        assert!(speakers.hear_unmeasured(BOB));
        assert!(!speakers.hear_unmeasured(BOB));
        play(&mut speakers, &mut now, 1000, Some(60), None);
        assert!(speakers.loudness(BOB) > speakers.loudness(ANN));
        assert_eq!((speakers.dominant(), speakers.heard().count()), (None, 0));
        speakers.hear(BOB, 0, now);
        assert!(speakers.loudness(BOB) < 1.0, "who says it once is measured");
        assert!(!speakers.hear_unmeasured(BOB));
        speakers.forget(BOB);
        assert!(speakers.loudness(BOB) < 1.0);
    }

    #[test]
    fn the_last_speaker_stays_through_silence_until_forgotten() {
        let (mut speakers, mut now) = begin();
        play(&mut speakers, &mut now, 500, Some(100), None);
        play(&mut speakers, &mut now, 5000, None, Some(0));
        assert_eq!(speakers.dominant(), Some(ANN));
        assert_eq!(speakers.heard().count(), 0, "no packets is silence");
        assert!(speakers.is_quiet());
        speakers.forget(ANN);
        assert_eq!(speakers.dominant(), None);
    }
}
