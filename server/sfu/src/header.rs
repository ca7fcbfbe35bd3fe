//! The header of an RTP packet that leaves (RFC 3550 §5.1), with its extensions (RFC 8285).

use str0m::media::Mid;
use str0m::rtp::Extension;
use str0m::rtp::ExtensionMap;
use str0m::rtp::VideoOrientation;

use crate::packet::Packet;

/// Room for the fixed part and every extension that we write.
const MOST: usize = 80;

/// The profile of one-octet extension headers.
const ONE_OCTET: [u8; 2] = [0xbe, 0xde];

/// The numbers that a receiver knows our extensions by; `None` for what it does not take.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ExtensionIds {
    mid: Option<u8>,
    transport: Option<u8>,
    level: Option<u8>,
    orientation: Option<u8>,
}

impl ExtensionIds {
    pub(crate) fn of(map: &ExtensionMap) -> Self {
        // One-octet headers carry the numbers 1 to 14; nobody offers more than that for these few.
        let id = |extension| map.id_of(extension).filter(|id| (1..=14).contains(id));
        Self {
            mid: id(Extension::RtpMid),
            transport: id(Extension::TransportSequenceNumber),
            level: id(Extension::AudioLevel),
            orientation: id(Extension::VideoOrientation),
        }
    }

    /// Whether packets can be numbered across the whole connection.
    pub(crate) fn numbers_transport(&self) -> bool {
        self.transport.is_some()
    }
}

/// What stands in a header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a> {
    pub(crate) pt: u8,
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
    pub(crate) marker: bool,
    /// Whether the payload ends in padding, whose last octet counts it.
    pub(crate) padding: bool,
    /// The m-line, as long as the receiver may not know whose the SSRC is.
    pub(crate) mid: Option<Mid>,
    /// The number across the connection.
    pub(crate) transport: Option<u16>,
    /// Whose level and orientation are passed on.
    pub(crate) packet: Option<&'a Packet>,
}

/// A header being written.
#[derive(Debug)]
pub(crate) struct Header {
    octets: [u8; MOST],
    len: usize,
}

impl Header {
    pub(crate) fn new(fields: &Fields<'_>, ids: &ExtensionIds) -> Self {
        let mut header = Self { octets: [0; MOST], len: 0 };
        let [.., high, low] = fields.seq.to_be_bytes();
        header.put(&[0x90, fields.pt & 0x7f | u8::from(fields.marker) << 7, high, low]);
        header.put(&fields.timestamp.to_be_bytes());
        header.put(&fields.ssrc.to_be_bytes());
        header.put(&ONE_OCTET);
        header.put(&[0, 0]);
        let start = header.len;
        header.extensions(fields, ids);
        while !header.len.wrapping_sub(start).is_multiple_of(4) {
            header.put(&[0]);
        }
        let words = header.len.saturating_sub(start).div_euclid(4);
        if let Some(octet) = header.octets.get_mut(start.wrapping_sub(1)) {
            *octet = u8::try_from(words).unwrap_or(u8::MAX);
        }
        if words == 0 {
            header.len = start.saturating_sub(4);
            header.octets[0] = 0x80;
        }
        header.octets[0] |= u8::from(fields.padding) << 5;
        header
    }

    pub(crate) fn octets(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
    }

    fn extensions(&mut self, fields: &Fields<'_>, ids: &ExtensionIds) {
        if let (Some(id), Some(number)) = (ids.transport, fields.transport) {
            self.extension(id, &number.to_be_bytes());
        }
        if let (Some(id), Some(mid)) = (ids.mid, fields.mid) {
            self.extension(id, mid.as_bytes());
        }
        let Some(packet) = fields.packet else { return };
        if let (Some(id), Some(level)) = (ids.level, packet.audio_level) {
            let voice = u8::from(packet.voice_activity.unwrap_or_default()) << 7;
            self.extension(id, &[level.unsigned_abs() & 0x7f | voice]);
        }
        if let (Some(id), Some(orientation)) = (ids.orientation, packet.orientation) {
            self.extension(id, &[turns(orientation)]);
        }
    }

    fn extension(&mut self, id: u8, value: &[u8]) {
        let Some(len) = value.len().checked_sub(1).and_then(|len| u8::try_from(len).ok()).filter(|len| *len < 16)
        else {
            return;
        };
        self.put(&[id << 4 | len]);
        self.put(value);
    }

    fn put(&mut self, octets: &[u8]) {
        let end = self.len.saturating_add(octets.len());
        if let Some(place) = self.octets.get_mut(self.len..end) {
            place.copy_from_slice(octets);
            self.len = end;
        }
    }
}

/// Quarter turns clockwise, as 3GPP TS 26.114 §7.4.5 writes them.
fn turns(orientation: VideoOrientation) -> u8 {
    match orientation {
        VideoOrientation::Deg0 => 0,
        VideoOrientation::Deg90 => 3,
        VideoOrientation::Deg180 => 2,
        VideoOrientation::Deg270 => 1,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::tests::packets::packet;

    fn ids(mid: Option<u8>, transport: Option<u8>) -> ExtensionIds {
        ExtensionIds { mid, transport, level: Some(1), orientation: Some(13) }
    }

    const FIELDS: Fields<'_> = Fields {
        pt: 96,
        seq: 0x0001_ffff,
        timestamp: 0x0102_0304,
        ssrc: 0x0506_0708,
        marker: true,
        padding: false,
        mid: None,
        transport: None,
        packet: None,
    };

    #[test]
    fn a_header_without_extensions_is_twelve_octets() {
        let header = Header::new(&FIELDS, &ids(Some(4), Some(3)));
        assert_eq!(header.octets(), [0x80, 0xe0, 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn extensions_fill_whole_words_and_leave_out_what_was_not_agreed() {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let now = Instant::now();
        let mut voice = packet(1, 1, 1, now, vec![1]);
        (voice.audio_level, voice.voice_activity) = (Some(-37), Some(true));
        voice.orientation = Some(VideoOrientation::Deg90);
        let fields = Fields { mid: Some(Mid::from("ab")), transport: Some(0x0a0b), packet: Some(&voice), ..FIELDS };
        let header = Header::new(&fields, &ids(Some(4), Some(3)));
        let extensions = [0x31, 0x0a, 0x0b, 0x41, b'a', b'b', 0x10, 0x80 | 37, 0xd0, 3, 0, 0];
        assert_eq!(header.octets()[..16], [0x90, 0xe0, 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 0xbe, 0xde, 0, 3]);
        assert_eq!(header.octets()[16..], extensions);
        let header = Header::new(&fields, &ids(None, None));
        assert_eq!(header.octets()[12..], [0xbe, 0xde, 0, 1, 0x10, 0x80 | 37, 0xd0, 3]);
    }
}
