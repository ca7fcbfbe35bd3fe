//! What may be sent again: whoever asks for everything anew is not given more than the connection carries.

use std::time::Instant;

/// What repetitions may take of the estimated rate, in percent.
const SHARE: u64 = 50;

/// Octets that gather at most.
const MOST: u64 = 64_000;

/// Octets that may be sent again.
#[derive(Debug)]
pub(crate) struct Allowance {
    octets: u64,
    added_at: Instant,
}

impl Allowance {
    pub(crate) fn new(now: Instant) -> Self {
        Self { octets: MOST, added_at: now }
    }

    /// Takes so many octets out, if they are there.
    pub(crate) fn take(&mut self, octets: usize) -> bool {
        let left = u64::try_from(octets).ok().and_then(|octets| self.octets.checked_sub(octets));
        self.octets = left.unwrap_or(self.octets);
        left.is_some()
    }

    /// Lets time add its part of `rate` bits per second.
    pub(crate) fn add(&mut self, rate: u64, now: Instant) {
        let millis = u64::try_from(now.saturating_duration_since(self.added_at).as_millis()).unwrap_or(u64::MAX);
        let added = rate.saturating_mul(SHARE).saturating_mul(millis) / (100 * 8 * 1000);
        if added > 0 {
            self.octets = self.octets.saturating_add(added).min(MOST);
            self.added_at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::timers::after;

    #[test]
    fn what_is_used_up_comes_back_with_time_and_never_gathers_beyond_its_bound() {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let now = Instant::now();
        let mut allowance = Allowance::new(now);
        let taken = |allowance: &mut Allowance| (0..200).filter(|_| allowance.take(1000)).count();
        assert_eq!(taken(&mut allowance), 64);
        allowance.add(1_600_000, after(now, Duration::from_millis(100)));
        assert_eq!(taken(&mut allowance), 10, "half of the rate");
        allowance.add(1_600_000, after(now, Duration::from_secs(100)));
        assert_eq!(taken(&mut allowance), 64);
    }
}
