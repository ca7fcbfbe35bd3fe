//! Moments at which something wants to be woken.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;
use std::time::Instant;

/// One moment per key, the earliest first.
///
/// Setting a later moment than the one that stands changes nothing: waking somebody too early is harmless and
/// happens once, while moving the entry on every packet would cost more than the packet.
#[derive(Debug)]
pub(crate) struct Timers<K> {
    queue: BTreeSet<(Instant, K)>,
    moments: BTreeMap<K, Instant>,
}

impl<K: Copy + Ord> Timers<K> {
    pub(crate) fn new() -> Self {
        Self { queue: BTreeSet::new(), moments: BTreeMap::new() }
    }

    pub(crate) fn set(&mut self, key: K, at: Instant) {
        match self.moments.get_mut(&key) {
            Some(moment) if *moment <= at => {}
            Some(moment) => {
                self.queue.remove(&(*moment, key));
                *moment = at;
                self.queue.insert((at, key));
            }
            None => {
                self.moments.insert(key, at);
                self.queue.insert((at, key));
            }
        }
    }

    pub(crate) fn remove(&mut self, key: K) {
        if let Some(moment) = self.moments.remove(&key) {
            self.queue.remove(&(moment, key));
        }
    }

    /// Takes out one key whose moment has come.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<K> {
        let (moment, key) = *self.queue.first()?;
        if moment > now {
            return None;
        }
        self.remove(key);
        Some(key)
    }

    pub(crate) fn earliest(&self) -> Option<Instant> {
        self.queue.first().map(|(moment, _)| *moment)
    }
}

/// The moment `wait` after `now`; `now` itself in the year when that can no longer be told.
pub(crate) fn after(now: Instant, wait: Duration) -> Instant {
    now.checked_add(wait).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_moment_stands_and_comes_first() {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let now = Instant::now();
        let second = |n| after(now, Duration::from_secs(n));
        let mut timers = Timers::new();
        timers.set('a', second(3));
        timers.set('a', second(1));
        timers.set('a', second(2));
        timers.set('b', second(2));
        timers.set('c', second(1));
        timers.remove('c');
        assert_eq!(timers.earliest(), Some(second(1)));
        assert_eq!(timers.pop_due(now), None);
        assert_eq!(timers.pop_due(second(2)), Some('a'));
        assert_eq!(timers.pop_due(second(2)), Some('b'));
        assert_eq!(timers.pop_due(second(9)), None);
    }
}
