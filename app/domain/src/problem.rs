//! What can go wrong, as far as a person may know it.
//!
//! A closed list: rooms have errors of their own, which become a `Problem` once, at the border. The sentence
//! that the person reads is written by the `app` crate (`app::text`); `Display` here is for logs.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What was refused, or failed, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// A field that must be filled in is empty.
    #[error("{field:?} is empty")]
    Missing {
        /// Which field.
        field: Field,
    },
    /// A field has too many characters.
    #[error("{field:?} is longer than {most}")]
    TooLong {
        /// Which field.
        field: Field,
        /// The most characters it may have.
        most: usize,
    },
    /// A field has too few characters.
    #[error("{field:?} is shorter than {least}")]
    TooShort {
        /// Which field.
        field: Field,
        /// The fewest characters it must have.
        least: usize,
    },
    /// A number is too small or too large.
    #[error("{field:?} is not from {least} to {most}")]
    OutOfRange {
        /// Which field.
        field: Field,
        /// The least that it may be.
        least: u16,
        /// The most that it may be.
        most: u16,
    },
    /// A field cannot be understood.
    #[error("{field:?} cannot be understood")]
    Invalid {
        /// Which field.
        field: Field,
    },
    /// An identifier is not of its form.
    #[error("this is not an identifier")]
    BadId,
    /// There is no meeting's ID in the text.
    #[error("this is not a meeting's ID")]
    BadMeetingId,
    /// The meeting does not exist, or no longer.
    #[error("no such meeting")]
    NoSuchMeeting,
    /// This needs an account.
    #[error("not signed in")]
    SignInFirst,
    /// The account or role may not do this.
    #[error("not allowed")]
    NotAllowed,
    /// Address and password do not belong together; says nothing about which of them is wrong.
    #[error("wrong address or password")]
    WrongCredentials,
    /// The present password, asked again before a change, is wrong.
    #[error("wrong present password")]
    WrongPresentPassword,
    /// This meeting asks for a password.
    #[error("meeting asks for a password")]
    PasswordNeeded,
    /// The meeting's password is wrong.
    #[error("wrong meeting password")]
    WrongMeetingPassword,
    /// The meeting is for people with an account.
    #[error("no guests in this meeting")]
    NoGuests,
    /// Nobody can make an account by themselves here.
    #[error("sign-up is closed")]
    SignUpClosed,
    /// An account needs an invitation here.
    #[error("sign-up needs an invitation")]
    InvitationNeeded,
    /// Somebody must administer the server.
    #[error("the last administrator")]
    LastAdministrator,
    /// A one-time link was used before, has run out, or never was.
    #[error("link is used or has expired")]
    LinkExpired,
    /// The two copies of a new password differ.
    #[error("passwords differ")]
    PasswordsDiffer,
    /// Too many attempts.
    #[error("too many attempts, retry after {retry_after} s")]
    TooManyAttempts {
        /// Seconds until the next attempt is looked at.
        retry_after: u32,
    },
    /// All seats for sound and picture are taken.
    #[error("no seat for sound and picture")]
    NoMediaSeat,
    /// A program's token is unknown, was taken back, or is good for something else.
    #[error("token opens nothing here")]
    WrongToken,
    /// The meeting has not begun: its organiser is not there yet.
    #[error("meeting has not started")]
    NotStarted,
    /// Nobody in the meeting is called so.
    #[error("no such participant")]
    NoSuchParticipant,
    /// The meeting's organiser ended it.
    #[error("meeting ended")]
    Ended,
    /// The same seat was taken over by another tab or device.
    #[error("seat was taken over")]
    TakenOver,
    /// The session by which somebody came in was ended.
    #[error("signed out")]
    SignedOut,
    /// The account with which somebody came in was deleted.
    #[error("account was deleted")]
    AccountDeleted,
    /// A signalling message is not of its form.
    #[error("message cannot be understood: {why}")]
    BadMessage {
        /// What is wrong with it.
        why: String,
    },
    /// A signalling message came too early or twice.
    #[error("message out of order")]
    OutOfOrder,
    /// Messages come faster than allowed.
    #[error("too many messages")]
    Flooding,
    /// The browser's session description cannot be used.
    #[error("session description cannot be used: {why}")]
    BadOffer {
        /// What is wrong with it.
        why: String,
    },
    /// The client speaks a version of the protocol that this server does not.
    #[error("protocol version is not supported")]
    WrongProtocol,
    /// Something is full; trying again soon is right.
    #[error("busy")]
    Busy,
    /// What was asked to be saved could not be.
    #[error("not saved")]
    NotSaved,
    /// The server is going down and will be back.
    #[error("server is stopping")]
    Stopping,
    /// The server was not reached.
    #[error("server not reached")]
    Unreachable,
    /// Something failed that the person cannot mend; the log has more.
    #[error("failed")]
    Failed,
}

/// The fields that people fill in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// A person's name.
    Name,
    /// An e-mail address.
    Email,
    /// A password.
    Password,
    /// A meeting's title.
    Title,
    /// A meeting's password.
    MeetingPassword,
    /// The number of seats for sound and picture.
    Capacity,
    /// A chat message.
    Message,
}
