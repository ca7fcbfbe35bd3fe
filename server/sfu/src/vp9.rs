//! The VP9 payload descriptor (RFC 9628 §4.2): where a keyframe begins.

/// Whether a keyframe begins with this packet; `None` for what ends too early.
///
/// A keyframe is predicted from no other picture; of one in several spatial layers, the lowest is the beginning.
pub(crate) fn begins_keyframe(payload: &[u8]) -> Option<bool> {
    let first = *payload.first()?;
    let [has_id, predicted, layered, begins] = [0x80, 0x40, 0x20, 0x08].map(|bit| first & bit != 0);
    let mut at: usize = 1;
    if has_id {
        let long = *payload.get(at)? & 0x80 != 0;
        at = at.saturating_add(if long { 2 } else { 1 });
    }
    let spatial = if layered { *payload.get(at)? >> 1 & 7 } else { 0 };
    if layered {
        at = at.saturating_add(1);
    }
    payload.get(at)?;
    Some(begins && !predicted && spatial == 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(payload: &[u8], want: Option<bool>) {
        assert_eq!(begins_keyframe(payload), want, "{payload:02x?}");
    }

    #[test]
    fn a_keyframe_begins_in_its_lowest_layer() {
        // From libvpx by libwebrtc: flexible mode, long id, one layer, with the structure of the picture.
        check(&[0x8b, 0xd2, 0x7a, 0x08, 0x82, 0x49], Some(true));
        check(&[0xcd, 0xd2, 0x7b, 0x86], Some(false));
        check(&[0x83, 0xd2, 0x7a, 0x00], Some(false));
        // With layers: spatial 0, then spatial 1 of the same picture.
        check(&[0xab, 0x92, 0x11, 0x00, 0x07, 0x82], Some(true));
        check(&[0xab, 0x92, 0x11, 0x03, 0x07, 0x82], Some(false));
        // Without an id.
        check(&[0x0c, 0x82], Some(true));
        check(&[0x4c, 0x86], Some(false));
    }

    #[test]
    fn what_ends_too_early_is_not_read() {
        for payload in [&[][..], &[0x08], &[0x88], &[0x88, 0x80], &[0x88, 0x80, 0x01], &[0xa8, 0x01, 0x00]] {
            check(payload, None);
        }
    }

    proptest! {
        #[test]
        fn no_octets_make_it_panic(payload in prop::collection::vec(any::<u8>(), 0..12)) {
            let _ = begins_keyframe(&payload);
        }
    }
}
