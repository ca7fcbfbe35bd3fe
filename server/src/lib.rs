//! Confab's server: the shell around the pure rooms. It performs what they decide: sockets, clock, randomness, tasks.

pub mod clock;
pub mod media;
pub mod room;
