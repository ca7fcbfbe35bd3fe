//! The words and rules of Confab that server and browser share.
//!
//! Owns: identifiers, people, meetings, what may be done by whom ([`access`]), what can go wrong in words a
//! person may read ([`Problem`]) and the signalling messages ([`wire`]).
//! Never: reads a clock, draws randomness, does IO or knows another crate of the workspace.
//! Start reading at [`meeting`] and [`access`].
#![deny(missing_docs)]

pub mod access;
pub mod id;
pub mod meeting;
pub mod people;
pub mod problem;
pub mod stream;
pub mod text;
pub mod time;
pub mod wire;
mod written;

pub use crate::id::{AccountId, ChatId, MeetingId, ParticipantId};
pub use crate::problem::Problem;
pub use crate::time::Timestamp;
