//! How much really arrived.

use std::collections::VecDeque;
use std::time::Duration;

use crate::arrivals::Fate;

/// The time that is looked back on: long enough for a few pictures, short enough to see a change.
const WINDOW: Duration = Duration::from_millis(500);

/// Nothing is said before this much time was seen.
const LEAST: Duration = Duration::from_millis(150);

/// Packets kept at most: half a second at 30 Mbit/s. A receiver may claim any times, also such that never pass.
const MOST: usize = 2048;

/// Octets that arrived lately, on the receiver's clock.
#[derive(Debug, Default)]
pub(super) struct Acked {
    arrivals: VecDeque<(Duration, u32)>,
    octets: u64,
}

impl Acked {
    pub(super) fn take(&mut self, fate: &Fate) {
        let Some(at) = fate.arrived else { return };
        self.arrivals.push_back((at, fate.octets));
        self.octets = self.octets.saturating_add(u64::from(fate.octets));
        if self.arrivals.len() > MOST {
            self.forget_first(|_| true);
        }
        while self.forget_first(|first| first.saturating_add(WINDOW) < at) {}
    }

    /// Forgets the first arrival if `old` says so of its time; whether it did.
    fn forget_first(&mut self, old: impl Fn(Duration) -> bool) -> bool {
        let forgotten = self.arrivals.pop_front_if(|(first, _)| old(*first));
        if let Some((_, octets)) = forgotten {
            self.octets = self.octets.saturating_sub(u64::from(octets));
        }
        forgotten.is_some()
    }

    /// Bits per second.
    pub(super) fn rate(&self) -> Option<f64> {
        let ((first, unmeasured), (last, _)) = (self.arrivals.front()?, self.arrivals.back()?);
        let time = last.saturating_sub(*first);
        // How long the first packet took to arrive lies before the time that is measured.
        #[expect(clippy::cast_precision_loss, reason = "octets of half a second")]
        let octets = self.octets.saturating_sub(u64::from(*unmeasured)) as f64;
        (time >= LEAST).then(|| octets * 8.0 / time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn take(acked: &mut Acked, millis: impl Iterator<Item = u64>) {
        #[expect(clippy::disallowed_methods, reason = "a moment that says nothing here")]
        let sent = Instant::now();
        millis.for_each(|at| {
            acked.take(&Fate { sent, octets: 1250, piece: None, arrived: Some(Duration::from_millis(at)) })
        });
    }

    #[test]
    fn the_rate_is_that_of_the_last_half_second() {
        let mut acked = Acked::default();
        take(&mut acked, (0..100).map(|n| n * 100));
        take(&mut acked, (0..100).map(|n| 10_000 + n * 10));
        let rate = acked.rate().unwrap();
        assert!((0.95e6..1.05e6).contains(&rate), "{rate}");
    }

    #[test]
    fn times_that_run_backwards_fill_no_memory() {
        let mut acked = Acked::default();
        take(&mut acked, (0..10_000).rev());
        assert!(acked.arrivals.len() <= MOST + 1);
        take(&mut acked, 20_000..20_200);
        assert!(acked.rate().is_some(), "and are forgotten once time passes again");
    }
}
