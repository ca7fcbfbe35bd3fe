//! Connections of people who are signed in: each ends with the session of the site that it came by.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use domain::AccountId;
use domain::Problem;
use tokio::sync::watch;

/// All of them; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Visits {
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    entries: HashMap<u64, Entry>,
    /// Numbers the entries.
    entered: u64,
}

/// The way to one connection's task.
#[derive(Debug)]
struct Entry {
    account: AccountId,
    /// The digest of the session that the connection came by.
    session: String,
    end: watch::Sender<Option<Problem>>,
}

/// A connection's own end of its entry. Dropping it forgets the entry.
#[derive(Debug)]
pub(super) struct Visit {
    visits: Visits,
    number: u64,
    end: watch::Receiver<Option<Problem>>,
}

impl Visits {
    /// Enters a connection. What ends its session from here on ends the visit.
    pub(super) fn enter(&self, account: AccountId, session: String) -> Visit {
        let (end, ended) = watch::channel(None);
        let mut open = self.open();
        open.entered += 1;
        let number = open.entered;
        open.entries.insert(number, Entry { account, session, end });
        Visit { visits: self.clone(), number, end: ended }
    }

    /// Ends those of an account, but for what came by the session `kept`.
    pub(super) fn end_of(&self, account: &AccountId, kept: Option<&str>, why: &Problem) {
        self.end(|entry| entry.account == *account && kept != Some(entry.session.as_str()), why);
    }

    /// Ends what came by a session.
    pub(super) fn end_by(&self, session: &str, why: &Problem) {
        self.end(|entry| entry.session == session, why);
    }

    fn end(&self, ends: impl Fn(&Entry) -> bool, why: &Problem) {
        let open = self.open();
        for entry in open.entries.values().filter(|entry| ends(entry)) {
            entry.end.send_replace(Some(why.clone()));
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        // The map is only ever changed entry by entry, so a panic cannot leave it half changed.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visit {
    /// Waits until it is over, and says why; a guest's never is. Nothing is lost when the wait is given up.
    pub(super) async fn over(visit: &mut Option<Self>) -> Problem {
        let Some(visit) = visit else { return std::future::pending().await };
        let why = visit.end.wait_for(Option::is_some).await.ok().and_then(|why| why.clone());
        why.unwrap_or(Problem::SignedOut)
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.visits.open().entries.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use domain::id::ENTROPY;

    use super::*;

    fn account(n: u8) -> AccountId {
        AccountId::from_entropy([n; ENTROPY])
    }

    fn why(visit: &Visit) -> Option<Problem> {
        visit.end.borrow().clone()
    }

    #[test]
    fn a_visit_ends_with_its_session_and_no_other_does() {
        let visits = Visits::default();
        let [phone, laptop] = ["phone", "laptop"].map(|session| visits.enter(account(1), session.to_owned()));
        let other = visits.enter(account(2), "other".to_owned());
        visits.end_of(&account(1), Some("laptop"), &Problem::SignedOut);
        assert_eq!((why(&phone), why(&laptop), why(&other)), (Some(Problem::SignedOut), None, None));
        visits.end_by("laptop", &Problem::SignedOut);
        assert_eq!((why(&laptop), why(&other)), (Some(Problem::SignedOut), None));
        visits.end_of(&account(2), None, &Problem::AccountDeleted);
        assert_eq!(why(&other), Some(Problem::AccountDeleted));
    }

    #[test]
    fn of_a_connection_that_is_gone_nothing_stays() {
        let visits = Visits::default();
        drop(visits.enter(account(1), "phone".to_owned()));
        assert!(visits.open().entries.is_empty());
    }
}
