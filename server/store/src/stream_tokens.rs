//! Tokens for programs that publish to a meeting or watch it.

use domain::MeetingId;
use domain::stream::Grant;
use domain::stream::StreamToken;
use surrealdb::types::RecordId;
use surrealdb::types::SurrealValue;

use crate::Error;
use crate::Store;
use crate::accounts::nothing;
use crate::row;

#[derive(Clone, SurrealValue)]
struct Row {
    id: RecordId,
    meeting: String,
    name: String,
    may: String,
    created_ms: i64,
}

impl Row {
    fn token(self) -> Result<(MeetingId, StreamToken), Error> {
        let grant = Grant::parse(&self.may).ok_or_else(|| Error::Unreadable(format!("{} is no grant", self.may)))?;
        let (id, name, created_at) = (row::key(self.id)?, row::value(self.name)?, row::time(self.created_ms));
        Ok((row::value(self.meeting)?, StreamToken { id, name, grant, created_at }))
    }
}

#[derive(Clone, SurrealValue)]
struct Key {
    meeting: String,
    digest: String,
}

impl Store {
    /// Adds a token of a meeting, under its digest; false if the meeting does not exist.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_stream_token(&self, meeting: &MeetingId, token: &StreamToken) -> Result<bool, Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            meeting: String,
            digest: String,
            name: String,
            may: String,
            now: i64,
        }
        let question = "{
            IF !record::exists(type::record('meeting', $meeting)) { RETURN false };
            CREATE type::record('stream_token', $digest)
                SET meeting = $meeting, name = $name, may = $may, created_ms = $now;
            RETURN true
        }";
        let values = Values {
            meeting: meeting.to_string(),
            digest: token.id.clone(),
            name: token.name.to_string(),
            may: token.grant.as_str().to_owned(),
            now: token.created_at.as_millis(),
        };
        self.ask(question, values).await
    }

    /// The tokens of a meeting, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stream_tokens(&self, meeting: &MeetingId) -> Result<Vec<StreamToken>, Error> {
        let question = "SELECT * FROM stream_token WHERE meeting = $meeting ORDER BY created_ms DESC LIMIT 1000";
        let values = Key { meeting: meeting.to_string(), digest: String::new() };
        let rows: Vec<Row> = self.ask(question, values).await?;
        rows.into_iter().map(|row| row.token().map(|(_, token)| token)).collect()
    }

    /// The token with this digest and its meeting, unless it was taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stream_token(&self, digest: &str) -> Result<Option<(MeetingId, StreamToken)>, Error> {
        let values = Key { meeting: String::new(), digest: digest.to_owned() };
        let rows: Vec<Row> = self.ask("SELECT * FROM type::record('stream_token', $digest)", values).await?;
        rows.into_iter().next().map(Row::token).transpose()
    }

    /// Takes a token of a meeting back; an unknown one is no matter.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_stream_token(&self, meeting: &MeetingId, digest: &str) -> Result<(), Error> {
        let values = Key { meeting: meeting.to_string(), digest: digest.to_owned() };
        self.ask("DELETE type::record('stream_token', $digest) WHERE meeting = $meeting", values).await.map(nothing)
    }
}
