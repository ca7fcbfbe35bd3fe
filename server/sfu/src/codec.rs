//! What sound and picture are coded in, as far as forwarding must know it.

use str0m::format::CodecSpec;

/// A codec that is forwarded. Nothing is transcoded: who cannot decode a source's codec goes without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// RFC 7587.
    Opus,
    /// RFC 7741.
    Vp8,
    /// RFC 6184.
    H264,
    /// RFC 9628.
    Vp9,
    /// The RTP payload format of the Alliance for Open Media.
    Av1,
}

impl Codec {
    /// The codec of a negotiated payload type; `None` for one that we have no use for.
    pub(crate) fn of(spec: CodecSpec) -> Option<Self> {
        match spec.codec {
            str0m::format::Codec::Opus => Some(Self::Opus),
            str0m::format::Codec::Vp8 => Some(Self::Vp8),
            str0m::format::Codec::H264 => Some(Self::H264),
            str0m::format::Codec::Vp9 => Some(Self::Vp9),
            str0m::format::Codec::Av1 => Some(Self::Av1),
            _ => None,
        }
    }

    /// Whether it is one for sound.
    pub fn is_audio(self) -> bool {
        self == Self::Opus
    }
}

/// What a payload type stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    pub(crate) codec: Codec,
    /// Whether each payload carries earlier ones besides (RFC 2198).
    pub(crate) redundant: bool,
}

/// A set of codecs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Codecs(u8);

impl Codecs {
    pub(crate) fn has(self, codec: Codec) -> bool {
        self.0 & Self::bit(codec) != 0
    }

    fn bit(codec: Codec) -> u8 {
        match codec {
            Codec::Opus => 1,
            Codec::Vp8 => 2,
            Codec::H264 => 4,
            Codec::Vp9 => 8,
            Codec::Av1 => 16,
        }
    }
}

impl FromIterator<Codec> for Codecs {
    fn from_iter<T: IntoIterator<Item = Codec>>(codecs: T) -> Self {
        Self(codecs.into_iter().map(Self::bit).fold(0, |all, bit| all | bit))
    }
}
