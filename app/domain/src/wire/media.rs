//! What is sent and received: tracks, slots and wishes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ParticipantId;

/// What a participant can send, at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The person's voice.
    Microphone,
    /// The person's picture.
    Camera,
    /// A shared screen, window or tab.
    Screen,
    /// What the shared screen plays.
    ScreenAudio,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Microphone, Self::Camera, Self::Screen, Self::ScreenAudio];

    /// Whether this is sound.
    pub fn is_audio(self) -> bool {
        matches!(self, Self::Microphone | Self::ScreenAudio)
    }
}

/// One track of one participant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrackId {
    /// Whose.
    pub participant: ParticipantId,
    /// Of what.
    pub source: Source,
}

/// A session description, always made by the client.
///
/// Every m-line that sends is named in `sources`; every m-line that only receives is a slot, named by its mid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Counts up with every offer of this connection; the answer carries the same number.
    pub id: u32,
    /// The session description (RFC 8866).
    pub sdp: String,
    /// Which m-line sends what.
    pub sources: Vec<SourceLine>,
    /// Whether this offer opens a new peer connection (and forgets the last one) or continues it.
    pub fresh: bool,
}

/// The m-line that sends one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceLine {
    /// The m-line's mid (RFC 5888).
    pub mid: String,
    /// What it sends.
    pub source: Source,
}

/// What a receiver would like to see on a video slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The slot: the mid of an m-line that receives video.
    pub slot: String,
    /// The track to put on it.
    pub track: TrackId,
    /// Height of the tile in device pixels; the layer is chosen by it.
    pub max_height: u16,
    /// Higher goes first when not everything fits.
    pub priority: u8,
}

/// What flows on a slot; `None` when nothing does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotTrack {
    /// The slot: the mid of an m-line that receives.
    pub slot: String,
    /// The track on it.
    pub track: Option<TrackId>,
    /// Why the track rests, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Pause>,
}

/// Why a track on a slot rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// Not even its smallest layer fits the receiver's connection.
    Connection,
    /// The server has too much to do, and leaves out what is least wanted.
    Server,
    /// The receiver takes none of the codecs that the track is sent in.
    Codec,
}

/// A relay (TURN) through which media may go, as `RTCIceServer` of WebRTC. Its `Debug` hides the credential.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// Where it is reached (RFC 7065).
    pub urls: Vec<String>,
    /// Who uses it, and until when.
    pub username: String,
    /// What proves it.
    pub credential: String,
}

impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceServer").field("urls", &self.urls).finish_non_exhaustive()
    }
}

/// How well a participant's media gets through, in both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// No media connection (yet, or at all).
    #[default]
    None,
    /// Media flows.
    Good,
    /// Media flows, and not all of it gets through, or late, or smaller than wished.
    Fair,
    /// So little gets through, or so late, that the person is hard to talk with.
    Poor,
    /// Media was connected and has stopped.
    Lost,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relays_credential_never_prints() {
        let server = IceServer { urls: Vec::new(), username: "1:par".to_owned(), credential: "sesame".to_owned() };
        assert!(!format!("{server:?}").contains("sesame"));
    }
}
