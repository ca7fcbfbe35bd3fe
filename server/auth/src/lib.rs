//! Secrets: how passwords, sessions and one-time links are proved, and how often one may try.
//!
//! Owns: argon2id hashes ([`password`]), random tokens of which only a digest is kept ([`Token`]), proofs of having
//! passed a door ([`pass`]), and the limiters of attempts ([`Attempts`]) and of wrong guesses ([`Guesses`]).
//! Never: reads a clock, draws randomness, does IO or remembers anything but attempts; entropy and time are arguments.
//! Start reading at [`password::hash`] and [`Token`].
#![deny(missing_docs)]

pub mod attempts;
pub mod guesses;
pub mod pass;
pub mod password;
pub mod token;

pub use attempts::Attempts;
pub use attempts::Quota;
pub use guesses::Guesses;
pub use token::Token;
