//! Packets made by hand.

use std::sync::Arc;
use std::time::Instant;

use crate::codec::Codec;
use crate::packet::Packet;

/// The first packet of a VP8 keyframe.
pub(crate) fn vp8(ssrc: u32, seq: u64, timestamp: u32, picture_id: u16, tl0: u8, arrived: Instant) -> Packet {
    packet(ssrc, seq, timestamp, arrived, picture(picture_id, tl0, true))
}

/// A VP8 payload: the descriptor with a long picture id and TL0PICIDX, and the first octet of the frame.
pub(crate) fn picture(id: u16, tl0: u8, keyframe: bool) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    vec![0x90, 0xe0, 0x80 | high, low, tl0, 0, u8::from(!keyframe), 1, 2, 3]
}

pub(crate) fn packet(ssrc: u32, seq: u64, timestamp: u32, arrived: Instant, payload: Vec<u8>) -> Packet {
    Packet {
        ssrc,
        codec: Codec::Vp8,
        seq,
        timestamp,
        marker: true,
        arrived,
        payload: Arc::from(payload),
        redundancy: None,
        audio_level: None,
        voice_activity: None,
        orientation: None,
    }
}
