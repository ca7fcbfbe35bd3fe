//! Tests of the whole unit: clients made with str0m on simulated time, without sockets.

mod adapting;
mod client;
mod codecs;
mod faults;
mod forwarding;
mod grades;
mod line;
mod lines;
pub(crate) mod packets;
mod pictures;
mod reference;
mod seeded;
mod sounds;
mod spread;
mod world;
