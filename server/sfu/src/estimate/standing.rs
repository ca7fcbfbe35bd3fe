//! Whether a queue stands: full already, so that its delay does not grow any more, while everybody hears it.

use std::collections::VecDeque;
use std::time::Duration;
use std::time::Instant;

use crate::arrivals::Fate;

/// A delay that stands this far above the shortest, in milliseconds.
const STANDING: f64 = 80.0;

/// Packets of which the fastest counts: chance delays single ones, a queue delays all.
const PACKETS: usize = 12;

/// How long the shortest delay is remembered, at least; routes change, and clocks drift.
const MEMORY: Duration = Duration::from_secs(8);

/// Delays of late, in milliseconds on two clocks that were never compared.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Where the delays are measured from.
    epoch: Option<(Instant, Duration)>,
    shortest: Option<f64>,
    shortest_before: Option<f64>,
    last: VecDeque<f64>,
}

impl Standing {
    pub(super) fn take(&mut self, fate: &Fate) {
        let Some(arrived) = fate.arrived else { return };
        let (sent, first) = *self.epoch.get_or_insert((fate.sent, arrived));
        let way = fate.sent.saturating_duration_since(sent).as_secs_f64();
        let delay = (arrived.as_secs_f64() - first.as_secs_f64() - way) * 1000.0;
        self.shortest = Some(self.shortest.map_or(delay, |shortest| shortest.min(delay)));
        self.last.push_back(delay);
        if self.last.len() > PACKETS {
            self.last.pop_front();
        }
        if way > MEMORY.as_secs_f64() {
            self.shortest_before = self.shortest.take();
            // The same delays, seen from the new epoch.
            self.epoch = Some((fate.sent, arrived));
            self.shortest_before = self.shortest_before.map(|before| before - delay);
            self.last.iter_mut().for_each(|last| *last -= delay);
        }
    }

    pub(super) fn stands(&self) -> bool {
        let fastest = self.last.iter().copied().fold(f64::INFINITY, f64::min);
        let shortest = self.shortest.into_iter().chain(self.shortest_before).fold(fastest, f64::min);
        self.last.len() == PACKETS && fastest - shortest > STANDING
    }
}
