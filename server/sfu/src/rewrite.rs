//! Makes packets of changing sources look like one stream.

use std::time::Instant;

use str0m::rtp::Vp8Patch;

use crate::track::Packet;
use crate::track::Picture;
use crate::verbs::SeatKey;

/// The longest silence that a timestamp makes up for, in milliseconds.
const LONGEST_PAUSE: u128 = 3_600_000;

/// Picture ids count in 15 bits, or in 7 (RFC 7741 §4.2).
const LONG_PICTURE_ID: u16 = 0x7fff;
const SHORT_PICTURE_ID: u16 = 0x7f;

/// The outgoing numbers of one slot: continuous, whatever is put on it.
#[derive(Debug)]
pub(crate) struct Rewrite {
    ticks_per_ms: u32,
    run: Option<Run>,
    last: Option<Numbers>,
}

/// How a packet leaves.
#[derive(Debug, PartialEq)]
pub(crate) struct Rewritten {
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) patch: Option<Vp8Patch>,
}

/// An unbroken stretch of packets of one incoming stream, and the distance between its numbers and ours.
#[derive(Debug)]
struct Run {
    from: (SeatKey, u32),
    first_seq_in: u64,
    first_seq_out: u64,
    timestamp: u32,
    picture_id: u16,
    tl0_pic_idx: u8,
}

/// The newest packet that left.
#[derive(Clone, Copy, Debug)]
struct Numbers {
    seq: u64,
    timestamp: u32,
    picture_id: u16,
    tl0_pic_idx: u8,
    at: Instant,
}

impl Rewrite {
    pub(crate) fn audio() -> Self {
        Self { ticks_per_ms: 48, run: None, last: None }
    }

    pub(crate) fn video() -> Self {
        Self { ticks_per_ms: 90, run: None, last: None }
    }

    /// The numbers under which the packet leaves; `None` if it is older than the switch to its source, for its
    /// place in the sequence is taken.
    pub(crate) fn pass(&mut self, from: SeatKey, packet: &Packet, picture: Option<&Picture>) -> Option<Rewritten> {
        let from = (from, packet.ssrc);
        if self.run.as_ref().is_none_or(|run| run.from != from) {
            self.run = Some(self.switch(from, packet, picture));
        }
        let run = self.run.as_ref()?;
        let seq = packet.seq.checked_sub(run.first_seq_in)?.saturating_add(run.first_seq_out);
        let timestamp = packet.timestamp.wrapping_add(run.timestamp);
        let picture_id = picture.and_then(|p| p.descriptor.picture_id()).map(|id| id.wrapping_add(run.picture_id));
        let tl0_pic_idx = picture.and_then(|p| p.descriptor.tl0_pic_idx()).map(|idx| idx.wrapping_add(run.tl0_pic_idx));
        if self.last.is_none_or(|last| last.seq < seq) {
            let last = self.last;
            self.last = Some(Numbers {
                seq,
                timestamp,
                picture_id: picture_id.or(last.map(|l| l.picture_id)).unwrap_or_default(),
                tl0_pic_idx: tl0_pic_idx.or(last.map(|l| l.tl0_pic_idx)).unwrap_or_default(),
                at: packet.arrived,
            });
        }
        let patch = picture.and_then(|p| patch(p, picture_id, tl0_pic_idx));
        Some(Rewritten { seq, timestamp, patch })
    }

    /// Starts a new run right behind the last packet, in sequence and in time.
    fn switch(&self, from: (SeatKey, u32), packet: &Packet, picture: Option<&Picture>) -> Run {
        let picture_id = picture.and_then(|p| p.descriptor.picture_id()).unwrap_or_default();
        let tl0_pic_idx = picture.and_then(|p| p.descriptor.tl0_pic_idx()).unwrap_or_default();
        let Some(last) = self.last else {
            let (first_seq_in, first_seq_out) = (packet.seq, 1);
            return Run { from, first_seq_in, first_seq_out, timestamp: 0, picture_id: 0, tl0_pic_idx: 0 };
        };
        let pause = packet.arrived.saturating_duration_since(last.at).as_millis().min(LONGEST_PAUSE);
        let ticks = u32::try_from(pause).unwrap_or_default().saturating_mul(self.ticks_per_ms).max(1);
        Run {
            from,
            first_seq_in: packet.seq,
            first_seq_out: last.seq.saturating_add(1),
            timestamp: last.timestamp.wrapping_add(ticks).wrapping_sub(packet.timestamp),
            picture_id: last.picture_id.wrapping_add(1).wrapping_sub(picture_id),
            tl0_pic_idx: last.tl0_pic_idx.wrapping_add(1).wrapping_sub(tl0_pic_idx),
        }
    }
}

/// Overwrites the descriptor's numbers in place; a descriptor without them needs nothing.
fn patch(picture: &Picture, picture_id: Option<u16>, tl0_pic_idx: Option<u8>) -> Option<Vp8Patch> {
    let with = |mask: u16| {
        let mut patch = picture.descriptor.patch();
        if let Some(id) = picture_id {
            patch = patch.picture_id(id & mask);
        }
        if let Some(idx) = tl0_pic_idx {
            patch = patch.tl0_pic_idx(idx);
        }
        patch.build().ok()
    };
    if picture_id.is_none() && tl0_pic_idx.is_none() {
        return None;
    }
    with(LONG_PICTURE_ID).or_else(|| with(SHORT_PICTURE_ID))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::tests::packets::vp8;
    use crate::timers::after;

    const ANN: SeatKey = SeatKey(1);
    const BOB: SeatKey = SeatKey(2);

    /// Passes a packet and reads the numbers that leave: seq, timestamp, picture id, tl0picidx.
    fn pass(rewrite: &mut Rewrite, from: SeatKey, packet: &Packet) -> Option<(u64, u32, u16, u8)> {
        let picture = Picture::read(&packet.payload).unwrap();
        let out = rewrite.pass(from, packet, Some(&picture))?;
        let payload = crate::tests::packets::patched(&packet.payload, out.patch.as_ref());
        let picture = Picture::read(&payload).unwrap();
        let (id, tl0) = (picture.descriptor.picture_id().unwrap(), picture.descriptor.tl0_pic_idx().unwrap());
        Some((out.seq, out.timestamp, id, tl0))
    }

    #[test]
    fn the_first_source_begins_at_one_and_keeps_its_clock() {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let now = Instant::now();
        let mut rewrite = Rewrite::video();
        assert_eq!(pass(&mut rewrite, ANN, &vp8(7, 5000, 900, 33, 4, now)), Some((1, 900, 33, 4)));
        assert_eq!(pass(&mut rewrite, ANN, &vp8(7, 5002, 3900, 34, 5, now)), Some((3, 3900, 34, 5)));
        let late = vp8(7, 5001, 900, 33, 4, now);
        assert_eq!(pass(&mut rewrite, ANN, &late), Some((2, 900, 33, 4)), "a retransmission fills its hole");
    }

    #[test]
    fn a_switch_of_source_is_one_continuous_stream() {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let now = Instant::now();
        let later = after(now, Duration::from_millis(40));
        let mut rewrite = Rewrite::video();
        pass(&mut rewrite, ANN, &vp8(7, 65_530, u32::MAX - 10, 0x7fff, 255, now));
        let first = vp8(9, 12, 77, 5, 6, later);
        let timestamp = (u32::MAX - 10).wrapping_add(40 * 90);
        assert_eq!(pass(&mut rewrite, BOB, &first), Some((2, timestamp, 0, 0)), "numbers wrap where they must");
        let next = vp8(9, 13, 77 + 3000, 6, 7, later);
        assert_eq!(pass(&mut rewrite, BOB, &next), Some((3, timestamp.wrapping_add(3000), 1, 1)));
        assert_eq!(pass(&mut rewrite, BOB, &vp8(9, 11, 0, 4, 5, later)), None, "older than the switch");
        let (seq, ..) = pass(&mut rewrite, ANN, &vp8(7, 70_000, 0, 9, 9, later)).unwrap();
        assert_eq!(seq, 4, "and back again");
    }
}
