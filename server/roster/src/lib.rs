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

pub use flood::FloodGate;
pub use flood::Verdict;
pub use roster::CHAT_KEPT;
pub use roster::ConnectionId;
pub use roster::Deed;
pub use roster::Entrance;
pub use roster::Input;
pub use roster::MAX_SEATS;
pub use roster::Output;
pub use roster::Roster;
pub use seat::PATIENCE;
pub use token::SeatToken;

#[cfg(test)]
mod tests;
