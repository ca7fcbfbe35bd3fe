//! Confab's server: the shell around the pure rooms. It performs what they decide: sockets, clock, randomness, tasks.
//!
//! Start reading at [`boot::start`], then [`http`], the table of contents of what can be asked.

pub mod backend;
pub mod boot;
pub mod clock;
pub mod config;
pub mod doctor;
pub mod http;
pub mod limits;
pub mod media;
pub mod metrics;
pub mod password_link;
pub mod revival;
pub mod room;
pub mod state;
pub mod turn;
