//! How a question is asked.

use std::hash::BuildHasher;
use std::hash::RandomState;
use std::time::Duration;

use surrealdb::types::QueryError;
use surrealdb::types::SurrealValue;
use surrealdb::types::Value;

use crate::Error;
use crate::Store;

/// How often a change is tried that collides with changes of others.
const TRIES: u32 = 30;

/// The words of questions that change something.
const CHANGES: [&str; 4] = ["CREATE ", "UPDATE ", "UPSERT ", "DELETE "];

/// How the standard library writes what the operating system refused. The database passes it on as text alone.
const REFUSED_BY_SYSTEM: &str = "(os error ";

/// The pause before the second try; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

impl Store {
    /// Asks one statement and reads its answer.
    ///
    /// One statement is one transaction: what takes several steps is one block in braces. The text is fixed at
    /// compile time, so that values can only be bound. Asked again when another transaction was faster: the engine
    /// answers a collision with an error, even for a single `UPDATE`.
    pub(crate) async fn ask<T: SurrealValue>(
        &self,
        question: &'static str,
        values: impl SurrealValue + Clone,
    ) -> Result<T, Error> {
        let _until_answered = self.watch.as_ref().map(|watch| watch.asked());
        let changes = changes(question);
        let jitter = RandomState::new();
        for attempt in 0..TRIES {
            if changes && !self.takes_changes() {
                return Err(Error::Halted);
            }
            let answer = match self.db.query(question).bind(values.clone()).await {
                Ok(mut answer) => answer.take::<Value>(0),
                Err(error) => Err(error),
            };
            match answer {
                Ok(value) => return T::from_value(value).map_err(|error| Error::Unreadable(error.to_string())),
                Err(error) if error.query_details() == Some(&QueryError::TransactionConflict) => {
                    tokio::time::sleep(pause(attempt, &jitter)).await;
                }
                Err(error) => {
                    if changes && error.to_string().contains(REFUSED_BY_SYSTEM) {
                        self.halted.send_replace(Some(error.to_string()));
                    }
                    return Err(Error::Failed(error));
                }
            }
        }
        Err(Error::Busy)
    }
}

/// Whether a question changes something.
fn changes(question: &str) -> bool {
    CHANGES.iter().any(|word| question.contains(word))
}

/// Between half and all of the doubled pause, different for everybody who collided.
fn pause(attempt: u32, jitter: &RandomState) -> Duration {
    let full = FIRST_PAUSE.saturating_mul(1 << attempt.min(16)).min(LONGEST_PAUSE);
    let share = u32::try_from(jitter.hash_one(attempt) % 1000).unwrap_or(0);
    full / 2 + full / 2 * share / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_changes_something_is_known_by_its_words() {
        assert!(changes("UPDATE type::record('session', $digest) SET expires_ms = $time RETURN NONE"));
        assert!(changes("{ LET $room = 1; CREATE $chat SET number = 1; RETURN 1 }"));
        assert!(!changes("SELECT VALUE number FROM chat WHERE updated = NONE"));
    }
}
