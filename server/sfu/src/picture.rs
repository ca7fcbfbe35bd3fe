//! What forwarding reads of a picture's packet, whatever it is coded in.

use crate::av1;
use crate::codec::Codec;
use crate::h264;
use crate::vp8::Descriptor;
use crate::vp8::Patch;
use crate::vp9;

/// A packet of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Whether a keyframe begins with this packet.
    pub(crate) begins_keyframe: bool,
    /// VP8 counts its pictures in the payload, and a receiver stumbles over a leap; the others bear one at a keyframe.
    vp8: Option<Descriptor>,
}

/// Whether a keyframe begins with a payload of this codec; `None` for what is no payload of a picture.
///
/// For tools that look into packets.
pub fn begins_keyframe(codec: Codec, payload: &[u8]) -> Option<bool> {
    Picture::read(codec, payload).map(|picture| picture.begins_keyframe)
}

impl Picture {
    /// Reads a payload; `None` for what is none of this codec, and for sound.
    pub(crate) fn read(codec: Codec, payload: &[u8]) -> Option<Self> {
        let plain = |begins_keyframe| Self { begins_keyframe, vp8: None };
        match codec {
            Codec::Opus => None,
            Codec::Vp8 => {
                let descriptor = Descriptor::read(payload)?;
                Some(Self { begins_keyframe: descriptor.begins_keyframe, vp8: Some(descriptor) })
            }
            Codec::H264 => h264::begins_keyframe(payload).map(plain),
            Codec::Vp9 => vp9::begins_keyframe(payload).map(plain),
            Codec::Av1 => av1::begins_keyframe(payload).map(plain),
        }
    }

    pub(crate) fn picture_id(&self) -> Option<u16> {
        self.vp8.and_then(|descriptor| descriptor.picture_id())
    }

    pub(crate) fn tl0_pic_idx(&self) -> Option<u8> {
        self.vp8.and_then(|descriptor| descriptor.tl0_pic_idx())
    }

    /// What to write over the payload so that its numbers are so far away; nothing where there are none.
    pub(crate) fn moved(&self, picture_id: u16, tl0_pic_idx: u8) -> Option<Patch> {
        self.vp8.map(|descriptor| descriptor.moved(picture_id, tl0_pic_idx))
    }
}
