//! What receivers count: packets, losses, latencies.

use std::collections::HashMap;

/// Packets of all receivers, by what their RTP headers say, which are not encrypted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    streams: HashMap<(usize, u32), Stream>,
    /// Microseconds, of the receivers that decrypt.
    latencies: Vec<u32>,
}

#[derive(Debug)]
struct Stream {
    first: u64,
    highest: u64,
    received: u64,
}

/// A summary.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) packets: u64,
    /// Of those that should have come.
    pub(crate) lost: u64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

impl Summary {
    pub(crate) fn lost_percent(&self) -> f64 {
        self.lost as f64 * 100.0 / (self.packets + self.lost).max(1) as f64
    }
}

/// Whether this is RTP, not RTCP, DTLS or STUN (RFC 5761 §4, RFC 7983).
pub(crate) fn is_rtp(bytes: &[u8]) -> bool {
    matches!(bytes, [128..=191, second, ..] if !(64..96).contains(&(second & 0x7f)) && bytes.len() >= 12)
}

/// Whether this is RTCP.
pub(crate) fn is_rtcp(bytes: &[u8]) -> bool {
    matches!(bytes, [128..=191, second, ..] if (64..96).contains(&(second & 0x7f)))
}

impl Tally {
    pub(crate) fn packet(&mut self, receiver: usize, bytes: &[u8]) {
        let [_, _, seq_high, seq_low, _, _, _, _, a, b, c, d, ..] = bytes else { return };
        let seq = u64::from(u16::from_be_bytes([*seq_high, *seq_low]));
        let ssrc = u32::from_be_bytes([*a, *b, *c, *d]);
        let start = seq + (1 << 16);
        let stream =
            self.streams.entry((receiver, ssrc)).or_insert(Stream { first: start, highest: start, received: 0 });
        stream.received += 1;
        // The nearest number to the highest so far that ends in these sixteen bits.
        let ahead = seq.wrapping_sub(stream.highest) & 0xffff;
        if ahead < 0x8000 {
            stream.highest += ahead;
        }
    }

    pub(crate) fn latency(&mut self, micros: u64) {
        self.latencies.push(u32::try_from(micros).unwrap_or(u32::MAX));
    }

    /// Forgets everything counted so far.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn summary(&self) -> Summary {
        let packets = self.streams.values().map(|s| s.received).sum();
        let expected: u64 = self.streams.values().map(|s| s.highest - s.first + 1).sum();
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let quantile = |q: usize| sorted.get(sorted.len() * q / 100).map_or(0.0, |us| f64::from(*us) / 1000.0);
        let lost = expected.saturating_sub(packets);
        Summary { packets, lost, p50_ms: quantile(50), p99_ms: quantile(99) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rtp(seq: u16) -> Vec<u8> {
        let [high, low] = seq.to_be_bytes();
        vec![128, 96, high, low, 0, 0, 0, 0, 0, 0, 0, 7]
    }

    #[test]
    fn losses_are_counted_over_the_wrap_and_reordering_is_none() {
        let mut tally = Tally::default();
        for seq in [65_533, 65_535, 65_534, 0, 3, 2] {
            assert!(is_rtp(&rtp(seq)));
            tally.packet(0, &rtp(seq));
        }
        let summary = tally.summary();
        assert_eq!((summary.packets, summary.lost), (6, 1));
    }
}
