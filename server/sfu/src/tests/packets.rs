//! Packets made by hand.

use std::sync::Arc;
use std::time::Instant;

use str0m::rtp::Vp8Patch;

use crate::track::Packet;

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
        seq,
        timestamp,
        marker: true,
        arrived,
        payload: Arc::from(payload),
        audio_level: None,
        voice_activity: None,
        orientation: None,
    }
}

/// The payload as it leaves. str0m applies patches only while it sends, so this one is read from its `Debug`.
pub(crate) fn patched(payload: &[u8], patch: Option<&Vp8Patch>) -> Vec<u8> {
    let mut payload = payload.to_vec();
    if let Some(patch) = patch {
        let debug = format!("{patch:?}");
        let list = |name: &str| -> Vec<u8> {
            let (_, rest) = debug.split_once(&format!("{name}: [")).unwrap();
            rest.split(']').next().unwrap().split(',').map(|n| n.trim().parse().unwrap()).collect()
        };
        let len: usize = debug.split_once("len: ").unwrap().1.split(',').next().unwrap().parse().unwrap();
        for (offset, byte) in list("offsets").into_iter().zip(list("bytes")).take(len) {
            payload[usize::from(offset)] = byte;
        }
    }
    payload
}
