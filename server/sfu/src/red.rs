//! Sound that carries what came a moment before once more, so that a lost packet is made good by the next (RFC 2198).

use str0m::media::Pt;

/// The octets before each earlier block: whether another follows, its payload type, its age, its length.
const HEADER: usize = 4;

/// How a payload holds its blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Redundancy {
    /// Where the newest block begins: what a receiver gets that takes no others.
    pub(crate) primary: usize,
    /// The payload type of all blocks, as the sender numbers them.
    pub(crate) pt: Pt,
}

impl Redundancy {
    /// Reads the headers of a payload; `None` if they do not fit it, or name several payload types.
    pub(crate) fn read(payload: &[u8]) -> Option<Self> {
        let mut headers = payload;
        let mut older: usize = 0;
        let mut named = None;
        loop {
            let first = *headers.first()?;
            let pt = *named.get_or_insert(first & 0x7f);
            if pt != first & 0x7f {
                return None;
            }
            if first & 0x80 == 0 {
                break;
            }
            let (header, rest) = headers.split_first_chunk::<HEADER>()?;
            let [_, _, high, low] = *header;
            older = older.saturating_add(usize::from(u16::from_be_bytes([high & 3, low])));
            headers = rest;
        }
        let blocks = payload.len().checked_sub(headers.len())?.saturating_add(1);
        let primary = blocks.saturating_add(older);
        (primary < payload.len()).then(|| Self { primary, pt: Pt::from(named.unwrap_or_default()) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_newest_block_stands_behind_the_older_ones() {
        let one = [111, 7];
        assert_eq!(Redundancy::read(&one), Some(Redundancy { primary: 1, pt: 111.into() }));
        // Two older blocks, of two octets and one.
        let three = [0x80 | 111, 0x1e, 0, 2, 0x80 | 111, 0x0f, 0, 1, 111, 1, 2, 3, 7, 8];
        assert_eq!(Redundancy::read(&three), Some(Redundancy { primary: 12, pt: 111.into() }));
    }

    #[test]
    fn what_contradicts_itself_is_not_read() {
        assert_eq!(Redundancy::read(&[]), None);
        assert_eq!(Redundancy::read(&[111]), None, "no sound");
        assert_eq!(Redundancy::read(&[0x80 | 111, 0, 0, 9, 111, 1]), None, "longer than the payload");
        assert_eq!(Redundancy::read(&[0x80 | 111, 0, 0]), None, "no end of the headers");
        assert_eq!(Redundancy::read(&[0x80 | 111, 0, 0, 1, 13, 1, 7]), None, "comfort noise among sound");
    }

    proptest! {
        #[test]
        fn anything_may_come(payload in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Some(found) = Redundancy::read(&payload) {
                prop_assert!(found.primary > 0 && found.primary < payload.len());
            }
        }
    }
}
