//! H.264 payloads (RFC 6184 §5): where a keyframe begins.

/// Kinds of NAL units (ITU-T H.264 table 7-1), and those that RFC 6184 §5.2 adds.
const SLICE_OF_KEYFRAME: u8 = 5;
const PARAMETERS: u8 = 7;
const LAST_SINGLE: u8 = 23;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;

/// Whether a keyframe begins with this packet; `None` for what is no payload of packetization mode 0 or 1.
///
/// It begins with its sequence parameters, without which no browser takes it, or else with its first slice. A later
/// slice of the same picture is no beginning.
pub(crate) fn begins_keyframe(payload: &[u8]) -> Option<bool> {
    let (header, rest) = payload.split_first()?;
    match kind(*header) {
        1..=LAST_SINGLE => Some(begins(kind(*header), rest)),
        STAP_A => units_of(rest),
        FU_A => {
            let (fragment, rest) = rest.split_first()?;
            Some(fragment & 0x80 != 0 && begins(kind(*fragment), rest))
        }
        _ => None,
    }
}

fn kind(header: u8) -> u8 {
    header & 0x1f
}

/// Whether a keyframe begins with the unit of this kind, `body` being what follows its header.
fn begins(kind: u8, body: &[u8]) -> bool {
    match kind {
        PARAMETERS => true,
        // `first_mb_in_slice` is an Exp-Golomb code (§7.3.3): zero, the top of the picture, is a single set bit.
        SLICE_OF_KEYFRAME => body.first().is_some_and(|first| first & 0x80 != 0),
        _ => false,
    }
}

/// Looks through an aggregation packet: units, each behind its size.
fn units_of(mut rest: &[u8]) -> Option<bool> {
    let mut found = false;
    while let [high, low, tail @ ..] = rest {
        let (unit, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))?;
        let (header, body) = unit.split_first()?;
        found |= begins(kind(*header), body);
        rest = tail;
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Beginnings of packets that x264 and OpenH264 made.
    const SPS: [u8; 12] = [0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16, 0xe8, 0x40, 0x00, 0x00];
    const PPS: [u8; 4] = [0x68, 0xce, 0x3c, 0x80];
    const STAP: [u8; 24] = [
        0x78, 0x00, 0x0e, 0x67, 0x42, 0xc0, 0x1f, 0x8c, 0x8d, 0x40, 0x50, 0x1e, 0xd0, 0x0f, 0x08, 0x84, 0x6a, 0x00,
        0x04, 0x68, 0xce, 0x3c, 0x80, 0xff,
    ];

    fn check(payload: &[u8], want: Option<bool>) {
        assert_eq!(begins_keyframe(payload), want, "{payload:02x?}");
    }

    #[test]
    fn a_keyframe_begins_with_its_parameters_or_its_first_slice() {
        check(&SPS, Some(true));
        check(&PPS, Some(false));
        check(&[0x65, 0x88, 0x84, 0x00], Some(true));
        check(&[0x65, 0x40, 0xb2, 0x00], Some(false));
        check(&[0x41, 0x9a, 0x24, 0x6c], Some(false));
        check(&[0x09, 0x10], Some(false));
        check(&[0x06, 0x05, 0xff], Some(false));
    }

    #[test]
    fn a_fragment_begins_it_only_if_it_is_the_first_of_the_first_slice() {
        check(&[0x7c, 0x85, 0x88, 0x84], Some(true));
        check(&[0x7c, 0x05, 0x88, 0x84], Some(false));
        check(&[0x7c, 0x45, 0x88], Some(false));
        check(&[0x7c, 0x85, 0x40], Some(false));
        check(&[0x5c, 0x81, 0x9a], Some(false));
    }

    #[test]
    fn units_in_one_packet_are_all_looked_at() {
        check(&STAP[..23], Some(true));
        check(&[0x78, 0x00, 0x02, 0x09, 0x10, 0x00, 0x02, 0x65, 0x88], Some(true));
        check(&[0x78, 0x00, 0x02, 0x09, 0x10, 0x00, 0x02, 0x41, 0x9a], Some(false));
    }

    #[test]
    fn what_is_cut_short_or_of_another_mode_is_not_read() {
        for payload in [&[][..], &[0x7c], &[0x78, 0x00, 0x05, 0x67], &[0x78, 0x00, 0x00], &STAP, &[0x79, 0, 0], &[0x00]]
        {
            check(payload, None);
        }
    }

    proptest! {
        #[test]
        fn no_octets_make_it_panic(payload in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = begins_keyframe(&payload);
        }
    }
}
