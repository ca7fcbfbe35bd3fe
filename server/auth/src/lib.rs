//! Secrets: how passwords, sessions and one-time links are proved, and how often one may try.
//!
//! Owns: argon2id hashes ([`password`]), random tokens of which only a digest is kept ([`Token`]) and the
//! limiter of attempts ([`Attempts`]).
//! Never: reads a clock, draws randomness, does IO or remembers anything but attempts; entropy and time are arguments.
//! Start reading at [`password::hash`] and [`Token`].
#![deny(missing_docs)]

pub mod attempts;
pub mod password;
pub mod token;

pub use attempts::Attempts;
pub use attempts::Quota;
pub use token::Token;
