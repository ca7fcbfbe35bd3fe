//! Links that work once: the first administrator's, invitations, and those for a new password.

use domain::AccountId;
use domain::Timestamp;
use domain::people::Account;
use surrealdb::types::RecordId;
use surrealdb::types::SurrealValue;

use crate::Error;
use crate::Store;
use crate::accounts;
use crate::accounts::nothing;
use crate::row;

/// An invitation that nobody used yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenInvitation {
    /// The digest of its secret: names it, and opens nothing.
    pub digest: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it runs out.
    pub expires_at: Timestamp,
}

#[derive(Clone, SurrealValue)]
struct Row {
    id: RecordId,
    created_ms: i64,
    expires_ms: i64,
}

#[derive(Clone, SurrealValue)]
struct Link {
    digest: String,
    now: i64,
    expires: i64,
}

impl Store {
    /// Puts a set-up link in the place of all earlier ones.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_set_up_link(&self, digest: &str, now: Timestamp) -> Result<(), Error> {
        let question = "{
            DELETE one_time_link WHERE purpose = 'set_up';
            CREATE type::record('one_time_link', $digest) SET purpose = 'set_up', created_ms = $now;
        }";
        let values = Link { digest: digest.to_owned(), now: now.as_millis(), expires: 0 };
        self.ask(question, values).await.map(nothing)
    }

    /// Whether this is the set-up link that still opens.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_set_up_link(&self, digest: &str) -> Result<bool, Error> {
        let question = "SELECT VALUE purpose FROM type::record('one_time_link', $digest) WHERE purpose = 'set_up'";
        let values = Link { digest: digest.to_owned(), now: 0, expires: 0 };
        let found: Vec<String> = self.ask(question, values).await?;
        Ok(!found.is_empty())
    }

    /// Adds an invitation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invite(&self, digest: &str, now: Timestamp, expires_at: Timestamp) -> Result<(), Error> {
        let question = "CREATE type::record('one_time_link', $digest)
            SET purpose = 'invitation', created_ms = $now, expires_ms = $expires RETURN NONE";
        let values = Link { digest: digest.to_owned(), now: now.as_millis(), expires: expires_at.as_millis() };
        self.ask(question, values).await.map(nothing)
    }

    /// Whether this is an invitation that still opens.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_open_invitation(&self, digest: &str, now: Timestamp) -> Result<bool, Error> {
        let question = "SELECT VALUE purpose FROM type::record('one_time_link', $digest)
            WHERE purpose = 'invitation' AND expires_ms > $now";
        let values = Link { digest: digest.to_owned(), now: now.as_millis(), expires: 0 };
        let found: Vec<String> = self.ask(question, values).await?;
        Ok(!found.is_empty())
    }

    /// The invitations that still open, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_invitations(&self, now: Timestamp) -> Result<Vec<OpenInvitation>, Error> {
        let question = "SELECT id, created_ms, expires_ms FROM one_time_link
            WHERE purpose = 'invitation' AND expires_ms > $now ORDER BY created_ms DESC LIMIT 1000";
        let values = Link { digest: String::new(), now: now.as_millis(), expires: 0 };
        let rows: Vec<Row> = self.ask(question, values).await?;
        rows.into_iter()
            .map(|row| {
                Ok(OpenInvitation {
                    digest: row::key(row.id)?,
                    created_at: row::time(row.created_ms),
                    expires_at: row::time(row.expires_ms),
                })
            })
            .collect()
    }

    /// Takes an invitation back; one that is used or unknown is no matter.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_invitation(&self, digest: &str) -> Result<(), Error> {
        let question = "DELETE type::record('one_time_link', $digest) WHERE purpose = 'invitation'";
        let values = Link { digest: digest.to_owned(), now: 0, expires: 0 };
        self.ask(question, values).await.map(nothing)
    }

    /// Puts a link for a new password in the place of all earlier ones of this account; false if there is no such
    /// account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_password_link(
        &self,
        digest: &str,
        account: &AccountId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            digest: String,
            account: String,
            now: i64,
            expires: i64,
        }
        let question = "{
            LET $account = type::record('account', $account);
            LET $found = UPDATE $account SET linked_ms = $now;
            IF array::len($found) = 0 { RETURN false };
            DELETE one_time_link WHERE account = $account;
            CREATE type::record('one_time_link', $digest)
                SET purpose = 'new_password', account = $account, created_ms = $now, expires_ms = $expires;
            RETURN true
        }";
        let (now, expires) = (now.as_millis(), expires_at.as_millis());
        let values = Values { digest: digest.to_owned(), account: account.to_string(), now, expires };
        self.ask(question, values).await
    }

    /// Whose new password this link is for, if it still opens.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn password_link(&self, digest: &str, now: Timestamp) -> Result<Option<Account>, Error> {
        #[derive(Clone, SurrealValue)]
        struct Found {
            account: accounts::Row,
        }
        let question = "SELECT account FROM type::record('one_time_link', $digest)
            WHERE purpose = 'new_password' AND expires_ms > $now AND account.name != NONE FETCH account";
        let values = Link { digest: digest.to_owned(), now: now.as_millis(), expires: 0 };
        let found: Vec<Found> = self.ask(question, values).await?;
        found.into_iter().next().map(|found| found.account.account()).transpose()
    }

    /// Puts a new password in force with a link, which is used up by it, and ends all sessions of the account; none if
    /// the link does not open.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn choose_password(
        &self,
        digest: &str,
        password_hash: &str,
        now: Timestamp,
    ) -> Result<Option<Account>, Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            digest: String,
            password_hash: String,
            now: i64,
        }
        let question = "{
            LET $found = SELECT VALUE account FROM type::record('one_time_link', $digest)
                WHERE purpose = 'new_password' AND expires_ms > $now;
            IF array::len($found) = 0 { RETURN [] };
            LET $account = $found[0];
            LET $changed = UPDATE $account SET password_hash = $password_hash;
            DELETE one_time_link WHERE account = $account;
            DELETE session WHERE account = $account;
            RETURN $changed
        }";
        let values =
            Values { digest: digest.to_owned(), password_hash: password_hash.to_owned(), now: now.as_millis() };
        let changed: Vec<accounts::Row> = self.ask(question, values).await?;
        changed.into_iter().next().map(accounts::Row::account).transpose()
    }
}
