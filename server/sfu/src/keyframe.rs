//! Asking a sender for a keyframe, not too often.

use std::time::Duration;
use std::time::Instant;

use crate::timers::after;

/// The shortest time between two requests for the same layer.
const PAUSE: Duration = Duration::from_millis(500);

/// The requests for keyframes of one layer, merged.
///
/// Three people who join together would otherwise ask the sender for three keyframes, and the burst starves
/// everyone on a phone. A request is repeated until a keyframe comes, for it may be lost like any packet.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    wanted: bool,
    asked_at: Option<Instant>,
}

impl Gate {
    /// Somebody needs a keyframe.
    pub(crate) fn want(&mut self) {
        self.wanted = true;
    }

    /// Nobody needs one any more, or it has come.
    pub(crate) fn settle(&mut self) {
        self.wanted = false;
    }

    /// When the sender should be asked next.
    pub(crate) fn due(&self, now: Instant) -> Option<Instant> {
        self.wanted.then(|| self.asked_at.map_or(now, |at| after(at, PAUSE)))
    }

    /// Whether to ask the sender now; counts as asked.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let due = self.due(now).is_some_and(|due| due <= now);
        if due {
            self.asked_at = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_merged_and_repeated_until_a_keyframe_comes() {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let start = Instant::now();
        let mut gate = Gate::default();
        assert!(!gate.take(start), "nobody wants one");
        gate.want();
        gate.want();
        assert!(gate.take(start));
        gate.want();
        assert!(!gate.take(after(start, Duration::from_millis(499))));
        assert_eq!(gate.due(start), Some(after(start, PAUSE)));
        assert!(gate.take(after(start, PAUSE)), "repeated while none comes");
        gate.settle();
        assert_eq!(gate.due(start), None);
        gate.want();
        assert!(!gate.take(after(start, PAUSE)), "the pause holds for the next want too");
        assert!(gate.take(after(start, PAUSE * 2)));
    }
}
