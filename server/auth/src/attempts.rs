//! How often one may try.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use domain::Timestamp;

/// How many attempts are free, and how long one takes to grow back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Attempts in a row before the first refusal; at least one.
    pub burst: u32,
    /// After this long one more attempt is free.
    pub every: Duration,
}

/// Counts attempts per key, in a bounded amount of memory.
///
/// The generic cell rate algorithm: per key one point in time, at which all of its attempts will have grown back.
/// It slides, so there is no window at whose edge twice as many are free.
pub struct Attempts<K> {
    quota: Quota,
    most: usize,
    // Two generations instead of an ordered map: when the young one is full, the old one is forgotten. Nothing is
    // ever searched or sorted, and whoever floods the map with keys pushes out mostly their own.
    young: HashMap<K, Timestamp>,
    old: HashMap<K, Timestamp>,
}

impl<K: Hash + Eq> Attempts<K> {
    /// A limiter that remembers at most `most` keys.
    pub fn new(quota: Quota, most: usize) -> Self {
        Self { quota, most, young: HashMap::new(), old: HashMap::new() }
    }

    /// Counts one attempt of `key`.
    ///
    /// # Errors
    /// The time until the next attempt is free. A refused attempt is not counted, so that waiting always helps.
    pub fn admit(&mut self, key: K, now: Timestamp) -> Result<(), Duration> {
        let known = self.young.get(&key).or_else(|| self.old.get(&key)).copied();
        let grown_back = known.filter(|time| *time > now).unwrap_or(now).later(self.quota.every);
        let capacity = self.quota.every.saturating_mul(self.quota.burst.max(1));
        let debt = grown_back.since(now);
        if debt > capacity {
            return Err(debt - capacity);
        }
        if self.young.len() >= self.most.div_ceil(2) && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, grown_back);
        Ok(())
    }

    /// Gives back one attempt of `key` that turned out to be none.
    ///
    /// What grew back before it is given back counts twice: at most one attempt too many for each that is given back.
    pub fn give_back(&mut self, key: &K) {
        // The old generation only counts for whoever is not in the young one.
        let Some(grown_back) = self.young.get_mut(key).or_else(|| self.old.get_mut(key)) else { return };
        *grown_back = grown_back.earlier(self.quota.every);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota { burst: 3, every: Duration::from_secs(10) };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn a_burst_is_free_then_one_grows_back_at_a_time() {
        let mut attempts = Attempts::new(QUOTA, 100);
        for _ in 0..3 {
            assert_eq!(attempts.admit("ann", at(0)), Ok(()));
        }
        assert_eq!(attempts.admit("ann", at(0)), Err(Duration::from_secs(10)));
        assert_eq!(attempts.admit("ann", at(9)), Err(Duration::from_secs(1)));
        assert_eq!(attempts.admit("ann", at(10)), Ok(()));
        assert_eq!(attempts.admit("ann", at(10)), Err(Duration::from_secs(10)));
    }

    #[test]
    fn keys_do_not_share_a_quota() {
        let mut attempts = Attempts::new(Quota { burst: 1, ..QUOTA }, 100);
        assert!(attempts.admit("ann", at(0)).is_ok());
        assert!(attempts.admit("ben", at(0)).is_ok());
        assert!(attempts.admit("ann", at(0)).is_err());
    }

    #[test]
    fn refused_attempts_do_not_lengthen_the_wait() {
        let mut attempts = Attempts::new(Quota { burst: 1, ..QUOTA }, 100);
        assert!(attempts.admit("ann", at(0)).is_ok());
        for second in 1..10 {
            assert!(attempts.admit("ann", at(second)).is_err());
        }
        assert!(attempts.admit("ann", at(10)).is_ok());
    }

    #[test]
    fn an_attempt_that_is_given_back_is_free_again_and_no_other_is() {
        let mut attempts = Attempts::new(QUOTA, 100);
        for _ in 0..3 {
            assert!(attempts.admit("ann", at(0)).is_ok());
        }
        attempts.give_back(&"ann");
        assert_eq!(attempts.admit("ann", at(0)), Ok(()));
        assert_eq!(attempts.admit("ann", at(0)), Err(Duration::from_secs(10)));
        attempts.give_back(&"ben");
        assert_eq!(attempts.admit("ann", at(0)), Err(Duration::from_secs(10)));
    }

    #[test]
    fn what_is_given_back_late_is_one_attempt_and_no_more() {
        let mut attempts = Attempts::new(QUOTA, 100);
        assert!(attempts.admit("ann", at(0)).is_ok());
        attempts.give_back(&"ann");
        attempts.give_back(&"ann");
        // However much was given back, a burst is all that is free.
        for _ in 0..3 {
            assert!(attempts.admit("ann", at(100)).is_ok());
        }
        assert!(attempts.admit("ann", at(100)).is_err());
    }

    #[test]
    fn an_attempt_is_given_back_also_where_its_key_grew_old() {
        let mut attempts = Attempts::new(Quota { burst: 1, ..QUOTA }, 4);
        for key in 0..3 {
            assert!(attempts.admit(key, at(0)).is_ok());
        }
        attempts.give_back(&0);
        assert!(attempts.admit(0, at(0)).is_ok());
    }

    #[test]
    fn memory_is_bounded_and_a_recent_key_survives_a_flood_of_half_of_it() {
        let mut attempts = Attempts::new(Quota { burst: 1, ..QUOTA }, 1000);
        assert!(attempts.admit(0_u32, at(0)).is_ok());
        for key in 1..500 {
            assert!(attempts.admit(key, at(0)).is_ok());
        }
        assert!(attempts.admit(0, at(0)).is_err());
        for key in 500..100_000 {
            assert!(attempts.admit(key, at(0)).is_ok());
            assert!(attempts.young.len() + attempts.old.len() <= 1000);
        }
    }

    #[test]
    fn a_clock_that_runs_backwards_locks_nobody_out_for_long() {
        let mut attempts = Attempts::new(QUOTA, 100);
        assert!(attempts.admit("ann", at(1000)).is_ok());
        assert!(matches!(attempts.admit("ann", at(0)), Err(wait) if wait <= Duration::from_secs(1000)));
    }
}
