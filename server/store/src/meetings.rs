//! Meetings and what their organisers decided.

use domain::AccountId;
use domain::MeetingId;
use domain::Timestamp;
use domain::meeting::Capacity;
use domain::meeting::Meeting;
use domain::meeting::Settings;
use domain::text::Title;
use surrealdb::types::RecordId;
use surrealdb::types::SurrealValue;

use crate::Error;
use crate::Store;
use crate::accounts::nothing;
use crate::row;

/// A meeting with the hash of its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMeeting {
    /// The meeting.
    pub meeting: Meeting,
    /// The hash of its password, where one is set.
    pub password_hash: Option<String>,
}

/// A meeting and how many chat messages it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The meeting.
    pub meeting: Meeting,
    /// How many chat messages it holds.
    pub messages: usize,
}

/// A change of a meeting; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeetingChange {
    /// A new title.
    pub title: Option<Title>,
    /// The hash of a new password, or no password at all.
    pub password_hash: Option<Option<String>>,
    /// Guests in or out.
    pub allow_guests: Option<bool>,
    /// Start with or without the organiser.
    pub attendees_may_start: Option<bool>,
    /// Used again and again, or once.
    pub regular: Option<bool>,
    /// More or fewer seats for sound and picture.
    pub capacity: Option<Capacity>,
}

/// What came of making a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is there.
    Created,
    /// Another meeting has this ID.
    IdTaken,
}

/// The most meetings of one list.
const MOST_LISTED: i64 = 1000;

#[derive(Clone, SurrealValue)]
struct Row {
    id: RecordId,
    owner: RecordId,
    title: String,
    password_hash: Option<String>,
    allow_guests: bool,
    attendees_may_start: bool,
    regular: bool,
    capacity: i64,
    created_ms: i64,
    last_used_ms: Option<i64>,
    messages: i64,
}

impl Row {
    fn stored(self) -> Result<StoredMeeting, Error> {
        let settings = Settings {
            title: row::value(self.title)?,
            password_set: self.password_hash.is_some(),
            allow_guests: self.allow_guests,
            attendees_may_start: self.attendees_may_start,
            regular: self.regular,
            capacity: row::capacity(self.capacity)?,
        };
        let meeting = Meeting {
            id: row::value(row::key(self.id)?)?,
            owner: row::value(row::key(self.owner)?)?,
            created_at: row::time(self.created_ms),
            last_used_at: self.last_used_ms.map(row::time),
            settings,
        };
        Ok(StoredMeeting { meeting, password_hash: self.password_hash })
    }

    fn listed(self) -> Result<Listed, Error> {
        let messages = usize::try_from(self.messages).unwrap_or(0);
        Ok(Listed { meeting: self.stored()?.meeting, messages })
    }
}

#[derive(Clone, SurrealValue)]
struct Id {
    id: String,
    time: i64,
}

impl Store {
    /// Adds a meeting.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_meeting(&self, new: &StoredMeeting) -> Result<Created, Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            id: String,
            owner: String,
            title: String,
            password_hash: Option<String>,
            allow_guests: bool,
            attendees_may_start: bool,
            regular: bool,
            capacity: i64,
            now: i64,
        }
        let settings = &new.meeting.settings;
        let values = Values {
            id: new.meeting.id.to_string(),
            owner: new.meeting.owner.to_string(),
            title: settings.title.to_string(),
            password_hash: new.password_hash.clone(),
            allow_guests: settings.allow_guests,
            attendees_may_start: settings.attendees_may_start,
            regular: settings.regular,
            capacity: settings.capacity.seats().into(),
            now: new.meeting.created_at.as_millis(),
        };
        let created: bool = self
            .ask(
                "{
                    LET $meeting = type::record('meeting', $id);
                    IF record::exists($meeting) OR record::exists(type::record('deleted_meeting', $id)) { RETURN false };
                    CREATE $meeting SET owner = type::record('account', $owner), title = $title,
                        password_hash = $password_hash, allow_guests = $allow_guests,
                        attendees_may_start = $attendees_may_start, regular = $regular, capacity = $capacity,
                        created_ms = $now, messages = 0;
                    RETURN true
                }",
                values,
            )
            .await?;
        Ok(if created { Created::Created } else { Created::IdTaken })
    }

    /// A meeting, if it exists.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn meeting(&self, id: &MeetingId) -> Result<Option<StoredMeeting>, Error> {
        let values = Id { id: id.to_string(), time: 0 };
        let rows: Vec<Row> = self.ask("SELECT * FROM type::record('meeting', $id)", values).await?;
        rows.into_iter().next().map(Row::stored).transpose()
    }

    /// The meetings that an account owns, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn meetings_of(&self, owner: &AccountId) -> Result<Vec<Listed>, Error> {
        let question = "SELECT * FROM meeting WHERE owner = type::record('account', $id)
            ORDER BY created_ms DESC LIMIT $time";
        let values = Id { id: owner.to_string(), time: MOST_LISTED };
        let rows: Vec<Row> = self.ask(question, values).await?;
        rows.into_iter().map(Row::listed).collect()
    }

    /// Changes a meeting and answers it as it is afterwards; none if it does not exist.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_meeting(&self, id: &MeetingId, change: &MeetingChange) -> Result<Option<StoredMeeting>, Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            id: String,
            title: Option<String>,
            password_changes: bool,
            password_hash: Option<String>,
            allow_guests: Option<bool>,
            attendees_may_start: Option<bool>,
            regular: Option<bool>,
            capacity: Option<i64>,
        }
        let values = Values {
            id: id.to_string(),
            title: change.title.clone().map(String::from),
            password_changes: change.password_hash.is_some(),
            password_hash: change.password_hash.clone().flatten(),
            allow_guests: change.allow_guests,
            attendees_may_start: change.attendees_may_start,
            regular: change.regular,
            capacity: change.capacity.map(|capacity| capacity.seats().into()),
        };
        let rows: Vec<Row> = self
            .ask(
                "UPDATE type::record('meeting', $id) SET
                    title = $title ?? title,
                    password_hash = IF $password_changes { $password_hash } ELSE { password_hash },
                    allow_guests = $allow_guests ?? allow_guests,
                    attendees_may_start = $attendees_may_start ?? attendees_may_start,
                    regular = $regular ?? regular,
                    capacity = $capacity ?? capacity",
                values,
            )
            .await?;
        rows.into_iter().next().map(Row::stored).transpose()
    }

    /// Deletes a meeting with its chat and its tokens; false if it did not exist.
    ///
    /// In two steps, because deleting a long chat in one with its meeting would lose every race against people who
    /// write into it. After the first nothing can be written any more; a second that is missed is made up for when
    /// the store is opened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_meeting(&self, id: &MeetingId) -> Result<bool, Error> {
        let question = "{
            LET $meeting = type::record('meeting', $id);
            IF !record::exists($meeting) { RETURN false };
            DELETE $meeting;
            CREATE type::record('deleted_meeting', $id);
            RETURN true
        }";
        let existed: bool = self.ask(question, Id { id: id.to_string(), time: 0 }).await?;
        if existed {
            self.finish_deletion(id.to_string()).await?;
        }
        Ok(existed)
    }

    /// Finishes the deletions that a crash broke off.
    pub(crate) async fn finish_deletions(&self) -> Result<(), Error> {
        let question = "SELECT VALUE record::id(id) FROM deleted_meeting LIMIT $time";
        let ids: Vec<String> = self.ask(question, Id { id: String::new(), time: MOST_LISTED }).await?;
        for id in ids {
            self.finish_deletion(id).await?;
        }
        Ok(())
    }

    async fn finish_deletion(&self, id: String) -> Result<(), Error> {
        let question = "{
            DELETE chat WHERE meeting = $id;
            DELETE stream_token WHERE meeting = $id;
            DELETE type::record('running_meeting', $id);
            DELETE type::record('deleted_meeting', $id);
        }";
        self.ask(question, Id { id, time: 0 }).await.map(nothing)
    }

    /// Notes that somebody is in a meeting.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_used(&self, id: &MeetingId, at: Timestamp) -> Result<(), Error> {
        let values = Id { id: id.to_string(), time: at.as_millis() };
        self.ask("UPDATE type::record('meeting', $id) SET last_used_ms = $time RETURN NONE", values).await.map(nothing)
    }
}
