//! What waits to be sent: datagrams in one slab, grouped by where they go.

use std::net::SocketAddr;
use std::ops::Range;

/// Datagrams for one destination that lie in one piece: all of one size, the last one possibly shorter.
///
/// That is what UDP segmentation offload takes: one system call for the whole train.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Train {
    /// Where it goes.
    pub to: SocketAddr,
    /// Octets of each datagram but the last.
    pub segment: usize,
    /// Which train to this destination it is, counted from 0 since the outbox was empty: a later one must not
    /// overtake an earlier one.
    pub round: usize,
    octets: Range<usize>,
}

/// Limits of segmentation offload in the kernel: datagrams, and octets with headers.
const MOST_SEGMENTS: usize = 60;
const MOST_OCTETS: usize = 60_000;

/// Octets from which an outbox is sent before more is put in. As much as stays near the processor between being written
/// and being read by the kernel; and a crowd's worth of it would be memory for nothing.
const FULL: usize = 256 << 10;

/// The datagrams of one tick, or of a part of it.
#[derive(Debug, Default)]
pub struct Outbox {
    slab: Vec<u8>,
    trains: Vec<Train>,
}

impl Outbox {
    /// The trains, in the order in which they were written.
    pub fn trains(&self) -> &[Train] {
        &self.trains
    }

    /// The octets of a train of this outbox.
    pub fn octets(&self, train: &Train) -> &[u8] {
        self.slab.get(train.octets.clone()).unwrap_or_default()
    }

    /// Every datagram with its destination.
    pub fn datagrams(&self) -> impl Iterator<Item = (SocketAddr, &[u8])> {
        self.trains.iter().flat_map(|train| self.octets(train).chunks(train.segment).map(|bytes| (train.to, bytes)))
    }

    /// Whether it is time to send what is in it.
    pub fn is_full(&self) -> bool {
        self.slab.len() >= FULL
    }

    /// Forgets everything; the memory stays for the next tick.
    pub fn clear(&mut self) {
        self.slab.clear();
        self.trains.clear();
    }

    /// Appends one datagram that `write` puts at the end of the slab. Writing nothing sends nothing.
    pub fn push(&mut self, to: SocketAddr, write: impl FnOnce(&mut Vec<u8>)) -> usize {
        let start = self.slab.len();
        write(&mut self.slab);
        let end = self.slab.len();
        let size = end.saturating_sub(start);
        if size == 0 {
            return 0;
        }
        match self.trains.last_mut().filter(|train| train.to == to) {
            Some(train) if train.takes(size) => train.octets.end = end,
            last => {
                let round = last.map_or(0, |train| train.round.saturating_add(1));
                self.trains.push(Train { to, segment: size, round, octets: start..end });
            }
        }
        size
    }
}

impl Train {
    /// Octets of all its datagrams.
    pub fn size(&self) -> usize {
        self.octets.len()
    }

    /// How many datagrams it is.
    pub fn datagrams(&self) -> usize {
        self.octets.len().div_ceil(self.segment.max(1))
    }

    /// Whether another datagram of this size may follow: none after a shorter one.
    fn takes(&self, size: usize) -> bool {
        let whole = self.octets.len().is_multiple_of(self.segment.max(1));
        let fits = self.octets.len().saturating_add(size) <= MOST_OCTETS && self.datagrams() < MOST_SEGMENTS;
        size <= self.segment && whole && fits
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "simulated numbers are small")]
mod tests {
    use super::*;

    fn trains(sizes: &[(u16, usize)]) -> Vec<(u16, usize, usize)> {
        let mut outbox = Outbox::default();
        for (port, size) in sizes {
            outbox.push(SocketAddr::from(([127, 0, 0, 1], *port)), |slab| slab.resize(slab.len() + size, 7));
        }
        let whole: Vec<(u16, usize)> = outbox.datagrams().map(|(to, bytes)| (to.port(), bytes.len())).collect();
        assert_eq!(whole, sizes, "nothing is lost, cut or reordered");
        outbox.trains().iter().map(|t| (t.to.port(), t.datagrams(), t.round)).collect()
    }

    #[test]
    fn datagrams_of_one_size_travel_together_and_a_shorter_one_ends_the_train() {
        assert_eq!(trains(&[]), []);
        assert_eq!(trains(&[(1, 100), (1, 100), (1, 40)]), [(1, 3, 0)]);
        assert_eq!(trains(&[(1, 100), (1, 40), (1, 40)]), [(1, 2, 0), (1, 1, 1)]);
        assert_eq!(trains(&[(1, 40), (1, 100)]), [(1, 1, 0), (1, 1, 1)]);
        assert_eq!(trains(&[(1, 40), (2, 40), (2, 40)]), [(1, 1, 0), (2, 2, 0)]);
    }

    #[test]
    fn trains_stay_within_what_the_kernel_takes() {
        assert_eq!(trains(&[(1, 1200); 70]), [(1, 50, 0), (1, 20, 1)]);
        assert_eq!(trains(&[(1, 10); 70]), [(1, MOST_SEGMENTS, 0), (1, 10, 1)]);
    }
}
