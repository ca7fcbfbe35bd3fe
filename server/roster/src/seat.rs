//! One person's place in the room.

use std::time::Duration;

use domain::AccountId;
use domain::Timestamp;
use domain::people::Visitor;
use domain::wire::Participant;

use crate::ConnectionId;

/// How long a seat is kept for somebody whose connection is lost.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How long one is kept for somebody whose page went away: it may be loading anew, or closed for good.
pub const RELOAD: Duration = Duration::from_secs(8);

/// A seat: what everybody sees of the person, and how to reach them.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) participant: Participant,
    pub(crate) visitor: Visitor,
    pub(crate) presence: Presence,
}

/// Whether the person can be reached.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Here(ConnectionId),
    /// They cannot, and lose the seat then.
    KeptUntil(Timestamp),
}

impl Seat {
    pub(crate) fn connection(&self) -> Option<ConnectionId> {
        match self.presence {
            Presence::Here(connection) => Some(connection),
            Presence::KeptUntil(_) => None,
        }
    }

    pub(crate) fn account(&self) -> Option<&AccountId> {
        self.visitor.account().map(|account| &account.id)
    }

    /// When the seat is given up, if nobody comes back to it.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        match self.presence {
            Presence::Here(_) => None,
            Presence::KeptUntil(until) => Some(until),
        }
    }
}
