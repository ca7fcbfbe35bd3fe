//! Meetings: what an organiser decides about one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::AccountId;
use crate::MeetingId;
use crate::Problem;
use crate::Timestamp;
use crate::problem::Field;
use crate::text::DisplayName;
use crate::text::Title;

/// A meeting as its organiser sees it. The password itself is never part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Which meeting.
    pub id: MeetingId,
    /// Who owns it.
    pub owner: AccountId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When somebody was last in it.
    pub last_used_at: Option<Timestamp>,
    /// What the organiser decided.
    pub settings: Settings,
}

/// What the organiser decides, and may change while the meeting runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// What it is about.
    pub title: Title,
    /// Whether a password is asked.
    pub password_set: bool,
    /// Whether people without an account may enter.
    pub allow_guests: bool,
    /// Whether it starts without its organiser.
    pub attendees_may_start: bool,
    /// Whether it is used again and again.
    pub regular: bool,
}

/// A meeting about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it is about.
    pub title: Title,
    /// The password to ask for, if any.
    pub password: Option<MeetingPassword>,
    /// Whether it is used again and again.
    pub regular: bool,
}

/// A change of a meeting's settings; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// A new title.
    pub title: Option<Title>,
    /// A new password, or none at all.
    pub password: Option<PasswordChange>,
    /// Guests in or out.
    pub allow_guests: Option<bool>,
    /// Start with or without the organiser.
    pub attendees_may_start: Option<bool>,
    /// Used again and again, or once.
    pub regular: Option<bool>,
}

/// What happens to a meeting's password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordChange {
    /// The meeting asks for this one from here on.
    Set(MeetingPassword),
    /// The meeting asks for none.
    Remove,
}

/// What anybody with the link may know before entering.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doorplate {
    /// Which meeting.
    pub id: MeetingId,
    /// What it is about.
    pub title: Title,
    /// Whether this visitor will be asked for the password (the owner is not).
    pub asks_password: bool,
    /// Whether this visitor owns the meeting.
    pub yours: bool,
    /// The name of this visitor's account, for the field of the name.
    pub your_name: Option<DisplayName>,
    /// How many are in it.
    pub present: usize,
}

/// A meeting in the list of somebody's meetings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The meeting.
    pub meeting: Meeting,
    /// How many are in it.
    pub present: usize,
    /// How many chat messages it holds.
    pub messages: usize,
}

/// A meeting's password. It has no `Display`, and its `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MeetingPassword(String);

impl MeetingPassword {
    /// The most octets it may have.
    pub const MOST: usize = 128;

    /// Takes a password as typed; it may be anything but empty.
    ///
    /// # Errors
    /// [`Problem::Missing`] or [`Problem::TooLong`].
    pub fn parse(text: String) -> Result<Self, Problem> {
        if text.is_empty() {
            return Err(Problem::Missing { field: Field::MeetingPassword });
        }
        if text.len() > Self::MOST {
            return Err(Problem::TooLong { field: Field::MeetingPassword, most: Self::MOST });
        }
        Ok(Self(text))
    }

    /// The password, for hashing and comparing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MeetingPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MeetingPassword(…)")
    }
}

impl From<MeetingPassword> for String {
    fn from(password: MeetingPassword) -> String {
        password.0
    }
}

impl TryFrom<String> for MeetingPassword {
    type Error = Problem;

    fn try_from(text: String) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

impl Settings {
    /// The settings of a meeting that was just made from `draft`.
    pub fn of_new(draft: &Draft) -> Self {
        Self {
            title: draft.title.clone(),
            password_set: draft.password.is_some(),
            allow_guests: true,
            attendees_may_start: true,
            regular: draft.regular,
        }
    }

    /// The settings after `change`.
    pub fn changed(&self, change: &Change) -> Self {
        Self {
            title: change.title.clone().unwrap_or_else(|| self.title.clone()),
            password_set: match &change.password {
                None => self.password_set,
                Some(PasswordChange::Set(_)) => true,
                Some(PasswordChange::Remove) => false,
            },
            allow_guests: change.allow_guests.unwrap_or(self.allow_guests),
            attendees_may_start: change.attendees_may_start.unwrap_or(self.attendees_may_start),
            regular: change.regular.unwrap_or(self.regular),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(title: &str) -> Draft {
        Draft { title: Title::parse(title).unwrap(), password: None, regular: false }
    }

    #[test]
    fn sm_30_a_new_meeting_lets_attendees_start_and_guests_in() {
        let settings = Settings::of_new(&draft("Weekly round"));
        assert!(settings.attendees_may_start && settings.allow_guests && !settings.password_set);
    }

    #[test]
    fn sm_26_a_change_touches_only_what_it_names() {
        let before = Settings::of_new(&draft("Weekly round"));
        let after = before.changed(&Change { title: Some(Title::parse("Round").unwrap()), ..Change::default() });
        assert_eq!(after, Settings { title: Title::parse("Round").unwrap(), ..before });
    }

    #[test]
    fn a_meeting_password_never_prints() {
        let password = MeetingPassword::parse("open sesame".to_owned()).unwrap();
        assert!(!format!("{password:?}").contains("sesame"));
    }
}
