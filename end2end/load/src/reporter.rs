//! Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01) from headers alone, which are not
//! encrypted: the server has with such a receiver what it has with a browser, and the generator hardly anything.

use std::time::Duration;
use std::time::Instant;

use sfu::Counterpart;

/// How often a browser reports.
const PERIOD: Duration = Duration::from_millis(100);

/// The name of the header extension in descriptions.
const EXTENSION: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/// Units of reports, in microseconds.
const REFERENCE: u64 = 64_000;
const DELTA: i64 = 250;

/// The most packets of one report; a gap that is longer begins anew.
const MOST: usize = 2000;

/// What arrived at one receiver since it last reported.
#[derive(Debug)]
pub(crate) struct Reporter {
    counterpart: Counterpart,
    epoch: Instant,
    /// The number of the header extension, where it was agreed on.
    extension: Option<u8>,
    /// The number of the first packet in `arrivals`.
    base: Option<u16>,
    /// Microseconds since the epoch.
    arrivals: Vec<Option<u64>>,
    reports: u8,
    due_at: Instant,
}

impl Reporter {
    /// `index` tells receivers apart, so that not all of them report in the same moment.
    pub(crate) fn new(counterpart: Counterpart, epoch: Instant, index: usize) -> Self {
        let due_at = epoch + Duration::from_millis(index as u64 % 100);
        Self { counterpart, epoch, extension: None, base: None, arrivals: Vec::new(), reports: 0, due_at }
    }

    /// Reads what both sides have agreed on.
    pub(crate) fn agreed(&mut self, sdp: &str) {
        let line = sdp.lines().find_map(|line| line.strip_prefix("a=extmap:")?.strip_suffix(EXTENSION));
        self.extension = line.and_then(|number| number.trim().parse().ok());
    }

    /// Notes an RTP packet.
    pub(crate) fn packet(&mut self, bytes: &[u8], now: Instant) {
        let Some(number) = self.extension.and_then(|extension| number(bytes, extension)) else { return };
        let base = *self.base.get_or_insert(number);
        let place = usize::from(number.wrapping_sub(base));
        if place >= usize::from(u16::MAX / 2) {
            // Late: its report has left.
            return;
        }
        if place >= MOST {
            (self.base, self.arrivals) = (Some(number), Vec::new());
            return self.packet(bytes, now);
        }
        if place >= self.arrivals.len() {
            self.arrivals.resize(place + 1, None);
        }
        if let Some(arrival) = self.arrivals.get_mut(place) {
            *arrival = Some(now.saturating_duration_since(self.epoch).as_micros() as u64);
        }
    }

    /// The encrypted report that is due.
    pub(crate) fn report(&mut self, now: Instant) -> Option<Vec<u8>> {
        if self.due_at > now {
            return None;
        }
        self.due_at = now + PERIOD;
        let (base, arrivals) = (self.base?, std::mem::take(&mut self.arrivals));
        let report = feedback(base, &arrivals, self.reports)?;
        self.reports = self.reports.wrapping_add(1);
        self.base = Some(base.wrapping_add(arrivals.len() as u16));
        let mut sealed = Vec::new();
        self.counterpart.rtcp(&report, &mut sealed);
        (!sealed.is_empty()).then_some(sealed)
    }
}

/// The transport-wide number of a packet: the extension with this number, one octet for each header (RFC 8285 §4.2).
fn number(bytes: &[u8], extension: u8) -> Option<u16> {
    let (first, sources) = (*bytes.first()?, usize::from(bytes.first()? & 0x0f));
    let [profile_high, profile_low, words_high, words_low, rest @ ..] = bytes.get(12 + 4 * sources..)? else {
        return None;
    };
    if first & 0x10 == 0 || [*profile_high, *profile_low] != [0xbe, 0xde] {
        return None;
    }
    let mut rest = rest.get(..usize::from(u16::from_be_bytes([*words_high, *words_low])) * 4)?;
    while let [head, tail @ ..] = rest {
        if *head == 0 {
            rest = tail;
            continue;
        }
        let (value, after) = tail.split_at_checked(usize::from(head & 0x0f) + 1)?;
        if head >> 4 == extension {
            return Some(u16::from_be_bytes(*value.first_chunk()?));
        }
        rest = after;
    }
    None
}

/// A report about the packets from `base` on; `None` if none of them arrived.
fn feedback(base: u16, arrivals: &[Option<u64>], reports: u8) -> Option<Vec<u8>> {
    let reference = arrivals.iter().flatten().next()? / REFERENCE;
    let mut clock = (reference * REFERENCE) as i64;
    let (mut symbols, mut deltas) = (Vec::new(), Vec::new());
    for arrival in arrivals {
        let Some(arrival) = arrival else {
            symbols.push(0_u16);
            continue;
        };
        let delta = ((*arrival as i64 - clock) / DELTA).clamp(i64::from(i16::MIN), i64::from(i16::MAX));
        clock += delta * DELTA;
        match u8::try_from(delta) {
            Ok(small) => {
                symbols.push(1);
                deltas.push(small);
            }
            Err(_) => {
                symbols.push(2);
                deltas.extend((delta as i16).to_be_bytes());
            }
        }
    }
    let mut packet = vec![0x8f, 205, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
    packet.extend(base.to_be_bytes());
    packet.extend((arrivals.len() as u16).to_be_bytes());
    packet.extend((((reference as u32) << 8) | u32::from(reports)).to_be_bytes());
    for seven in symbols.chunks(7) {
        // Vectors of seven symbols with two bits each.
        let chunk =
            seven.iter().zip([12, 10, 8, 6, 4, 2, 0]).fold(0xc000, |chunk, (symbol, shift)| chunk | symbol << shift);
        packet.extend(chunk.to_be_bytes());
    }
    packet.extend(deltas);
    packet.resize(packet.len().next_multiple_of(4), 0);
    let words = (packet.len() / 4 - 1) as u16;
    if let Some(length) = packet.get_mut(2..4) {
        length.copy_from_slice(&words.to_be_bytes());
    }
    Some(packet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_found_among_other_extensions() {
        let mut packet = vec![0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0xbe, 0xde, 0, 2];
        packet.extend([0x40, b'0', 0x31, 0x12, 0x34, 0, 0, 0, 0xff]);
        assert_eq!(number(&packet, 3), Some(0x1234));
        assert_eq!(number(&packet, 5), None);
        assert_eq!(number(&packet[..14], 3), None);
    }

    #[test]
    fn a_report_says_what_came_when_and_what_did_not() {
        let report = feedback(7, &[Some(128_000), None, Some(128_500), Some(228_500)], 9).unwrap();
        assert_eq!(report.len() % 4, 0);
        assert_eq!(report[2..4], ((report.len() / 4 - 1) as u16).to_be_bytes());
        assert_eq!(report[12..20], [0, 7, 0, 4, 0, 0, 2, 9]);
        assert_eq!(report[20..22], (0xc000_u16 | 1 << 12 | 1 << 8 | 2 << 6).to_be_bytes());
        assert_eq!(report[22..26], [0, 2, 1, 0x90], "0, 2 and 400 times 250 µs");
        assert_eq!(feedback(7, &[None, None], 0), None);
    }
}
