//! The VP8 payload descriptor (RFC 7741 §4.2): what forwarding reads of it, and what it overwrites.

/// Picture ids count in 15 bits, or in 7.
const LONG: u16 = 0x7fff;
const SHORT: u16 = 0x7f;

/// What stands before a VP8 payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Descriptor {
    picture_id: Option<PictureId>,
    tl0_pic_idx: Option<Octet>,
    /// Whether a keyframe begins with this packet.
    pub(crate) begins_keyframe: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PictureId {
    at: usize,
    value: u16,
    long: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Octet {
    at: usize,
    value: u8,
}

/// Numbers to write over those of a descriptor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Patch {
    picture_id: Option<PictureId>,
    tl0_pic_idx: Option<Octet>,
}

impl Descriptor {
    /// Reads the descriptor; `None` for what ends too early.
    pub(crate) fn read(payload: &[u8]) -> Option<Self> {
        let first = *payload.first()?;
        let mut descriptor = Self::default();
        let mut at: usize = 1;
        if first & 0x80 != 0 {
            let extension = *payload.get(at)?;
            at = at.saturating_add(1);
            if extension & 0x80 != 0 {
                let high = *payload.get(at)?;
                let long = high & 0x80 != 0;
                let value = if long {
                    u16::from_be_bytes([high & 0x7f, *payload.get(at.saturating_add(1))?])
                } else {
                    u16::from(high)
                };
                descriptor.picture_id = Some(PictureId { at, value, long });
                at = at.saturating_add(if long { 2 } else { 1 });
            }
            if extension & 0x40 != 0 {
                descriptor.tl0_pic_idx = Some(Octet { at, value: *payload.get(at)? });
                at = at.saturating_add(1);
            }
            if extension & 0x30 != 0 {
                at = at.saturating_add(1);
            }
        }
        // The first octet of a frame's first partition says whether it is predicted (RFC 6386 §9.1).
        let frame = *payload.get(at)?;
        descriptor.begins_keyframe = first & 0x1f == 0x10 && frame & 1 == 0;
        Some(descriptor)
    }

    pub(crate) fn picture_id(&self) -> Option<u16> {
        self.picture_id.map(|id| id.value)
    }

    pub(crate) fn tl0_pic_idx(&self) -> Option<u8> {
        self.tl0_pic_idx.map(|octet| octet.value)
    }

    /// The descriptor with these distances added to its numbers, as far as it has any.
    pub(crate) fn moved(&self, picture_id: u16, tl0_pic_idx: u8) -> Patch {
        let id = |id: PictureId| {
            let mask = if id.long { LONG } else { SHORT };
            PictureId { value: id.value.wrapping_add(picture_id) & mask, ..id }
        };
        let idx = |octet: Octet| Octet { value: octet.value.wrapping_add(tl0_pic_idx), ..octet };
        Patch { picture_id: self.picture_id.map(id), tl0_pic_idx: self.tl0_pic_idx.map(idx) }
    }
}

impl Patch {
    pub(crate) fn picture_id(&self) -> Option<u16> {
        self.picture_id.map(|id| id.value)
    }

    pub(crate) fn tl0_pic_idx(&self) -> Option<u8> {
        self.tl0_pic_idx.map(|octet| octet.value)
    }

    /// Writes the numbers into a copy of the payload that they were read from.
    pub(crate) fn apply(&self, payload: &mut [u8]) {
        let mut put = |at: usize, value: u8| {
            if let Some(octet) = payload.get_mut(at) {
                *octet = value;
            }
        };
        if let Some(PictureId { at, value, long }) = self.picture_id {
            let [high, low] = value.to_be_bytes();
            if long {
                put(at, high | 0x80);
                put(at.saturating_add(1), low);
            } else {
                put(at, low);
            }
        }
        if let Some(Octet { at, value }) = self.tl0_pic_idx {
            put(at, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(payload: &[u8], picture_id: Option<u16>, tl0_pic_idx: Option<u8>, begins_keyframe: bool) {
        let descriptor = Descriptor::read(payload).unwrap();
        let read = (descriptor.picture_id(), descriptor.tl0_pic_idx(), descriptor.begins_keyframe);
        assert_eq!(read, (picture_id, tl0_pic_idx, begins_keyframe), "{payload:02x?}");
    }

    #[test]
    fn descriptors_are_read_in_all_their_lengths() {
        check(&[0x10, 0x00], None, None, true);
        check(&[0x10, 0x01], None, None, false);
        check(&[0x00, 0x00], None, None, false);
        check(&[0x11, 0x00], None, None, false);
        check(&[0x90, 0x80, 0x05, 0x00], Some(5), None, true);
        check(&[0x90, 0xe0, 0x81, 0x02, 0x07, 0x20, 0x00], Some(0x102), Some(7), true);
        check(&[0x80, 0x10, 0x20, 0x00], None, None, false);
    }

    #[test]
    fn what_ends_too_early_is_not_read() {
        for payload in [&[][..], &[0x10], &[0x90], &[0x90, 0x80], &[0x90, 0x80, 0x80], &[0x90, 0x40], &[0x90, 0x30, 0]]
        {
            assert_eq!(Descriptor::read(payload), None, "{payload:02x?}");
        }
    }

    #[test]
    fn numbers_wrap_at_their_own_width() {
        let mut payload = [0x90, 0xe0, 0xff, 0xff, 0xff, 0x20, 0x00];
        let moved = Descriptor::read(&payload).unwrap().moved(2, 3);
        moved.apply(&mut payload);
        check(&payload, Some(1), Some(2), true);
        let mut payload = [0x90, 0x80, 0x7f, 0x00];
        Descriptor::read(&payload).unwrap().moved(2, 3).apply(&mut payload);
        check(&payload, Some(1), None, true);
    }

    proptest! {
        #[test]
        fn a_patch_changes_nothing_but_its_numbers(
            mut payload in prop::collection::vec(any::<u8>(), 0..12), id: u16, idx: u8,
        ) {
            let Some(before) = Descriptor::read(&payload) else { return Ok(()) };
            let patch = before.moved(id, idx);
            patch.apply(&mut payload);
            let after = Descriptor::read(&payload).unwrap();
            prop_assert_eq!(after.picture_id(), patch.picture_id());
            prop_assert_eq!(after.tl0_pic_idx(), patch.tl0_pic_idx());
            prop_assert_eq!(after.begins_keyframe, before.begins_keyframe);
            let back = after.moved(0_u16.wrapping_sub(id), 0_u8.wrapping_sub(idx));
            back.apply(&mut payload);
            prop_assert_eq!(Descriptor::read(&payload), Some(before));
        }
    }
}
