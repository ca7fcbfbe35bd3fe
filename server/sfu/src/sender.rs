//! What one receiver is sent: numbering, encrypting, reporting. The egress past str0m.

mod padding;
mod pending;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use str0m::crypto::CryptoProvider;

use self::pending::Pending;
use self::pending::order;
use self::pending::plain;
use crate::allowance::Allowance;
use crate::arrivals::Fate;
use crate::arrivals::Piece;
use crate::arrivals::Sent;
use crate::dtls::Keys;
use crate::estimate::Estimate;
use crate::grade::Look;
use crate::grade::Losses;
use crate::header::Fields;
use crate::header::Header;
use crate::meter::OVERHEAD;
use crate::negotiate::SlotLine;
use crate::outbox::Outbox;
use crate::route::PacketView;
use crate::rtcp;
use crate::rtcp::Report;
use crate::rtcp::SenderReport;
use crate::share::Demand;
use crate::srtp::Open;
use crate::srtp::Seal;
use crate::timers::after;
use crate::window::Window;

/// How often a stream that flows is reported on, so that the receiver can keep sound and picture together.
const REPORT: Duration = Duration::from_secs(1);

/// Packets that may wait for the end of a tick. A receiver for whom more gather has a problem of its own.
const MOST_PENDING: usize = 512;

/// The share of losses from which every repetition leaves twice, for one that is lost as well is seen as a picture that
/// stands; and so does the last packet of a picture, which is not missed before the next picture comes.
const LOSSY: f64 = 0.015;

/// How often an estimate is passed on.
const TELL: Duration = Duration::from_millis(200);

/// What a receiver says that concerns others.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    /// These packets of a slot are missing.
    Missing(usize, Vec<u16>),
    /// A slot cannot go on without a keyframe.
    KeyframeWanted(usize),
    /// Something that str0m has to see.
    Own,
}

/// The sending half of one connection.
pub(crate) struct Sender {
    seal: Seal,
    open: Open,
    streams: Vec<Option<Stream>>,
    sent: Sent,
    estimate: Estimate,
    /// What was lost since the last look, and the newest round trip.
    losses: Losses,
    /// What share was lost until the last look.
    lost: f64,
    round_trip: Option<Duration>,
    /// When the estimate was passed on last.
    told_at: Option<Instant>,
    /// What the receiver is given, and what it would take.
    pub(crate) demand: Demand,
    pending: Vec<Pending>,
    /// The newest picture packet, of which probes are made.
    filler: Option<Pending>,
    /// What may be sent again.
    repeats: Allowance,
    /// The moment that reports count time from.
    epoch: Instant,
    report_at: Instant,
    /// Room to patch a payload in.
    scratch: Vec<u8>,
}

/// One slot as a stream of RTP.
struct Stream {
    line: SlotLine,
    /// Whether the receiver has reported on the stream, and so knows its SSRC.
    known: bool,
    repeats: u64,
    /// The numbers that were used. A packet that comes twice, by the network or by a repair, must not be encrypted
    /// twice under one number: that would give away the key of the authentication (RFC 7714 §8.1).
    used: Window,
    packets: u32,
    octets: u32,
    reported: u32,
    /// The newest timestamp, and when it left.
    newest: Option<(u32, Instant)>,
}

impl Sender {
    /// The sender for agreed keys; `None` for a profile that we do not speak, which is never agreed on.
    pub(crate) fn new(keys: &Keys, crypto: &CryptoProvider, epoch: Instant, now: Instant) -> Option<Self> {
        Some(Self {
            seal: Seal::new(keys, crypto)?,
            open: Open::new(keys, crypto)?,
            streams: Vec::new(),
            sent: Sent::default(),
            estimate: Estimate::default(),
            losses: Losses::default(),
            lost: 0.0,
            round_trip: None,
            told_at: None,
            demand: Demand::default(),
            pending: Vec::new(),
            filler: None,
            repeats: Allowance::new(now),
            epoch,
            report_at: after(now, REPORT),
            scratch: Vec::new(),
        })
    }

    /// Takes over the slots of an answered offer. A stream that goes on keeps its counts.
    pub(crate) fn set_slots(&mut self, lines: &[Option<SlotLine>]) {
        let mut before = std::mem::take(&mut self.streams).into_iter();
        for line in lines {
            let before = before.next().flatten();
            self.streams.push(line.as_ref().map(|line| match before {
                Some(stream) if stream.line.ssrc == line.ssrc => Stream { line: line.clone(), ..stream },
                _ => Stream::new(line.clone()),
            }));
        }
    }

    /// Takes a packet for a slot; `repeat` sends it as a retransmission (RFC 4588).
    pub(crate) fn write(&mut self, slot: usize, view: &PacketView<'_>, repeat: bool) -> bool {
        let Some(Some(stream)) = self.streams.get_mut(slot) else { return false };
        let PacketView { packet, seq, timestamp, patch } = view;
        let may = match (repeat, stream.line.pt(packet.codec)) {
            (_, None) => false,
            (true, Some(_)) => stream.line.repair(packet.codec).is_some(),
            (false, Some(_)) => stream.used.is_new(*seq),
        };
        if !may || self.pending.len() >= MOST_PENDING || (repeat && !self.repeats.take(packet.payload.len())) {
            return false;
        }
        if !repeat {
            stream.used.mark(*seq);
        }
        let packet = Arc::clone(packet);
        let (seq, timestamp, patch) = (*seq, *timestamp, *patch);
        self.pending.push(Pending { slot, packet, seq, timestamp, patch, repeat, fills: false });
        true
    }

    /// Makes datagrams of everything that waits, of the reports that are due, and of what a probe adds.
    pub(crate) fn flush(&mut self, to: SocketAddr, now: Instant, outbox: &mut Outbox) {
        let mut pending = std::mem::take(&mut self.pending);
        order(&mut pending);
        // Only where there is room for it: a way that is full loses more of what it is given more of.
        let doubles = self.lost > LOSSY && self.estimate.rate() > self.demand.wanted.saturating_mul(3) / 2;
        for packet in pending.drain(..) {
            self.send(&packet, to, now, outbox);
            let is_picture = !packet.packet.codec.is_audio();
            if doubles && (packet.repeat || (is_picture && packet.packet.marker && self.repairs(&packet))) {
                self.send(&Pending { repeat: true, ..packet.clone() }, to, now, outbox);
            }
            if is_picture && !packet.repeat && self.repairs(&packet) {
                self.filler = Some(packet);
            }
        }
        self.pending = pending;
        self.repeats.add(self.estimate.rate(), now);
        self.pad(to, now, outbox);
        if self.report_at <= now {
            self.report_at = after(now, REPORT);
            self.report(to, now, outbox);
        }
    }

    /// Whether this side is late itself, from here on: then what the receiver reports says little of the way to it.
    pub(crate) fn strain(&mut self, strained: bool) {
        self.estimate.strain(strained);
    }

    /// What a datagram of the receiver's says, as far as it is RTCP; `None` for what the receiver did not send.
    pub(crate) fn hear(&mut self, datagram: &[u8], now: Instant) -> Option<Vec<Heard>> {
        let compound = self.open.rtcp(datagram)?;
        Some(self.understand(&compound, now))
    }

    /// What a compound of RTCP packets says.
    pub(crate) fn understand(&mut self, compound: &[u8], now: Instant) -> Vec<Heard> {
        let mut heard = Vec::new();
        for report in rtcp::read(compound) {
            match report {
                Report::Arrives { ssrc, heard } => {
                    let since = now.saturating_duration_since(self.epoch);
                    self.round_trip = heard.and_then(|heard| rtcp::round_trip(since, heard)).or(self.round_trip);
                    if let Some(Some(stream)) = self.slot(ssrc).and_then(|slot| self.streams.get_mut(slot)) {
                        stream.known = true;
                    }
                }
                Report::Missing { ssrc, pairs } => {
                    heard.extend(self.slot(ssrc).map(|slot| Heard::Missing(slot, rtcp::missing(pairs).collect())));
                }
                Report::KeyframeWanted { ssrc } => heard.extend(self.slot(ssrc).map(Heard::KeyframeWanted)),
                Report::Arrivals(body) => {
                    let fates = self.sent.report(body);
                    if !fates.is_empty() {
                        self.losses.count(&fates);
                        self.estimate.take(&fates, now);
                        heard.extend(self.lost(&fates));
                    }
                }
                Report::Own => heard.push(Heard::Own),
            }
        }
        heard
    }

    /// What is missing by the reports of arrivals. The receiver will ask for it, too; but what it asks may be lost, and it
    /// does so again only a round trip later.
    fn lost(&self, fates: &[Fate]) -> impl Iterator<Item = Heard> + use<> {
        let lost = self.sent.lost(fates).into_iter();
        lost.map(|Piece { slot, seq }| Heard::Missing(slot.into(), vec![seq]))
    }

    /// What the connection carries, when it is time to tell.
    pub(crate) fn budget(&mut self, now: Instant) -> Option<u64> {
        let due = self.told_at.is_none_or(|at| after(at, TELL) <= now);
        (due && self.estimate.is_informed()).then(|| {
            self.told_at = Some(now);
            self.estimate.rate()
        })
    }

    /// What the connection is taken to carry, in bits per second.
    #[cfg(fuzzing)]
    pub(crate) fn rate(&self) -> u64 {
        self.estimate.rate()
    }

    /// How the way to the receiver fared since the last look.
    pub(crate) fn look(&mut self) -> Look {
        self.lost = std::mem::take(&mut self.losses).share();
        let lost = self.lost;
        Look { lost, round_trip: self.round_trip.unwrap_or_default(), demand: self.demand }
    }

    /// When a probe goes on.
    pub(crate) fn probes_at(&self) -> Option<Instant> {
        self.estimate.probes_at().filter(|_| self.demand.wanted > self.estimate.rate())
    }

    /// Whether a packet can be sent again: on a stream of its own, under new numbers.
    fn repairs(&self, pending: &Pending) -> bool {
        let stream = self.streams.get(pending.slot).and_then(Option::as_ref);
        stream.is_some_and(|stream| stream.line.repair(pending.packet.codec).is_some())
    }

    fn slot(&self, ssrc: u32) -> Option<usize> {
        self.streams.iter().position(|s| s.as_ref().is_some_and(|s| s.line.ssrc == ssrc.into()))
    }

    fn send(&mut self, pending: &Pending, to: SocketAddr, now: Instant, outbox: &mut Outbox) {
        let Some(Some(stream)) = self.streams.get_mut(pending.slot) else { return };
        let packet = &*pending.packet;
        let Some((pt, start)) = stream.line.form(packet) else { return };
        let transport = stream
            .line
            .extensions
            .numbers_transport()
            .then(|| self.sent.send(now, packet.payload.len().saturating_add(OVERHEAD), pending.piece()));
        let payload = plain(pending, start, &mut self.scratch);
        let mid = (!stream.known).then_some(stream.line.mid);
        let original = Fields {
            pt: *pt,
            seq: pending.seq,
            timestamp: pending.timestamp,
            ssrc: *stream.line.ssrc,
            marker: packet.marker,
            padding: false,
            mid,
            transport,
            packet: Some(packet),
        };
        let fields = match (pending.repeat, stream.line.repair(packet.codec)) {
            (true, Some((ssrc, pt))) => {
                stream.repeats = stream.repeats.wrapping_add(1);
                Fields { pt: *pt, seq: stream.repeats, ssrc: *ssrc, mid: None, ..original }
            }
            (true, None) => return,
            (false, _) => original,
        };
        let header = Header::new(&fields, &stream.line.extensions);
        let seal = &mut self.seal;
        outbox.push(to, |slab| seal.rtp(header.octets(), fields.ssrc, fields.seq, payload, slab));
        if !pending.repeat {
            stream.count(pending.timestamp, payload.len(), packet.arrived);
        }
    }

    fn report(&mut self, to: SocketAddr, now: Instant, outbox: &mut Outbox) {
        for stream in self.streams.iter_mut().flatten() {
            let Some((timestamp, at)) = stream.newest.filter(|_| stream.reported != stream.packets) else { continue };
            stream.reported = stream.packets;
            let passed = now.saturating_duration_since(at).as_millis();
            let ticks = u32::try_from(passed).unwrap_or_default().saturating_mul(stream.line.ticks_per_ms());
            let report = SenderReport {
                ssrc: *stream.line.ssrc,
                time: now.saturating_duration_since(self.epoch),
                timestamp: timestamp.wrapping_add(ticks),
                packets: stream.packets,
                octets: stream.octets,
            };
            let seal = &mut self.seal;
            outbox.push(to, |slab| seal.rtcp(&report.write(&stream.line.cname), slab));
        }
    }
}

impl Stream {
    fn new(line: SlotLine) -> Self {
        Self {
            line,
            known: false,
            repeats: 0,
            used: Window::default(),
            packets: 0,
            octets: 0,
            reported: 0,
            newest: None,
        }
    }

    fn count(&mut self, timestamp: u32, octets: usize, at: Instant) {
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(u32::try_from(octets).unwrap_or_default());
        if self.newest.is_none_or(|(_, newest)| newest <= at) {
            self.newest = Some((timestamp, at));
        }
    }
}
