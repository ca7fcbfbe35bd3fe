//! The signalling messages of `/ws/{meeting}`: JSON text frames, described as prose in docs/PROTOCOL.md.

mod client;
mod media;
mod server;

pub use client::ClientMessage;
pub use client::Hello;
pub use client::MAX_FRAME;
pub use client::MAX_SDP;
pub use client::MAX_WISHES;
pub use client::REACTIONS;
pub use media::IceServer;
pub use media::Offer;
pub use media::Pause;
pub use media::Quality;
pub use media::SlotTrack;
pub use media::Source;
pub use media::SourceLine;
pub use media::TrackId;
pub use media::Wish;
pub use server::ChatMessage;
pub use server::Event;
pub use server::Level;
pub use server::MOST_AT_ONCE;
pub use server::Participant;
pub use server::Publishing;
pub use server::Room;
pub use server::ServerMessage;
pub use server::Update;

/// The version of this protocol. A server refuses any other.
pub const PROTOCOL: u32 = 1;
