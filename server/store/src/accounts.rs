//! People with an account.

use domain::AccountId;
use domain::Timestamp;
use domain::people::Account;
use domain::people::EmailAddress;
use domain::text::DisplayName;
use surrealdb::types::RecordId;
use surrealdb::types::SurrealValue;

use crate::Error;
use crate::Store;
use crate::row;

/// An account about to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Which account.
    pub id: AccountId,
    /// The name others see.
    pub name: DisplayName,
    /// The address that signs in.
    pub email: EmailAddress,
    /// The hash of the password.
    pub password_hash: String,
    /// When it is made.
    pub created_at: Timestamp,
}

/// What came of making an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedUp {
    /// The account is there.
    Created,
    /// Somebody has this address already.
    AddressTaken,
    /// The one-time link was used, has run out, or never was.
    LinkExpired,
}

/// An account with what proves its owner.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The account.
    pub account: Account,
    /// The hash of its password.
    pub password_hash: String,
}

/// What came of changing a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordChanged {
    /// The new one is in force.
    Changed,
    /// The present one was changed meanwhile.
    Stale,
}

/// A row of `account`.
#[derive(Clone, Debug, SurrealValue)]
pub(crate) struct Row {
    id: RecordId,
    name: String,
    email: String,
    password_hash: String,
    administrator: bool,
}

impl Row {
    pub(crate) fn account(self) -> Result<Account, Error> {
        Ok(self.credentials()?.account)
    }

    fn credentials(self) -> Result<Credentials, Error> {
        let account = Account {
            id: row::value(row::key(self.id)?)?,
            name: row::value(self.name)?,
            email: row::value(self.email)?,
            administrator: self.administrator,
        };
        Ok(Credentials { account, password_hash: self.password_hash })
    }
}

#[derive(Clone, SurrealValue)]
struct Values {
    id: String,
    name: String,
    email: String,
    password_hash: String,
    now: i64,
    link: String,
}

impl Values {
    fn of(new: &NewAccount, link: &str) -> Self {
        Self {
            id: new.id.to_string(),
            name: new.name.to_string(),
            email: new.email.to_string(),
            password_hash: new.password_hash.clone(),
            now: new.created_at.as_millis(),
            link: link.to_owned(),
        }
    }
}

impl Store {
    /// Whether somebody administers this server.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_administrator(&self) -> Result<bool, Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            administrator: bool,
        }
        let question = "SELECT VALUE email FROM account WHERE administrator = $administrator LIMIT 1";
        let found: Vec<String> = self.ask(question, Values { administrator: true }).await?;
        Ok(!found.is_empty())
    }

    /// Makes an account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_up(&self, new: &NewAccount) -> Result<SignedUp, Error> {
        let outcome: String = self
            .ask(
                "{
                    IF array::len(SELECT VALUE id FROM account WHERE email = $email) > 0 { RETURN 'taken' };
                    CREATE type::record('account', $id) SET name = $name, email = $email,
                        password_hash = $password_hash, administrator = false, created_ms = $now;
                    RETURN 'created'
                }",
                Values::of(new, ""),
            )
            .await?;
        signed_up(&outcome)
    }

    /// Makes an account for whoever has an invitation; the invitation is used up by it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_up_invited(&self, link: &str, new: &NewAccount) -> Result<SignedUp, Error> {
        let outcome: String = self
            .ask(
                "{
                    LET $found = SELECT VALUE id FROM type::record('one_time_link', $link)
                        WHERE purpose = 'invitation' AND expires_ms > $now;
                    IF array::len($found) = 0 { RETURN 'expired' };
                    IF array::len(SELECT VALUE id FROM account WHERE email = $email) > 0 { RETURN 'taken' };
                    DELETE type::record('one_time_link', $link);
                    CREATE type::record('account', $id) SET name = $name, email = $email,
                        password_hash = $password_hash, administrator = false, created_ms = $now;
                    RETURN 'created'
                }",
                Values::of(new, link),
            )
            .await?;
        signed_up(&outcome)
    }

    /// Makes the first administrator; the one-time link is used up by it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_up(&self, link: &str, new: &NewAccount) -> Result<SignedUp, Error> {
        let outcome: String = self
            .ask(
                "{
                    LET $found = SELECT VALUE id FROM type::record('one_time_link', $link) WHERE purpose = 'set_up';
                    IF array::len($found) = 0 { RETURN 'expired' };
                    IF array::len(SELECT VALUE id FROM account WHERE email = $email) > 0 { RETURN 'taken' };
                    DELETE one_time_link WHERE purpose = 'set_up';
                    CREATE type::record('account', $id) SET name = $name, email = $email,
                        password_hash = $password_hash, administrator = true, created_ms = $now;
                    RETURN 'created'
                }",
                Values::of(new, link),
            )
            .await?;
        signed_up(&outcome)
    }

    /// Whose address this is, and what proves it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credentials(&self, email: &EmailAddress) -> Result<Option<Credentials>, Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            email: String,
        }
        let rows: Vec<Row> =
            self.ask("SELECT * FROM account WHERE email = $email", Values { email: email.to_string() }).await?;
        rows.into_iter().next().map(Row::credentials).transpose()
    }

    /// Changes the name others see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rename(&self, id: &AccountId, name: &DisplayName) -> Result<(), Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            id: String,
            name: String,
        }
        let values = Values { id: id.to_string(), name: name.to_string() };
        self.ask("UPDATE type::record('account', $id) SET name = $name RETURN NONE", values).await.map(nothing)
    }

    /// Puts a new password in the place of the one whose hash was compared, and ends all sessions but `session`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_password(
        &self,
        id: &AccountId,
        compared: &str,
        new: &str,
        session: &str,
    ) -> Result<PasswordChanged, Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            id: String,
            compared: String,
            new: String,
            // Not `session`: the database keeps that name for itself.
            kept: String,
        }
        let values =
            Values { id: id.to_string(), compared: compared.to_owned(), new: new.to_owned(), kept: session.to_owned() };
        let changed: bool = self
            .ask(
                "{
                    LET $account = type::record('account', $id);
                    LET $changed = UPDATE $account SET password_hash = $new WHERE password_hash = $compared;
                    IF array::len($changed) = 0 { RETURN false };
                    DELETE session WHERE account = $account AND id != type::record('session', $kept);
                    RETURN true
                }",
                values,
            )
            .await?;
        Ok(if changed { PasswordChanged::Changed } else { PasswordChanged::Stale })
    }
}

/// The answer of a statement that returns none.
pub(crate) fn nothing(_: surrealdb::types::Value) {}

fn signed_up(outcome: &str) -> Result<SignedUp, Error> {
    match outcome {
        "created" => Ok(SignedUp::Created),
        "taken" => Ok(SignedUp::AddressTaken),
        "expired" => Ok(SignedUp::LinkExpired),
        other => Err(Error::Unreadable(format!("{other} is not an outcome"))),
    }
}
