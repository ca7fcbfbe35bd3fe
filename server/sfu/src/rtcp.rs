//! RTCP between us and a receiver: its reports about what we send (RFC 3550 §6.4.2, RFC 4585), and ours.

use std::time::Duration;

/// Packet types (RFC 3550 §12.1, RFC 4585 §6.1).
const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const DESCRIPTION: u8 = 202;
const TRANSPORT_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;

/// The longest round trip that is believed: ten seconds, in units of 1/65536 s.
const LONGEST_TRIP: u32 = 10 << 16;

/// What a receiver says about what it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Report<'a> {
    /// A stream arrives: one block of a sender's or receiver's report, which proves that its SSRC is known. `heard` is
    /// the middle of the time of our last report that the client knows, and how long it has known it.
    Arrives { ssrc: u32, heard: Option<(u32, u32)> },
    /// Packets of a stream that are missing; pairs of a number and a mask of the sixteen after it.
    Missing { ssrc: u32, pairs: &'a [u8] },
    /// A stream cannot go on without a keyframe.
    KeyframeWanted { ssrc: u32 },
    /// When packets arrived; to be read by [`crate::arrivals`].
    Arrivals(&'a [u8]),
    /// Something about what the client itself sends, which is str0m's business.
    Own,
}

/// Reads a compound packet; what is broken ends it.
pub(crate) fn read(mut compound: &[u8]) -> Vec<Report<'_>> {
    let mut reports = Vec::new();
    while let Some((kind, count, body, rest)) = packet(compound) {
        compound = rest;
        match (kind, count) {
            (SENDER_REPORT, _) => {
                reports.push(Report::Own);
                reports.extend(blocks(body.get(24..).unwrap_or_default(), count));
            }
            (RECEIVER_REPORT, _) => reports.extend(blocks(body.get(4..).unwrap_or_default(), count)),
            (TRANSPORT_FEEDBACK, 1) => {
                let missing =
                    word(body, 4).map(|ssrc| Report::Missing { ssrc, pairs: body.get(8..).unwrap_or_default() });
                reports.extend(missing);
            }
            (TRANSPORT_FEEDBACK, 15) => reports.extend(body.get(8..).map(Report::Arrivals)),
            (PAYLOAD_FEEDBACK, 1) => reports.extend(word(body, 4).map(|ssrc| Report::KeyframeWanted { ssrc })),
            // A full intra request names its stream in its entries (RFC 5104 §4.3.1).
            (PAYLOAD_FEEDBACK, 4) => {
                let entries = body.get(8..).unwrap_or_default().chunks_exact(8);
                reports.extend(entries.filter_map(|entry| word(entry, 0)).map(|ssrc| Report::KeyframeWanted { ssrc }));
            }
            (DESCRIPTION | PAYLOAD_FEEDBACK, _) => {}
            _ => reports.push(Report::Own),
        }
    }
    reports
}

/// The numbers that the pairs of [`Report::Missing`] stand for.
pub(crate) fn missing(pairs: &[u8]) -> impl Iterator<Item = u16> {
    pairs.chunks_exact(4).filter_map(|pair| <[u8; 4]>::try_from(pair).ok()).flat_map(|[a, b, c, d]| {
        let (first, mask) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        let more = (0..16_u16).filter(move |bit| mask >> bit & 1 == 1);
        std::iter::once(first).chain(more.map(move |bit| first.wrapping_add(bit).wrapping_add(1)))
    })
}

/// The first packet of a compound: its type, its count, what follows its first word, and what follows it.
fn packet(compound: &[u8]) -> Option<(u8, u8, &[u8], &[u8])> {
    let ([first, kind, high, low], rest) = compound.split_first_chunk()?;
    if first >> 6 != 2 {
        return None;
    }
    let octets = usize::from(u16::from_be_bytes([*high, *low])).saturating_mul(4);
    let (body, rest) = rest.split_at_checked(octets)?;
    Some((*kind, first & 0x1f, body, rest))
}

fn blocks(body: &[u8], count: u8) -> impl Iterator<Item = Report<'_>> {
    let blocks = body.chunks_exact(24).take(usize::from(count));
    blocks.filter_map(|block| {
        let heard = word(block, 16).filter(|report| *report != 0).zip(word(block, 20));
        Some(Report::Arrives { ssrc: word(block, 0)?, heard })
    })
}

fn word(body: &[u8], at: usize) -> Option<u32> {
    body.get(at..)?.first_chunk().map(|octets| u32::from_be_bytes(*octets))
}

/// What a sender report says (RFC 3550 §6.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SenderReport {
    pub(crate) ssrc: u32,
    /// Time since an epoch that all streams share.
    pub(crate) time: Duration,
    /// The same moment on the stream's clock.
    pub(crate) timestamp: u32,
    pub(crate) packets: u32,
    pub(crate) octets: u32,
}

/// From our report to the client and back, without the time that the client took (RFC 3550 §6.4.1).
///
/// None for what makes no sense, which clients may say.
pub(crate) fn round_trip(now: Duration, (report, held): (u32, u32)) -> Option<Duration> {
    let middle = u32::try_from(ntp(now).wrapping_shr(16) & 0xffff_ffff).unwrap_or_default();
    let units = middle.wrapping_sub(report).wrapping_sub(held);
    // In units of 1/65536 s; what is negative is wrapped around.
    (units < LONGEST_TRIP).then(|| Duration::from_secs_f64(f64::from(units) / 65_536.0))
}

/// A fixed-point time of 32 bits before and 32 behind the point (RFC 3550 §4).
pub(crate) fn ntp(time: Duration) -> u64 {
    let fraction = u64::from(time.subsec_nanos()).wrapping_shl(32).checked_div(1_000_000_000).unwrap_or_default();
    time.as_secs().wrapping_shl(32) | fraction
}

impl SenderReport {
    /// The report and who sends it, as a compound packet.
    pub(crate) fn write(&self, cname: &str) -> Vec<u8> {
        let mut out = vec![0x80, SENDER_REPORT, 0, 6];
        out.extend(self.ssrc.to_be_bytes());
        out.extend(ntp(self.time).to_be_bytes());
        out.extend([self.timestamp, self.packets, self.octets].iter().flat_map(|word| word.to_be_bytes()));
        let name = cname.as_bytes().get(..cname.len().min(255)).unwrap_or_default();
        // The chunk ends in at least one zero, on a word (RFC 3550 §6.5).
        let words = name.len().saturating_add(3).div_euclid(4).saturating_add(2);
        out.extend([0x81, DESCRIPTION, 0, u8::try_from(words).unwrap_or(u8::MAX)]);
        let end = out.len().saturating_add(words.saturating_mul(4));
        out.extend(self.ssrc.to_be_bytes());
        out.extend([1, u8::try_from(name.len()).unwrap_or(u8::MAX)]);
        out.extend(name);
        out.resize(end, 0);
        out
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, reason = "simulated numbers are small")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_compound_packet_is_read_to_its_end() {
        let mut compound = vec![0x81, 201, 0, 7, 0, 0, 0, 9];
        compound.extend([0, 0, 0, 5, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2]);
        compound.extend([0x81, 205, 0, 3, 0, 0, 0, 9, 0, 0, 0, 5, 0xff, 0xff, 0, 5]);
        compound.extend([0x81, 206, 0, 2, 0, 0, 0, 9, 0, 0, 0, 6]);
        compound.extend([0x84, 206, 0, 4, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 7, 1, 0, 0, 0]);
        compound.extend([0x8f, 205, 0, 3, 0, 0, 0, 9, 0, 0, 0, 0, 1, 2, 3, 4]);
        compound.extend([0x80, 200, 0, 0]);
        compound.extend([0x80, 203, 0, 200]);
        let reports = read(&compound);
        let want = [
            Report::Arrives { ssrc: 5, heard: Some((1, 2)) },
            Report::Missing { ssrc: 5, pairs: &[0xff, 0xff, 0, 5] },
            Report::KeyframeWanted { ssrc: 6 },
            Report::KeyframeWanted { ssrc: 7 },
            Report::Arrivals(&[1, 2, 3, 4]),
            Report::Own,
        ];
        assert_eq!(reports, want);
        let Report::Missing { pairs, .. } = reports[1] else { panic!() };
        assert_eq!(missing(pairs).collect::<Vec<_>>(), [65535, 0, 2], "numbers wrap");
    }

    #[test]
    fn the_round_trip_is_what_passed_without_what_the_client_took() {
        let (sent, held) = (Duration::from_millis(65_400), Duration::from_millis(700));
        let middle = |time: Duration| (ntp(time) >> 16) as u32;
        let heard = (middle(sent), middle(held));
        let trip = round_trip(sent + held + Duration::from_millis(250), heard).unwrap();
        assert!(trip.as_millis().abs_diff(250) <= 1, "{trip:?}");
        assert_eq!(round_trip(sent, heard), None, "held for longer than there was time");
    }

    #[test]
    fn a_report_of_ours_is_whole_words_with_a_name_that_ends() {
        let report = SenderReport { ssrc: 5, time: Duration::from_millis(1500), timestamp: 7, packets: 8, octets: 9 };
        for name in ["", "a", "ab", "abc", "abcd", &"x".repeat(300)] {
            let bytes = report.write(name);
            let mut rest = &bytes[..];
            let mut kinds = Vec::new();
            while let Some((kind, _, body, next)) = packet(rest) {
                kinds.push((kind, body.last().copied()));
                rest = next;
            }
            assert!(rest.is_empty(), "{name}");
            assert_eq!(kinds.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [SENDER_REPORT, DESCRIPTION]);
            assert_eq!(kinds[1].1, Some(0));
        }
        assert_eq!(report.write("a")[8..16], [0, 0, 0, 1, 0x80, 0, 0, 0]);
    }

    proptest! {
        #[test]
        fn anything_may_come(compound in prop::collection::vec(any::<u8>(), 0..200)) {
            for report in read(&compound) {
                if let Report::Missing { pairs, .. } = report {
                    prop_assert!(missing(pairs).count() <= 17 * compound.len());
                }
            }
        }
    }
}
