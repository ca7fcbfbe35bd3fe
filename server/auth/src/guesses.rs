//! Guesses at a secret, of which only the wrong ones count.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use domain::Timestamp;

use crate::Attempts;
use crate::Quota;

/// Counts wrong guesses per key, in a bounded amount of memory beside the guesses that are being looked at.
///
/// A guess counts from when it is begun, so that nobody gets more of them by making them all at once; whether it was
/// right is known later, and then it is given back. Whoever comes meanwhile and finds none left waits for that: many
/// people who know the secret may come at a time.
pub struct Guesses<K> {
    attempts: Attempts<K>,
    undecided: HashMap<K, u32>,
}

/// Why a guess may not be begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// One that is being looked at may be given back: to be tried again when it is decided.
    Undecided,
    /// Too many were wrong; the next one is free after this time.
    For(Duration),
}

impl<K: Clone + Hash + Eq> Guesses<K> {
    /// Nobody has guessed yet; `most` as for [`Attempts::new`].
    pub fn new(quota: Quota, most: usize) -> Self {
        Self { attempts: Attempts::new(quota, most), undecided: HashMap::new() }
    }

    /// Begins a guess, which is to be decided by [`charge`](Self::charge) or [`give_back`](Self::give_back).
    ///
    /// # Errors
    /// [`Refused`]; then nothing is begun.
    pub fn begin(&mut self, key: K, now: Timestamp) -> Result<(), Refused> {
        match self.attempts.admit(key.clone(), now) {
            Ok(()) => {
                *self.undecided.entry(key).or_default() += 1;
                Ok(())
            }
            Err(_) if self.undecided.contains_key(&key) => Err(Refused::Undecided),
            Err(wait) => Err(Refused::For(wait)),
        }
    }

    /// Decides a guess: it was wrong, and counts.
    pub fn charge(&mut self, key: &K) {
        self.decide(key);
    }

    /// Decides a guess: it was right, or nobody looked at it.
    pub fn give_back(&mut self, key: &K) {
        if self.decide(key) {
            self.attempts.give_back(key);
        }
    }

    /// Whether there was one to decide.
    fn decide(&mut self, key: &K) -> bool {
        let Some(undecided) = self.undecided.get_mut(key) else { return false };
        *undecided -= 1;
        if *undecided == 0 {
            self.undecided.remove(key);
        }
        true
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
    fn whoever_knows_the_secret_may_say_it_as_often_as_they_like() {
        let mut guesses = Guesses::new(QUOTA, 100);
        for _ in 0..1000 {
            assert_eq!(guesses.begin("door", at(0)), Ok(()));
            guesses.give_back(&"door");
        }
    }

    #[test]
    fn right_guesses_in_between_buy_no_wrong_ones() {
        let mut guesses = Guesses::new(QUOTA, 100);
        for _ in 0..3 {
            assert_eq!(guesses.begin("door", at(0)), Ok(()));
            guesses.charge(&"door");
            if guesses.begin("door", at(0)).is_ok() {
                guesses.give_back(&"door");
            }
        }
        assert_eq!(guesses.begin("door", at(0)), Err(Refused::For(Duration::from_secs(10))));
    }

    #[test]
    fn guesses_at_the_same_time_are_no_more_than_one_after_the_other() {
        let mut guesses = Guesses::new(QUOTA, 100);
        for _ in 0..3 {
            assert_eq!(guesses.begin("door", at(0)), Ok(()));
        }
        assert_eq!(guesses.begin("door", at(0)), Err(Refused::Undecided));
        assert_eq!(guesses.begin("other", at(0)), Ok(()), "each key by itself");
        guesses.charge(&"door");
        assert_eq!(guesses.begin("door", at(0)), Err(Refused::Undecided), "two more may yet be right");
        guesses.give_back(&"door");
        assert_eq!(guesses.begin("door", at(0)), Ok(()));
        guesses.charge(&"door");
        guesses.charge(&"door");
        assert_eq!(guesses.begin("door", at(0)), Err(Refused::For(Duration::from_secs(10))));
    }

    #[test]
    fn what_was_not_begun_is_not_given_back() {
        let mut guesses = Guesses::new(QUOTA, 100);
        for _ in 0..3 {
            assert_eq!(guesses.begin("door", at(0)), Ok(()));
            guesses.charge(&"door");
        }
        guesses.give_back(&"door");
        assert_eq!(guesses.begin("door", at(0)), Err(Refused::For(Duration::from_secs(10))));
    }

    #[test]
    fn of_what_is_decided_nothing_stays() {
        let mut guesses = Guesses::new(QUOTA, 100);
        for key in 0..50 {
            assert_eq!(guesses.begin(key, at(0)), Ok(()));
            guesses.charge(&key);
        }
        assert!(guesses.undecided.is_empty());
    }
}
