//! What waits for the end of a tick, and in which order it leaves.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::arrivals::Piece;
use crate::packet::Packet;
use crate::vp8::Patch;

/// More packets of one kind are sent as they came: comparing each with each has its price.
const MOST_ORDERED: usize = 64;

/// A packet that leaves at the end of the tick.
#[derive(Clone)]
pub(super) struct Pending {
    pub(super) slot: usize,
    pub(super) packet: Arc<Packet>,
    pub(super) seq: u64,
    pub(super) timestamp: u32,
    pub(super) patch: Option<Patch>,
    pub(super) repeat: bool,
    /// Whether it is sent only to fill the way: nobody misses it.
    pub(super) fills: bool,
}

impl Pending {
    /// What is to be sent again if it does not arrive: of pictures everything, while sound goes on without.
    pub(super) fn piece(&self) -> Option<Piece> {
        let [.., high, low] = self.seq.to_be_bytes();
        let slot = u16::try_from(self.slot).ok().filter(|_| !self.fills && !self.packet.codec.is_audio())?;
        Some(Piece { slot, seq: u16::from_be_bytes([high, low]) })
    }

    /// Octets of the payload.
    fn size(&self) -> usize {
        self.packet.payload.len()
    }
}

/// Brings packets of one size together, for they leave in one piece, the last of it may be shorter: pictures first, each kind
/// from large to small. What is of one slot keeps its order.
pub(super) fn order(pending: &mut [Pending]) {
    pending.sort_by_key(|pending| pending.packet.codec.is_audio());
    let pictures = pending.partition_point(|pending| !pending.packet.codec.is_audio());
    let (pictures, sounds) = pending.split_at_mut(pictures);
    for kind in [pictures, sounds] {
        if kind.len() <= MOST_ORDERED && keeps_order(kind) {
            kind.sort_by_key(|pending| Reverse(pending.size()));
        }
    }
}

/// Whether no slot has a small packet before a larger one.
fn keeps_order(kind: &[Pending]) -> bool {
    kind.iter().enumerate().all(|(n, one)| {
        let next = kind.iter().skip(n.saturating_add(1)).find(|later| later.slot == one.slot);
        next.is_none_or(|next| next.size() <= one.size())
    })
}

/// The payload from `from` on as it leaves, before it is encrypted.
pub(super) fn plain<'a>(pending: &'a Pending, from: usize, scratch: &'a mut Vec<u8>) -> &'a [u8] {
    let payload = pending.packet.payload.get(from..).unwrap_or_default();
    if pending.patch.is_none() && !pending.repeat {
        return payload;
    }
    scratch.clear();
    let mut start = 0;
    if pending.repeat {
        let [.., high, low] = pending.seq.to_be_bytes();
        scratch.extend([high, low]);
        start = 2;
    }
    scratch.extend_from_slice(payload);
    if let (Some(patch), Some(payload)) = (pending.patch, scratch.get_mut(start..)) {
        patch.apply(payload);
    }
    scratch
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Codec;
    use crate::tests::packets::packet;

    /// The slots and sizes in the order in which they leave.
    fn leave(waiting: &[(usize, Codec, usize)]) -> Vec<(usize, usize)> {
        #[expect(clippy::disallowed_methods, reason = "a moment that says nothing here")]
        let now = std::time::Instant::now();
        let pending = |(slot, codec, size): &(usize, Codec, usize)| {
            let packet = Arc::new(Packet { codec: *codec, ..packet(1, 1, 0, now, vec![0; *size]) });
            Pending { slot: *slot, packet, seq: 1, timestamp: 0, patch: None, repeat: false, fills: false }
        };
        let mut pending: Vec<Pending> = waiting.iter().map(pending).collect();
        order(&mut pending);
        pending.iter().map(|pending| (pending.slot, pending.size())).collect()
    }

    #[test]
    fn what_is_of_one_size_leaves_together_and_no_slot_is_shuffled() {
        let mixed = [(0, Codec::Opus, 80), (2, Codec::Vp8, 900), (1, Codec::Opus, 80), (3, Codec::Vp8, 1150)];
        assert_eq!(leave(&mixed), [(3, 1150), (2, 900), (0, 80), (1, 80)]);
        let two_pictures = [(2, Codec::Vp8, 400), (3, Codec::Vp8, 500), (2, Codec::Vp8, 1150)];
        assert_eq!(leave(&two_pictures), [(2, 400), (3, 500), (2, 1150)]);
    }
}
