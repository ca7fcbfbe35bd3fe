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
use crate::written::written;

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
    /// How many people can be seen and heard.
    pub capacity: Capacity,
}

/// How many people of a meeting have a seat for sound and picture (SM-7). Whoever comes above it reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Capacity(u16);

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
    /// More or fewer seats for sound and picture.
    pub capacity: Option<Capacity>,
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
    /// How many wait for it to start; only the owner is told.
    pub waiting: usize,
}

/// A meeting in the list of somebody's meetings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The meeting.
    pub meeting: Meeting,
    /// How many are in it.
    pub present: usize,
    /// How many wait for it to start.
    pub waiting: usize,
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

written!(MeetingPassword, MeetingPassword::parse);

impl Capacity {
    /// The fewest seats.
    pub const LEAST: u16 = 9;

    /// The most seats.
    pub const MOST: u16 = 2000;

    /// What a server gives that was told nothing else.
    pub const USUAL: Self = Self(100);

    /// Takes a number of seats.
    ///
    /// # Errors
    /// [`Problem::OutOfRange`].
    pub fn new(seats: u16) -> Result<Self, Problem> {
        let (least, most) = (Self::LEAST, Self::MOST);
        if (least..=most).contains(&seats) {
            Ok(Self(seats))
        } else {
            Err(Problem::OutOfRange { field: Field::Capacity, least, most })
        }
    }

    /// Takes a number of seats as typed.
    ///
    /// # Errors
    /// [`Problem::Missing`] or [`Problem::OutOfRange`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        match text.trim() {
            "" => Err(Problem::Missing { field: Field::Capacity }),
            typed => Self::new(typed.parse().unwrap_or(0)),
        }
    }

    /// How many seats that are.
    pub fn seats(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Capacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Capacity> for u16 {
    fn from(capacity: Capacity) -> u16 {
        capacity.0
    }
}

impl TryFrom<u16> for Capacity {
    type Error = Problem;

    fn try_from(seats: u16) -> Result<Self, Problem> {
        Self::new(seats)
    }
}

impl Settings {
    /// The settings of a meeting that was just made from `draft`, on a server that gives so many seats.
    pub fn of_new(draft: &Draft, capacity: Capacity) -> Self {
        Self {
            title: draft.title.clone(),
            password_set: draft.password.is_some(),
            allow_guests: true,
            attendees_may_start: true,
            regular: draft.regular,
            capacity,
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
            capacity: change.capacity.unwrap_or(self.capacity),
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
        let settings = Settings::of_new(&draft("Weekly round"), Capacity::USUAL);
        assert!(settings.attendees_may_start && settings.allow_guests && !settings.password_set);
    }

    #[test]
    fn sm_26_a_change_touches_only_what_it_names() {
        let before = Settings::of_new(&draft("Weekly round"), Capacity::USUAL);
        let after = before.changed(&Change { title: Some(Title::parse("Round").unwrap()), ..Change::default() });
        assert_eq!(after, Settings { title: Title::parse("Round").unwrap(), ..before });
    }

    #[test]
    fn sm_7_a_meeting_has_nine_seats_at_least() {
        let range = Err(Problem::OutOfRange { field: Field::Capacity, least: 9, most: 2000 });
        for refused in ["0", "8", "2001", "-9", "many", "70000"] {
            assert_eq!(Capacity::parse(refused), range, "{refused}");
        }
        assert_eq!(Capacity::parse(" "), Err(Problem::Missing { field: Field::Capacity }));
        for (text, seats) in [("9", 9), (" 25 ", 25), ("2000", 2000)] {
            assert_eq!(Capacity::parse(text).map(Capacity::seats), Ok(seats));
        }
    }

    #[test]
    fn a_meeting_password_never_prints() {
        let password = MeetingPassword::parse("open sesame".to_owned()).unwrap();
        assert!(!format!("{password:?}").contains("sesame"));
    }
}
