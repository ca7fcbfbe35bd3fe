//! Locks that can be guessed at: only wrong guesses are charged.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use auth::Guesses;
use auth::Quota;
use auth::guesses::Refused;
use domain::AccountId;
use domain::MeetingId;
use domain::Problem;
use domain::Timestamp;
use domain::people::EmailAddress;
use tokio::sync::Notify;

use super::Limiter;
use super::MOST_KEYS;
use super::Network;
use super::too_many;
use crate::clock;

/// A secret that can be guessed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Lock {
    /// The password of whoever has this address.
    SignIn(EmailAddress),
    /// This account's present password, which is asked before a change.
    ChangePassword(AccountId),
    /// The password of this meeting.
    MeetingPassword(MeetingId),
}

/// A guess that is being looked at. It was wrong, unless it is given back.
#[derive(Debug)]
#[must_use = "dropped at once, it counts as wrong"]
pub struct Guess {
    locks: Arc<Locks>,
    network: Network,
    lock: Lock,
    given_back: bool,
}

impl Guess {
    pub(super) async fn begin(locks: &Arc<Locks>, lock: Lock, network: Network) -> Result<Self, Problem> {
        locks.work.admit(network)?;
        loop {
            // From before the look on: what is decided right after it is heard of as well.
            let decided = locks.decided.notified();
            let begun = locks.wrong().begin(network, &lock, clock::now());
            match begun {
                Ok(()) => return Ok(Self { locks: Arc::clone(locks), network, lock, given_back: false }),
                Err(Refused::Undecided) => decided.await,
                Err(Refused::For(wait)) => return Err(too_many(wait)),
            }
        }
    }

    /// It was right, or nobody looked at it: nothing is charged.
    pub fn give_back(mut self) {
        self.given_back = true;
    }
}

impl Drop for Guess {
    fn drop(&mut self) {
        let mut wrong = self.locks.wrong();
        if self.given_back {
            wrong.give_back(self.network, &self.lock);
        } else {
            wrong.charge(self.network, &self.lock);
        }
        drop(wrong);
        self.locks.decided.notify_waiters();
    }
}

/// Locks of one kind.
pub(super) struct Locks {
    /// Bounds the work of looking at guesses, right ones as well.
    work: Limiter<Network>,
    wrong: Mutex<Wrong>,
    decided: Notify,
}

/// The wrong guesses at each lock.
pub(super) struct Wrong {
    pub(super) here: Guesses<(Network, Lock)>,
    anywhere: Guesses<Lock>,
}

impl Locks {
    /// At most `here` wrong guesses at a lock from one place, and `anywhere` from all of them.
    pub(super) fn new(work: Limiter<Network>, here: Quota, anywhere: Quota) -> Self {
        let wrong = Wrong { here: Guesses::new(here, MOST_KEYS), anywhere: Guesses::new(anywhere, MOST_KEYS) };
        Self { work, wrong: Mutex::new(wrong), decided: Notify::new() }
    }

    pub(super) fn wrong(&self) -> MutexGuard<'_, Wrong> {
        // Each entry is replaced as a whole, so a panic elsewhere cannot leave the counts half changed.
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wrong {
    fn begin(&mut self, network: Network, lock: &Lock, now: Timestamp) -> Result<(), Refused> {
        let here = (network, lock.clone());
        self.here.begin(here.clone(), now)?;
        // What is refused is not charged, not even at the first of the two.
        self.anywhere.begin(lock.clone(), now).inspect_err(|_| self.here.give_back(&here))
    }

    fn charge(&mut self, network: Network, lock: &Lock) {
        self.here.charge(&(network, lock.clone()));
        self.anywhere.charge(lock);
    }

    fn give_back(&mut self, network: Network, lock: &Lock) {
        self.here.give_back(&(network, lock.clone()));
        self.anywhere.give_back(lock);
    }
}

impl std::fmt::Debug for Locks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Locks(…)")
    }
}
