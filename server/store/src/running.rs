//! Which meetings are running, for a server that comes back after a stop or a crash.

use domain::MeetingId;
use domain::Timestamp;
use surrealdb::types::SurrealValue;

use crate::Error;
use crate::Store;
use crate::accounts::nothing;

#[derive(Clone, SurrealValue)]
struct Key {
    id: String,
    time: i64,
}

impl Store {
    /// Notes that a meeting runs since `since`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_running(&self, id: &MeetingId, since: Timestamp) -> Result<(), Error> {
        let question = "UPSERT type::record('running_meeting', $id) SET since_ms = $time RETURN NONE";
        self.ask(question, Key { id: id.to_string(), time: since.as_millis() }).await.map(nothing)
    }

    /// Notes that a meeting runs no more; one that did not run is no matter.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_over(&self, id: &MeetingId) -> Result<(), Error> {
        let question = "DELETE type::record('running_meeting', $id)";
        self.ask(question, Key { id: id.to_string(), time: 0 }).await.map(nothing)
    }

    /// Whether a meeting was last noted to run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_running(&self, id: &MeetingId) -> Result<bool, Error> {
        let question = "SELECT VALUE since_ms FROM type::record('running_meeting', $id)";
        let found: Vec<i64> = self.ask(question, Key { id: id.to_string(), time: 0 }).await?;
        Ok(!found.is_empty())
    }

    /// Forgets the meetings that were noted before `time`, and not since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_running(&self, time: Timestamp) -> Result<(), Error> {
        let question = "DELETE running_meeting WHERE since_ms < $time";
        self.ask(question, Key { id: String::new(), time: time.as_millis() }).await.map(nothing)
    }
}
