//! Tests of the whole unit: clients made with str0m on simulated time, without sockets.

mod adapting;
mod client;
mod codecs;
mod faults;
mod forwarding;
mod grades;
pub(crate) mod packets;
mod pictures;
mod seeded;
mod sounds;
mod world;
