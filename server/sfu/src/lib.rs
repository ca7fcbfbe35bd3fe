//! The selective forwarding unit: who receives whose packets, and how they must look.
//!
//! Owns: peer connections (str0m in RTP mode for what comes in, an egress of our own for what goes out), what session
//! descriptions mean, conferences, the choice of layers, speakers and slots, and the rewriting that makes a switch of
//! source look like one continuous stream.
//! Never: opens a socket, reads a clock, waits, decodes media, or decides who may come in. The only chance in it
//! is the key material that the cryptography of str0m draws for itself.
//! Start reading at [`Sfu`], then `conference.rs` (what flows where), `peers.rs` and `sender.rs` (how it leaves).
#![deny(missing_docs, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::cast_possible_truncation)]

mod allowance;
mod arrivals;
mod av1;
mod candidates;
mod codec;
mod conference;
mod counterpart;
mod demux;
mod dtls;
mod estimate;
#[cfg(fuzzing)]
pub mod fuzzing;
mod grade;
mod h264;
mod header;
mod history;
mod keyframe;
mod layers;
pub mod lone;
mod meter;
mod negotiate;
mod outbox;
mod packet;
mod peer;
mod peers;
mod picture;
mod pressure;
mod red;
mod relay;
mod rewrite;
mod route;
mod rtcp;
mod sender;
mod share;
mod speaker;
mod srtp;
mod stats;
mod timers;
mod track;
mod unit;
mod verbs;
mod vp8;
mod vp9;
mod window;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, reason = "simulated numbers are small")]
mod tests;

pub use crate::codec::Codec;
pub use crate::counterpart::Counterpart;
pub use crate::outbox::Outbox;
pub use crate::outbox::Train;
pub use crate::picture::begins_keyframe;
pub use crate::relay::Batch;
pub use crate::relay::UnitKey;
pub use crate::stats::Counters;
pub use crate::unit::Sfu;
pub use crate::unit::SfuConfig;
pub use crate::verbs::Event;
pub use crate::verbs::Input;
pub use crate::verbs::Output;
pub use crate::verbs::SeatKey;

/// The most octets of a datagram that is looked at; a larger one is dropped.
///
/// Browsers keep to 1200 or so. The bound also keeps what is forwarded inside str0m's packet buffer.
pub const MOST_OCTETS: usize = 1500;

/// What cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The cryptography made no certificate for DTLS.
    #[error("no DTLS certificate could be made")]
    NoCertificate,
    /// An advertised address cannot be a candidate.
    #[error("{0} cannot be advertised")]
    BadAddress(std::net::SocketAddr),
}
