//! What administrators see of all accounts, and decide about one.

use domain::AccountId;
use domain::MeetingId;
use domain::Timestamp;
use domain::people::Account;
use surrealdb::types::RecordId;
use surrealdb::types::SurrealValue;

use crate::Error;
use crate::Store;
use crate::accounts::nothing;
use crate::row;

/// Somebody who has an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account: Account,
    /// When it was made.
    pub created_at: Timestamp,
    /// How many meetings it owns, as far as a list holds them.
    pub meetings: usize,
}

/// What came of a decision about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is in force.
    Done,
    /// There is no such account.
    NoSuchAccount,
    /// Nobody would administer the server.
    LastAdministrator,
}

/// The most meetings of one person that are counted.
const MOST_LISTED: i64 = 1000;

/// The most deletions that are finished when the store is opened.
const MOST_FINISHED: i64 = 1000;

#[derive(Clone, SurrealValue)]
struct Row {
    id: RecordId,
    name: String,
    email: String,
    administrator: bool,
    created_ms: i64,
    meetings: i64,
}

impl Row {
    fn person(self) -> Result<Person, Error> {
        let account = Account {
            id: row::value(row::key(self.id)?)?,
            name: row::value(self.name)?,
            email: row::value(self.email)?,
            administrator: self.administrator,
        };
        let meetings = usize::try_from(self.meetings).unwrap_or_default();
        Ok(Person { account, created_at: row::time(self.created_ms), meetings })
    }
}

/// What a decision is asked with.
#[derive(Clone, SurrealValue)]
struct Values {
    id: String,
    // What the rights shall be.
    wanted: bool,
    // What an administrator's row says.
    administers: bool,
}

/// A decision about one account that never leaves the server without administrators: under which condition it takes the
/// rights away, and what it does.
macro_rules! decision {
    (takes: $takes:literal, does: $does:literal) => {
        concat!(
            "{
                LET $account = type::record('account', $id);
                LET $found = SELECT VALUE administrator FROM $account;
                IF array::len($found) = 0 { RETURN 'unknown' };
                LET $others = SELECT VALUE id FROM account
                    WHERE administrator = $administers AND id != $account LIMIT 1;
                IF ",
            $takes,
            " AND array::len($others) = 0 { RETURN 'last' };
                UPSERT type::record('administration', 'one') SET decisions = (decisions ?? 0) + 1;
                ",
            $does,
            "
                RETURN 'done'
            }"
        )
    };
}

impl Store {
    /// At most `most` people whose name or address holds `search`, in whatever letters, without the first `skipped`;
    /// in the order of their names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people(&self, search: &str, skipped: u32, most: u32) -> Result<Vec<Person>, Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            wanted: String,
            skipped: i64,
            most: i64,
            listed: i64,
        }
        let (skipped, most, listed) = (skipped.into(), most.into(), MOST_LISTED);
        let values = Values { wanted: search.to_lowercase(), skipped, most, listed };
        let question = "SELECT id, name, email, administrator, created_ms, string::lowercase(name) AS sorted_by,
                array::len((SELECT VALUE id FROM meeting WHERE owner = $parent.id LIMIT $listed)) AS meetings
            FROM account
            WHERE string::contains(string::lowercase(name), $wanted) OR string::contains(email, $wanted)
            ORDER BY sorted_by, email LIMIT $most START $skipped";
        let rows: Vec<Row> = self.ask(question, values).await?;
        rows.into_iter().map(Row::person).collect()
    }

    /// Gives an account the administrator's rights, or takes them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_administrator(&self, id: &AccountId, administrator: bool) -> Result<Decided, Error> {
        let question = decision!(takes: "!$wanted", does: "UPDATE $account SET administrator = $wanted;");
        self.decide(question, id, administrator).await
    }

    /// Deletes an account with its sessions and links; its meetings are the second step,
    /// [`delete_meetings_of`](Self::delete_meetings_of).
    ///
    /// After this nobody can be signed in to it. A second step that is missed, and a meeting that was made at the same
    /// moment, are made up for when the store is opened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_account(&self, id: &AccountId) -> Result<Decided, Error> {
        let question = decision!(
            takes: "$found[0]",
            does: "DELETE $account;
                DELETE session WHERE account = $account;
                DELETE one_time_link WHERE account = $account;
                CREATE type::record('deleted_account', $id);"
        );
        self.decide(question, id, false).await
    }

    async fn decide(&self, question: &'static str, id: &AccountId, wanted: bool) -> Result<Decided, Error> {
        let outcome: String = self.ask(question, Values { id: id.to_string(), wanted, administers: true }).await?;
        match outcome.as_str() {
            "done" => Ok(Decided::Done),
            "unknown" => Ok(Decided::NoSuchAccount),
            "last" => Ok(Decided::LastAdministrator),
            other => Err(Error::Unreadable(format!("{other} is not an outcome"))),
        }
    }

    /// Deletes all meetings that an account owns, and answers which.
    ///
    /// # Errors
    /// When the database fails; what is deleted by then stays deleted.
    pub async fn delete_meetings_of(&self, owner: &AccountId) -> Result<Vec<MeetingId>, Error> {
        let mut deleted = Vec::new();
        loop {
            let held = self.meetings_of(owner).await?;
            if held.is_empty() {
                return Ok(deleted);
            }
            for listed in held {
                self.delete_meeting(&listed.meeting.id).await?;
                deleted.push(listed.meeting.id);
            }
        }
    }

    /// Finishes the deletions of accounts: nobody is signed in to one any more, so nothing can be added to it.
    pub(crate) async fn finish_account_deletions(&self) -> Result<(), Error> {
        #[derive(Clone, SurrealValue)]
        struct Most {
            most: i64,
        }
        #[derive(Clone, SurrealValue)]
        struct Id {
            id: String,
        }
        let question = "SELECT VALUE record::id(id) FROM deleted_account LIMIT $most";
        let ids: Vec<String> = self.ask(question, Most { most: MOST_FINISHED }).await?;
        for id in ids {
            self.delete_meetings_of(&row::value(id.clone())?).await?;
            self.ask("DELETE type::record('deleted_account', $id)", Id { id }).await.map(nothing)?;
        }
        Ok(())
    }
}
