//! Whether packets wait in a queue, and whether it stands: full already, so that its delay does not grow any more.

use std::collections::VecDeque;
use std::time::Duration;
use std::time::Instant;

use crate::arrivals::Fate;
use crate::timers::after;

/// How far above the shortest a delay stands of which there is no doubt, and one that may come from a queue, in
/// milliseconds.
const STANDING: f64 = 80.0;
const QUEUED: f64 = 25.0;

/// How much of that is taken to be chance that even the fastest of a few packets meets on some ways, at most; and how quickly
/// it is learned, by each report.
const MOST_CHANCE: f64 = 40.0;
const LEARNED: f64 = 0.02;

/// Packets of which the fastest counts: chance delays single ones, a queue delays all.
const PACKETS: usize = 12;

/// A queue that we filled is empty by then, because less was sent meanwhile; a delay that stays is that of a longer way.
const PATIENCE: Duration = Duration::from_secs(2);

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
    /// How long everybody waits on average, in milliseconds.
    usual: f64,
    /// Since when the delay stands.
    since: Option<Instant>,
}

impl Standing {
    /// Takes what became of packets.
    pub(super) fn take(&mut self, fates: &[Fate]) {
        fates.iter().for_each(|fate| self.measure(fate));
        if let Some(last) = fates.last() {
            self.usual += (self.wait().min(MOST_CHANCE) - self.usual) * LEARNED;
            self.get_used(last.sent);
        }
    }

    fn measure(&mut self, fate: &Fate) {
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

    /// Takes a delay that does not go away for that of the way.
    fn get_used(&mut self, now: Instant) {
        if !self.stands() {
            self.since = None;
        } else if after(*self.since.get_or_insert(now), PATIENCE) <= now {
            (self.shortest, self.shortest_before, self.since) = (self.fastest(), None, None);
        }
    }

    /// The shortest of the last delays.
    fn fastest(&self) -> Option<f64> {
        self.last.iter().copied().reduce(f64::min)
    }

    /// Whether everybody waits so long that the queue must be full.
    pub(super) fn stands(&self) -> bool {
        self.last.len() == PACKETS && self.wait() > STANDING
    }

    /// Whether everybody waits: there is a queue, whether it grows or not.
    pub(super) fn is_queued(&self) -> bool {
        self.wait() > QUEUED + self.usual
    }

    /// How much later than at the best of times even the fastest of the last packets came, in milliseconds.
    fn wait(&self) -> f64 {
        let Some(fastest) = self.fastest() else { return 0.0 };
        fastest - self.shortest.into_iter().chain(self.shortest_before).fold(fastest, f64::min)
    }
}
