//! The running meeting: who is here, who waits before the door, and what everybody sees.
//!
//! Owns: seats and their sixty seconds of patience, who of them may have sound and picture, the waiting people, the
//! numbered events, the newest chat.
//! Never: reads a clock, draws randomness, does IO, checks a password or knows what media is.
//! Start reading at [`Roster::handle`]: inputs go in, [`Roster::poll_output`] says what to do.
#![deny(missing_docs)]

mod flood;
mod roster;
mod seat;
mod token;
mod verbs;

pub use flood::FloodGate;
pub use flood::Verdict;
pub use roster::CHAT_KEPT;
pub use roster::MAX_SEATS;
pub use roster::Roster;
pub use seat::PATIENCE;
pub use seat::RELOAD;
pub use token::SeatToken;
pub use verbs::ConnectionId;
pub use verbs::Deed;
pub use verbs::Entrance;
pub use verbs::Input;
pub use verbs::Output;

#[cfg(test)]
mod tests;
