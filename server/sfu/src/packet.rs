//! A media packet on its way through the conference.

use std::sync::Arc;
use std::time::Instant;

use str0m::rtp::RtpPacket;
use str0m::rtp::VideoOrientation;

use crate::codec::Codec;
use crate::codec::Format;
use crate::red::Redundancy;

/// A media packet, as far as forwarding looks at it.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    pub(crate) ssrc: u32,
    pub(crate) codec: Codec,
    /// Sequence number, extended so that it never wraps.
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) arrived: Instant,
    pub(crate) payload: Arc<[u8]>,
    /// How the payload holds earlier sound besides its own, if it does.
    pub(crate) redundancy: Option<Redundancy>,
    /// Loudness in −dBov (RFC 6464): 0 is the loudest, −127 silence.
    pub(crate) audio_level: Option<i8>,
    pub(crate) voice_activity: Option<bool>,
    pub(crate) orientation: Option<VideoOrientation>,
}

impl Packet {
    /// A packet as str0m hands it out, and what its payload type stands for; `None` if its payload is not that.
    pub(crate) fn new(packet: RtpPacket, format: Format) -> Option<Self> {
        let redundancy = if format.redundant { Some(Redundancy::read(&packet.payload)?) } else { None };
        Some(Self {
            ssrc: *packet.header.ssrc,
            codec: format.codec,
            seq: *packet.seq_no,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            arrived: packet.timestamp,
            payload: packet.payload,
            redundancy,
            audio_level: packet.header.ext_vals.audio_level,
            voice_activity: packet.header.ext_vals.voice_activity,
            orientation: packet.header.ext_vals.video_orientation,
        })
    }
}
