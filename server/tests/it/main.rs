//! The server from outside: one file per story.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what goes wrong here fails the test")]

mod accounts;
mod administration;
mod config;
mod crash;
mod doctor;
mod harness;
mod house;
mod killed;
mod limits;
mod meetings;
mod metrics;
mod program;
mod room;
mod rules;
mod safety;
mod site;
mod streams;
mod tls;
