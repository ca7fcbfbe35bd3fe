//! When packets were sent and when they arrived: transport-wide feedback
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01).

use std::collections::VecDeque;
use std::time::Duration;
use std::time::Instant;

/// Packets of one connection that may be on their way: two seconds at 10 Mbit/s.
const MOST_SENT: usize = 2048;

/// The most packets that one report is believed to be about.
const MOST_REPORTED: usize = 4096;

/// The most losses of one report that are made good: each is looked for among all that is under way, and whoever lost more
/// than this asks for a keyframe.
const MOST_REPAIRED: usize = 64;

/// A unit of the reference time, and of a delta.
const REFERENCE: i64 = 64_000;
const DELTA: i64 = 250;

/// What a packet brings, if somebody misses it when it is lost: a number on a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) slot: u16,
    pub(crate) seq: u16,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) sent: Instant,
    pub(crate) octets: u32,
    pub(crate) piece: Option<Piece>,
    /// When it arrived, on the receiver's clock; `None` if it did not.
    pub(crate) arrived: Option<Duration>,
}

/// The packets of one connection that nothing was reported of yet.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// The number of the first in `packets`.
    first: u64,
    packets: VecDeque<(Instant, u32, Option<Piece>)>,
    /// The reference time of the last report, unwrapped, in microseconds.
    reference: Option<i64>,
}

impl Sent {
    /// Notes a packet; returns its number.
    pub(crate) fn send(&mut self, now: Instant, octets: usize, piece: Option<Piece>) -> u16 {
        if self.packets.len() >= MOST_SENT {
            self.packets.pop_front();
            self.first = self.first.wrapping_add(1);
        }
        let number = self.next();
        self.packets.push_back((now, u32::try_from(octets).unwrap_or(u32::MAX), piece));
        number
    }

    /// The pieces that are lost by what a report says, and that are not under way once more; the first ones.
    pub(crate) fn lost(&self, fates: &[Fate]) -> Vec<Piece> {
        let arrived = |piece| fates.iter().any(|fate| fate.piece == Some(piece) && fate.arrived.is_some());
        let under_way = |piece| self.packets.iter().any(|(.., sent)| *sent == Some(piece));
        let lost = fates.iter().filter(|fate| fate.arrived.is_none()).filter_map(|fate| fate.piece);
        lost.take(MOST_REPAIRED).filter(|piece| !arrived(*piece) && !under_way(*piece)).collect()
    }

    /// The number of the next packet.
    fn next(&self) -> u16 {
        let count = u64::try_from(self.packets.len()).unwrap_or_default();
        low_bits(self.first.wrapping_add(count))
    }

    /// What a report says of packets that were noted; each is told of once.
    pub(crate) fn report(&mut self, body: &[u8]) -> Vec<Fate> {
        let Some(report) = Report::read(body) else { return Vec::new() };
        let reference = self.unwrap(report.reference);
        let mut clock = reference;
        let mut fates = Vec::new();
        let mut last = None;
        for (number, delta) in (0_u16..).zip(report.deltas).map(|(n, delta)| (report.base.wrapping_add(n), delta)) {
            if let Some(delta) = delta {
                clock = clock.saturating_add(delta.saturating_mul(DELTA));
            }
            let Some(index) = self.index(number) else { continue };
            let Some((sent, octets, piece)) = self.packets.get(index).copied() else { continue };
            let arrived = delta.and(u64::try_from(clock).ok()).map(Duration::from_micros);
            fates.push(Fate { sent, octets, piece, arrived });
            last = Some(index);
        }
        // What stands before the last one reported is told of, or will never be.
        for _ in 0..last.map_or(0, |last| last.saturating_add(1)) {
            self.packets.pop_front();
            self.first = self.first.wrapping_add(1);
        }
        fates
    }

    /// The place of a packet in `packets`.
    fn index(&self, number: u16) -> Option<usize> {
        let distance = usize::from(number.wrapping_sub(low_bits(self.first)));
        (distance < self.packets.len()).then_some(distance)
    }

    /// A reference time of 24 bits, as the one nearest to the last.
    fn unwrap(&mut self, reference: i32) -> i64 {
        const WRAP: i64 = REFERENCE << 24;
        // Far from zero, so that a report older than the first one is none before the beginning.
        let mut unwrapped = i64::from(reference).saturating_mul(REFERENCE).saturating_add(WRAP);
        if let Some(last) = self.reference {
            while unwrapped.saturating_sub(last) < WRAP / -2 {
                unwrapped = unwrapped.saturating_add(WRAP);
            }
            while unwrapped.saturating_sub(last) > WRAP / 2 {
                unwrapped = unwrapped.saturating_sub(WRAP);
            }
        }
        self.reference = Some(unwrapped);
        unwrapped
    }
}

fn low_bits(number: u64) -> u16 {
    u16::try_from(number & 0xffff).unwrap_or_default()
}

/// A report, as it stands on the wire.
struct Report {
    base: u16,
    /// In units of 64 ms, signed.
    reference: i32,
    /// One per packet from the base on: its distance to the one before, in units of 250 µs, or that it is missing.
    deltas: Vec<Option<i64>>,
}

impl Report {
    fn read(body: &[u8]) -> Option<Self> {
        let ([a, b, c, d, e, f, g, _], mut rest) = body.split_first_chunk()?;
        let base = u16::from_be_bytes([*a, *b]);
        let count = usize::from(u16::from_be_bytes([*c, *d])).min(MOST_REPORTED);
        let reference = i32::from_be_bytes([*e, *f, *g, 0]) >> 8;
        let mut symbols = Vec::with_capacity(count);
        while symbols.len() < count {
            let (chunk, after) = rest.split_first_chunk()?;
            rest = after;
            unpack(u16::from_be_bytes(*chunk), count.saturating_sub(symbols.len()), &mut symbols);
        }
        let mut deltas = Vec::with_capacity(count);
        for symbol in symbols {
            let delta = match symbol {
                1 => {
                    let (small, after) = rest.split_first()?;
                    rest = after;
                    Some(i64::from(*small))
                }
                2 => {
                    let (large, after) = rest.split_first_chunk()?;
                    rest = after;
                    Some(i64::from(i16::from_be_bytes(*large)))
                }
                _ => None,
            };
            deltas.push(delta);
        }
        Some(Self { base, reference, deltas })
    }
}

/// One chunk of packet statuses: a run of one symbol, or a vector of one- or two-bit symbols.
fn unpack(chunk: u16, most: usize, symbols: &mut Vec<u8>) {
    let symbol = |shift: u16, mask: u16| u8::try_from(chunk >> shift & mask).unwrap_or_default();
    match chunk >> 14 {
        0 | 1 => {
            let run = usize::from(chunk & 0x1fff).min(most);
            // An empty run would be read for ever.
            symbols.extend(std::iter::repeat_n(symbol(13, 3), run.max(1)));
        }
        2 => symbols.extend((0..14).rev().map(|shift| symbol(shift, 1)).take(most)),
        _ => symbols.extend((0..7).rev().map(|n: u16| symbol(n.saturating_mul(2), 3)).take(most)),
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, reason = "simulated numbers are small")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::timers::after;

    #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
    fn sent(packets: u64) -> (Sent, Instant) {
        let now = Instant::now();
        let mut sent = Sent::default();
        for n in 0..packets {
            assert_eq!(sent.send(after(now, Duration::from_millis(n)), 100 + n as usize, None), n as u16);
        }
        (sent, now)
    }

    fn arrived(fates: &[Fate]) -> Vec<(u32, Option<u64>)> {
        let first = fates.iter().find_map(|fate| fate.arrived).unwrap_or_default();
        fates.iter().map(|f| (f.octets, f.arrived.map(|at| (at - first).as_micros() as u64))).collect()
    }

    #[test]
    fn runs_and_vectors_are_read_and_the_missing_are_named() {
        let (mut sent, _) = sent(10);
        // Two by a run of small deltas, then a one-bit vector: there, missing, there.
        let body = [0, 0, 0, 5, 0, 0, 1, 0, 0x20, 2, 0b1010_0000, 0, 4, 8, 12];
        let fates = sent.report(&body);
        assert_eq!(arrived(&fates), [(100, Some(0)), (101, Some(2000)), (102, Some(5000)), (103, None), (104, None)]);
        assert!(sent.report(&body).is_empty(), "told of once");
        // A two-bit vector: missing, a large negative delta, a small one.
        let body = [0, 5, 0, 3, 0, 0, 2, 1, 0b1100_1001, 0, 0xff, 0xfc, 8];
        assert_eq!(arrived(&sent.report(&body)), [(105, None), (106, Some(0)), (107, Some(2000))]);
    }

    #[test]
    fn what_is_lost_is_told_once_unless_it_arrived_or_is_under_way_again() {
        let (mut sent, now) = sent(0);
        let piece = |seq| Some(Piece { slot: 0, seq });
        for seq in [7, 8, 7, 9] {
            sent.send(now, 100, piece(seq));
        }
        // The first two are missing, of which the third is a repetition.
        let fates = sent.report(&[0, 0, 0, 3, 0, 0, 1, 0, 0b1000_1000, 0, 4]);
        assert_eq!(fates.iter().map(|fate| fate.arrived.is_some()).collect::<Vec<_>>(), [false, false, true]);
        assert_eq!(sent.lost(&fates), [piece(8).unwrap()], "7 came the second time");
        sent.send(now, 100, piece(8));
        assert_eq!(sent.lost(&fates), [], "8 is under way again");
        // The last of them and the repetition are missing; that of a probe arrives.
        sent.send(now, 100, None);
        let fates = sent.report(&[0, 3, 0, 3, 0, 0, 1, 1, 0b1000_1000, 0, 4]);
        assert_eq!(sent.lost(&fates), [piece(9).unwrap(), piece(8).unwrap()]);
        // A report that claims that all is lost is no work for a long time.
        for seq in 0..1000 {
            sent.send(now, 100, piece(seq));
        }
        let fates = sent.report(&[0, 6, 3, 232, 0, 0, 1, 2, 0x03, 0xe8]);
        assert_eq!((fates.len(), sent.lost(&fates).len()), (1000, MOST_REPAIRED));
    }

    #[test]
    fn the_reference_time_wraps() {
        let (mut sent, _) = sent(4);
        let at = |sent: &mut Sent, base: u8, reference: [u8; 3]| {
            let body = [0, base, 0, 1, reference[0], reference[1], reference[2], 0, 0x20, 1, 0];
            sent.report(&body)[0].arrived.unwrap()
        };
        let before = at(&mut sent, 0, [0x7f, 0xff, 0xff]);
        assert_eq!(at(&mut sent, 1, [0x80, 0, 0]) - before, Duration::from_millis(64));
    }

    #[test]
    fn what_was_sent_is_remembered_within_bounds() {
        let (sent, _) = sent(70_000);
        assert_eq!(sent.packets.len(), MOST_SENT);
        assert_eq!(sent.index(sent.next().wrapping_sub(1)), Some(MOST_SENT - 1));
        assert_eq!(sent.index(sent.next()), None);
    }

    proptest! {
        #[test]
        fn anything_may_come(body in prop::collection::vec(any::<u8>(), 0..120), packets in 0_u64..100) {
            let (mut sent, _) = sent(packets);
            prop_assert!(sent.report(&body).len() as u64 <= packets);
        }
    }
}
