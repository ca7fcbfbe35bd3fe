//! Who is signed in.

use domain::AccountId;
use domain::Timestamp;
use domain::people::Account;
use surrealdb::types::SurrealValue;

use crate::Error;
use crate::Store;
use crate::accounts;
use crate::accounts::nothing;

/// A session that has not run out.
#[derive(Clone, Debug)]
pub struct Session {
    /// Whose.
    pub account: Account,
    /// When it runs out.
    pub expires_at: Timestamp,
}

/// What came of opening a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The session is there.
    Opened,
    /// The password was changed since its hash was compared.
    Stale,
}

#[derive(Clone, SurrealValue)]
struct Row {
    account: accounts::Row,
    expires_ms: i64,
}

#[derive(Clone, SurrealValue)]
struct Digest {
    digest: String,
    time: i64,
}

impl Store {
    /// Opens a session for whoever proved the password whose hash is `compared`.
    ///
    /// The account's row is written as well: a change of its password at the same moment collides with this, instead
    /// of missing a session that the old password opened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_session(
        &self,
        digest: &str,
        account: &AccountId,
        compared: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Opened, Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            digest: String,
            account: String,
            compared: String,
            now: i64,
            expires: i64,
        }
        let values = Values {
            digest: digest.to_owned(),
            account: account.to_string(),
            compared: compared.to_owned(),
            now: now.as_millis(),
            expires: expires_at.as_millis(),
        };
        let opened: bool = self
            .ask(
                "{
                    LET $account = type::record('account', $account);
                    LET $found = UPDATE $account SET signed_in_ms = $now WHERE password_hash = $compared;
                    IF array::len($found) = 0 { RETURN false };
                    CREATE type::record('session', $digest)
                        SET account = $account, created_ms = $now, expires_ms = $expires;
                    RETURN true
                }",
                values,
            )
            .await?;
        Ok(if opened { Opened::Opened } else { Opened::Stale })
    }

    /// The session behind a cookie.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, digest: &str, now: Timestamp) -> Result<Option<Session>, Error> {
        let values = Digest { digest: digest.to_owned(), time: now.as_millis() };
        let rows: Vec<Row> = self
            .ask(
                "SELECT account, expires_ms FROM type::record('session', $digest)
                    WHERE expires_ms > $time AND account.name != NONE FETCH account",
                values,
            )
            .await?;
        let session = |row: Row| {
            Ok(Session { account: row.account.account()?, expires_at: Timestamp::from_millis(row.expires_ms) })
        };
        rows.into_iter().next().map(session).transpose()
    }

    /// Lets a session run longer; one that was ended meanwhile stays ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prolong_session(&self, digest: &str, expires_at: Timestamp) -> Result<(), Error> {
        let values = Digest { digest: digest.to_owned(), time: expires_at.as_millis() };
        self.ask("UPDATE type::record('session', $digest) SET expires_ms = $time RETURN NONE", values)
            .await
            .map(nothing)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self, digest: &str) -> Result<(), Error> {
        let values = Digest { digest: digest.to_owned(), time: 0 };
        self.ask("DELETE type::record('session', $digest)", values).await.map(nothing)
    }

    /// Ends all sessions of an account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions_of(&self, account: &AccountId) -> Result<(), Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            account: String,
        }
        self.ask(
            "DELETE session WHERE account = type::record('account', $account)",
            Values { account: account.to_string() },
        )
        .await
        .map(nothing)
    }

    /// Forgets sessions and one-time links that have run out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_expired(&self, now: Timestamp) -> Result<(), Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            now: i64,
        }
        let question = "{
            DELETE session WHERE expires_ms <= $now;
            DELETE one_time_link WHERE expires_ms != NONE AND expires_ms <= $now;
        }";
        self.ask(question, Values { now: now.as_millis() }).await.map(nothing)
    }
}
