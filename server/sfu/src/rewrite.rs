//! Makes packets of changing sources look like one stream.

use std::collections::VecDeque;
use std::time::Instant;

use crate::layers::Layer;
use crate::packet::Packet;
use crate::picture::Picture;
use crate::track::TrackKey;
use crate::vp8::Patch;

/// The longest silence that a timestamp makes up for, in milliseconds.
const LONGEST_PAUSE: u128 = 3_600_000;

/// Runs remembered of one slot: what a receiver can still ask for again.
const MOST_RUNS: usize = 4;

/// The outgoing numbers of one slot: continuous, whatever is put on it.
#[derive(Debug)]
pub(crate) struct Rewrite {
    ticks_per_ms: u32,
    /// The newest last.
    runs: VecDeque<Run>,
    last: Option<Numbers>,
}

/// How a packet leaves.
#[derive(Debug, PartialEq)]
pub(crate) struct Rewritten {
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) patch: Option<Patch>,
}

/// The incoming stream that a packet belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) track: TrackKey,
    pub(crate) layer: Layer,
    pub(crate) ssrc: u32,
}

/// An unbroken stretch of packets of one incoming stream, and the distance between its numbers and ours.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) from: Origin,
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
        Self { ticks_per_ms: 48, runs: VecDeque::new(), last: None }
    }

    pub(crate) fn video() -> Self {
        Self { ticks_per_ms: 90, runs: VecDeque::new(), last: None }
    }

    /// Whatever flowed before, a new run begins with this packet, even of the stream that flowed last: what came of that
    /// meanwhile did not leave, and must not look as if it were missing.
    pub(crate) fn begin(&mut self, from: Origin, packet: &Packet, picture: Option<&Picture>) {
        let run = self.switch(from, packet, picture);
        if self.runs.len() >= MOST_RUNS {
            self.runs.pop_front();
        }
        self.runs.push_back(run);
    }

    /// The numbers under which the packet leaves; `None` if it is older than the switch to its source, for its
    /// place in the sequence is taken.
    pub(crate) fn pass(&mut self, from: Origin, packet: &Packet, picture: Option<&Picture>) -> Option<Rewritten> {
        if self.runs.back().is_none_or(|run| run.from != from) {
            self.begin(from, packet, picture);
        }
        let out = self.runs.back()?.numbers(packet, picture)?;
        if self.last.is_none_or(|last| last.seq < out.seq) {
            let last = self.last;
            let id = out.patch.and_then(|patch| patch.picture_id());
            let idx = out.patch.and_then(|patch| patch.tl0_pic_idx());
            self.last = Some(Numbers {
                seq: out.seq,
                timestamp: out.timestamp,
                picture_id: id.or(last.map(|l| l.picture_id)).unwrap_or_default(),
                tl0_pic_idx: idx.or(last.map(|l| l.tl0_pic_idx)).unwrap_or_default(),
                at: packet.arrived,
            });
        }
        Some(out)
    }

    /// What left under this number: in which run, and its number there.
    pub(crate) fn find(&self, seq: u16) -> Option<(&Run, u64)> {
        let last = self.last?.seq;
        let behind = u64::from(low_bits(last).wrapping_sub(seq));
        let seq = last.checked_sub(behind)?;
        let run = self.runs.iter().rev().find(|run| run.first_seq_out <= seq)?;
        Some((run, seq.saturating_sub(run.first_seq_out).saturating_add(run.first_seq_in)))
    }

    /// Starts a new run right behind the last packet, in sequence and in time.
    fn switch(&self, from: Origin, packet: &Packet, picture: Option<&Picture>) -> Run {
        let picture_id = picture.and_then(Picture::picture_id).unwrap_or_default();
        let tl0_pic_idx = picture.and_then(Picture::tl0_pic_idx).unwrap_or_default();
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

impl Run {
    /// The numbers of a packet of this run; `None` for one from before it.
    pub(crate) fn numbers(&self, packet: &Packet, picture: Option<&Picture>) -> Option<Rewritten> {
        let seq = packet.seq.checked_sub(self.first_seq_in)?.saturating_add(self.first_seq_out);
        let timestamp = packet.timestamp.wrapping_add(self.timestamp);
        let patch = picture.and_then(|picture| picture.moved(self.picture_id, self.tl0_pic_idx));
        Some(Rewritten { seq, timestamp, patch })
    }
}

fn low_bits(seq: u64) -> u16 {
    u16::try_from(seq & 0xffff).unwrap_or_default()
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "simulated numbers are small")]
mod tests {
    use std::time::Duration;

    use domain::wire::Source;

    use super::*;
    use crate::codec::Codec;
    use crate::tests::packets::vp8;
    use crate::timers::after;
    use crate::verbs::SeatKey;

    const ANN: TrackKey = (SeatKey(1), Source::Camera);
    const BOB: TrackKey = (SeatKey(2), Source::Camera);

    /// The numbers that leave: seq, timestamp, picture id, tl0picidx.
    fn read(packet: &Packet, out: &Rewritten) -> (u64, u32, u16, u8) {
        let mut payload = packet.payload.to_vec();
        out.patch.unwrap().apply(&mut payload);
        let picture = Picture::read(Codec::Vp8, &payload).unwrap();
        (out.seq, out.timestamp, picture.picture_id().unwrap(), picture.tl0_pic_idx().unwrap())
    }

    fn pass(rewrite: &mut Rewrite, track: TrackKey, packet: &Packet) -> Option<(u64, u32, u16, u8)> {
        let picture = Picture::read(Codec::Vp8, &packet.payload).unwrap();
        let from = Origin { track, layer: Layer::High, ssrc: packet.ssrc };
        let out = rewrite.pass(from, packet, Some(&picture))?;
        Some(read(packet, &out))
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

    #[test]
    fn what_left_is_found_again_over_switches_and_wraps() {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let now = Instant::now();
        let mut rewrite = Rewrite::video();
        assert!(rewrite.find(1).is_none());
        let mut left = Vec::new();
        for n in 0..65_600_u64 {
            let packet = vp8(7, 500 + n, n as u32, n as u16, n as u8, now);
            left.push((ANN, packet.seq, pass(&mut rewrite, ANN, &packet).unwrap()));
        }
        for n in 0..10_u64 {
            let packet = vp8(9, 7 + n, n as u32, n as u16, n as u8, after(now, Duration::from_millis(5)));
            left.push((BOB, packet.seq, pass(&mut rewrite, BOB, &packet).unwrap()));
        }
        for (track, seq, numbers) in left.iter().rev().take(200) {
            let (run, found) = rewrite.find(numbers.0 as u16).unwrap();
            assert_eq!((run.from.track, found), (*track, *seq));
            if *track == BOB {
                let n = seq - 7;
                let packet = vp8(9, *seq, n as u32, n as u16, n as u8, now);
                let again = run.numbers(&packet, Picture::read(Codec::Vp8, &packet.payload).as_ref()).unwrap();
                assert_eq!(read(&packet, &again), *numbers, "under the numbers that it had");
            }
        }
        assert!(rewrite.find(left.last().unwrap().2.0 as u16 + 1).is_none_or(|(_, seq)| seq < 500 + 65_600));
    }
}
