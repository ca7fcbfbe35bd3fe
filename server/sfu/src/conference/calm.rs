//! When a receiver's pictures may become larger again, after one had to become smaller.

use std::time::Duration;
use std::time::Instant;

use crate::timers::after;

/// How long none does: a link that was just full may be so again.
const FIRST: Duration = Duration::from_secs(2);

/// It doubles with every rise that the link turns out not to carry, up to this many times.
const MOST_DOUBLINGS: u32 = 3;

/// What a rise is too much for shows within this time; a link that narrows later does so for reasons of its own.
const SHOWS_WITHIN: Duration = Duration::from_secs(5);

/// What became of a receiver's pictures when its bandwidth was shared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// One that flows may become larger. What rests comes back whenever there is room for it.
    pub(super) rises: bool,
    /// One of them must be smaller than it is.
    pub(super) falls: bool,
    /// The link carries less than what flows.
    pub(super) overdrawn: bool,
}

/// Keeps pictures from going up and down on a link that carries almost the next larger one.
#[derive(Debug, Default)]
pub(super) struct Calm {
    until: Option<Instant>,
    /// When a picture rose, unless a fall has been blamed on that.
    rose: Option<Instant>,
    /// Rises in a row that were too much.
    failed: u32,
}

impl Calm {
    pub(super) fn may_rise(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| until <= now)
    }

    pub(super) fn note(&mut self, change: Change, now: Instant) {
        if change.falls {
            if let Some(rose) = self.rose.take_if(|_| change.overdrawn) {
                let too_much = now < after(rose, SHOWS_WITHIN);
                self.failed = if too_much { self.failed.saturating_add(1).min(MOST_DOUBLINGS) } else { 0 };
            }
            self.until = Some(after(now, FIRST.saturating_mul(1 << self.failed)));
        }
        if change.rises {
            self.rose = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RISE: Change = Change { rises: true, falls: false, overdrawn: false };
    const FALL: Change = Change { rises: false, falls: true, overdrawn: true };

    #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
    fn start() -> Instant {
        Instant::now()
    }

    /// Seconds from one fall to the next rise, if the link carries it for so many.
    fn pauses(calm: &mut Calm, start: Instant, carried: u64, times: usize) -> Vec<u64> {
        let (mut now, mut pauses) = (start, Vec::new());
        for _ in 0..times {
            calm.note(RISE, now);
            now = after(now, Duration::from_secs(carried));
            calm.note(FALL, now);
            let fell = now;
            while !calm.may_rise(now) {
                now = after(now, Duration::from_secs(1));
            }
            pauses.push(now.duration_since(fell).as_secs());
        }
        pauses
    }

    #[test]
    fn a_link_that_never_carries_more_is_asked_ever_less_often() {
        assert_eq!(pauses(&mut Calm::default(), start(), 1, 6), [4, 8, 16, 16, 16, 16]);
    }

    #[test]
    fn a_link_that_narrows_from_time_to_time_is_full_again_soon() {
        let (mut calm, start) = (Calm::default(), start());
        assert_eq!(pauses(&mut calm, start, 1, 2), [4, 8]);
        assert_eq!(pauses(&mut calm, after(start, Duration::from_secs(60)), 20, 3), [2, 2, 2]);
    }

    #[test]
    fn one_rise_is_blamed_once_and_never_for_a_change_of_wishes() {
        let (mut calm, now) = (Calm::default(), start());
        calm.note(RISE, now);
        calm.note(Change { overdrawn: false, ..FALL }, now);
        assert!(calm.may_rise(after(now, FIRST)), "somebody else is wanted more");
        calm.note(FALL, now);
        calm.note(FALL, now);
        assert!(!calm.may_rise(after(now, FIRST)));
        assert!(calm.may_rise(after(now, 2 * FIRST)), "two layers down are one fall");
    }
}
