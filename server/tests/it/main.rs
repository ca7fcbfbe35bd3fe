//! The server from outside: one file per story.

mod accounts;
mod config;
mod crash;
mod harness;
mod house;
mod limits;
mod meetings;
mod program;
mod room;
mod rules;
mod safety;
mod site;
mod tls;
