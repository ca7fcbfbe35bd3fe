//! The AV1 aggregation header (RTP Payload Format for AV1 §4.4): where a keyframe begins.

/// Whether a keyframe begins with this packet; `None` for what ends too early.
///
/// The header says it itself: N is set in the first packet of a coded video sequence, which begins with a keyframe.
/// A packet that continues an element of the one before (Z) cannot be the first.
pub(crate) fn begins_keyframe(payload: &[u8]) -> Option<bool> {
    let [first, _, ..] = payload else { return None };
    Some(first & 0x08 != 0 && first & 0x80 == 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_packet_of_a_sequence_begins_a_keyframe() {
        let check = |payload: &[u8], want| assert_eq!(begins_keyframe(payload), want, "{payload:02x?}");
        // From libaom by libwebrtc: sequence header and the beginning of the frame; its next packet; a later frame.
        check(&[0x68, 0x0b, 0x08, 0x00, 0x00, 0x00, 0x04, 0x47], Some(true));
        check(&[0x90, 0x3f, 0x21], Some(false));
        check(&[0x98, 0x3f, 0x21], Some(false));
        check(&[0x10, 0x30, 0x02], Some(false));
        check(&[0x68], None);
        check(&[], None);
    }

    proptest! {
        #[test]
        fn no_octets_make_it_panic(payload in prop::collection::vec(any::<u8>(), 0..12)) {
            let _ = begins_keyframe(&payload);
        }
    }
}
