//! What a probe adds to what is sent anyway.

use std::net::SocketAddr;
use std::time::Instant;

use super::Sender;
use super::Stream;
use super::pending::Pending;
use crate::header::Fields;
use crate::header::Header;
use crate::meter::OVERHEAD;
use crate::outbox::Outbox;
use crate::share::Demand;

/// A payload that is all padding: as much as its last octet can count (RFC 3550 §5.1).
const PADDING: [u8; 255] = [255; 255];

impl Sender {
    /// Sends the newest picture packet again for as long as a probe asks for more: a repetition is the one kind of
    /// padding that may even be of use. Before there was any picture, nothing but padding.
    pub(super) fn pad(&mut self, to: SocketAddr, now: Instant, outbox: &mut Outbox) {
        let Demand { granted, wanted } = self.demand;
        let mut octets = self.estimate.padding(wanted, granted, now);
        let filler = self.filler.take().filter(|filler| self.repairs(filler));
        let filler = filler.map(|filler| Pending { repeat: true, fills: true, ..filler });
        while octets > 0 {
            let sent = match &filler {
                Some(filler) => {
                    self.send(filler, to, now, outbox);
                    filler.packet.payload.len()
                }
                None if self.send_padding(to, now, outbox) => PADDING.len(),
                None => break,
            };
            octets = octets.saturating_sub(sent.saturating_add(OVERHEAD));
        }
        self.filler = filler;
    }

    /// Sends a packet of a stream of retransmissions that holds nothing but padding; whether there is such a stream.
    fn send_padding(&mut self, to: SocketAddr, now: Instant, outbox: &mut Outbox) -> bool {
        let streams = self.streams.iter_mut().flatten();
        let repaired = |stream: &Stream| stream.line.payloads.iter().find_map(|p| stream.line.repair(p.codec));
        let Some((stream, (ssrc, pt))) = streams.filter_map(|s| repaired(s).map(|to| (s, to))).next() else {
            return false;
        };
        stream.repeats = stream.repeats.wrapping_add(1);
        let numbered = stream.line.extensions.numbers_transport();
        let fields = Fields {
            pt: *pt,
            seq: stream.repeats,
            timestamp: stream.newest.map_or(0, |(timestamp, _)| timestamp),
            ssrc: *ssrc,
            marker: false,
            padding: true,
            mid: None,
            transport: numbered.then(|| self.sent.send(now, PADDING.len().saturating_add(OVERHEAD), None)),
            packet: None,
        };
        let header = Header::new(&fields, &stream.line.extensions);
        let seal = &mut self.seal;
        outbox.push(to, |slab| seal.rtp(header.octets(), fields.ssrc, fields.seq, &PADDING, slab));
        true
    }
}
