//! How much a stream brings, in bits per second.

use std::time::Duration;
use std::time::Instant;

/// Octets that each payload costs a connection besides itself: IP, UDP, RTP with extensions, and the tag. Of a voice that is
/// as much as the payload.
pub(crate) const OVERHEAD: usize = 72;

/// What is measured at a time: several pictures, and most of the time between two keyframes is not one.
const WINDOW: Duration = Duration::from_millis(500);

/// How much of the old rate is kept.
const SMOOTHING: f64 = 0.5;

/// A rate that follows a stream.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    rate: Option<f64>,
    octets: u64,
    since: Option<Instant>,
}

impl Meter {
    /// Takes a packet with a payload of so many octets.
    pub(crate) fn take(&mut self, payload: usize, now: Instant) {
        let since = *self.since.get_or_insert(now);
        let octets = u64::try_from(payload.saturating_add(OVERHEAD)).unwrap_or_default();
        self.octets = self.octets.saturating_add(octets);
        let time = now.saturating_duration_since(since);
        if time < WINDOW {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "octets of half a second")]
        let rate = self.octets as f64 * 8.0 / time.as_secs_f64();
        self.rate = Some(self.rate.map_or(rate, |old| SMOOTHING * old + (1.0 - SMOOTHING) * rate));
        self.octets = 0;
        self.since = Some(now);
    }

    /// Bits per second; `None` before anything was measured.
    pub(crate) fn rate(&self) -> Option<u64> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate, far below 2^63")]
        let whole = |rate: f64| rate as u64;
        self.rate.map(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timers::after;

    #[test]
    fn a_rate_follows_the_stream() {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let start = Instant::now();
        let mut meter = Meter::default();
        assert_eq!(meter.rate(), None);
        for n in 0..200 {
            meter.take(1250 - OVERHEAD, after(start, Duration::from_millis(n * 10)));
        }
        let rate = meter.rate().unwrap();
        assert!((950_000..1_100_000).contains(&rate), "{rate}");
    }
}
