//! How much really arrived.

use std::collections::VecDeque;
use std::time::Duration;

use crate::arrivals::Fate;

/// The time that is looked back on: long enough for a few pictures, short enough to see a change.
const WINDOW: Duration = Duration::from_millis(500);

/// Nothing is said before this much time was seen.
const LEAST: Duration = Duration::from_millis(150);

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
        while let Some((_, octets)) = self.arrivals.pop_front_if(|(first, _)| first.saturating_add(WINDOW) < at) {
            self.octets = self.octets.saturating_sub(u64::from(octets));
        }
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
