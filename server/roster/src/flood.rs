//! How fast one connection may talk.

use std::time::Duration;

use domain::Timestamp;

/// Messages that may come at once.
const BURST: f64 = 60.0;
/// Messages a second that may go on for ever.
const RATE: f64 = 20.0;
/// How many messages may be slowed, with no real pause between them, before the connection is closed.
const PATIENCE: u32 = 100;
/// Tokens that only a client has who paused: a slowed one is read exactly at [`RATE`], give or take a late timer.
const PAUSED: f64 = BURST / 2.0;

/// Lets messages pass at a bounded rate: a token bucket that first slows, then closes.
#[derive(Debug)]
pub struct FloodGate {
    tokens: f64,
    filled_at: Timestamp,
    slowed: u32,
}

/// What happens to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is handled at once.
    Pass,
    /// It is handled after this time, and nothing is read before.
    Wait(Duration),
    /// The connection is closed.
    Close,
}

impl FloodGate {
    /// A gate that nobody has passed.
    pub fn new(now: Timestamp) -> Self {
        Self { tokens: BURST, filled_at: now, slowed: 0 }
    }

    /// Decides about one more message.
    pub fn admit(&mut self, now: Timestamp) -> Verdict {
        self.tokens = (self.tokens + now.since(self.filled_at).as_secs_f64() * RATE).min(BURST);
        self.filled_at = now;
        if self.tokens >= PAUSED {
            self.slowed = 0;
        }
        self.tokens -= 1.0;
        if self.tokens >= 0.0 {
            return Verdict::Pass;
        }
        self.slowed += 1;
        if self.slowed > PATIENCE {
            return Verdict::Close;
        }
        Verdict::Wait(Duration::from_secs_f64(-self.tokens / RATE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_a_flood_is_slowed_then_closed() {
        let mut now = Timestamp::from_millis(0);
        let mut gate = FloodGate::new(now);
        for _ in 0..60 {
            assert_eq!(gate.admit(now), Verdict::Pass);
        }
        // Timers come late, so that now and then a message of a flood passes unslowed.
        let late = Duration::from_millis(30);
        let closed = (0..3 * PATIENCE).any(|_| match gate.admit(now) {
            Verdict::Wait(pause) => {
                now = now.later(pause + late);
                false
            }
            Verdict::Close => true,
            Verdict::Pass => false,
        });
        assert!(closed);
    }

    #[test]
    fn who_pauses_may_talk_again() {
        let start = Timestamp::from_millis(0);
        let mut gate = FloodGate::new(start);
        for _ in 0..70 {
            gate.admit(start);
        }
        assert_eq!(gate.admit(start.later(Duration::from_secs(5))), Verdict::Pass);
    }

    #[test]
    fn twenty_a_second_pass_for_ever() {
        let mut now = Timestamp::from_millis(0);
        let mut gate = FloodGate::new(now);
        for _ in 0..10_000 {
            now = now.later(Duration::from_millis(50));
            assert_eq!(gate.admit(now), Verdict::Pass);
        }
    }
}
