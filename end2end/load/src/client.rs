//! One participant: a peer connection that sends made-up media and counts what comes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use domain::wire::Offer;
use domain::wire::Source;
use domain::wire::SourceLine;
use sfu::Counterpart;
use str0m::Candidate;
use str0m::Event;
use str0m::Input;
use str0m::Output;
use str0m::Rtc;
use str0m::change::SdpAnswer;
use str0m::change::SdpOffer;
use str0m::change::SdpPendingOffer;
use str0m::format::Codec;
use str0m::media::Direction;
use str0m::media::MediaKind;
use str0m::media::Mid;
use str0m::media::Pt;
use str0m::media::Rid;
use str0m::media::Simulcast;
use str0m::media::SimulcastLayer;
use str0m::net::Protocol;
use str0m::net::Receive;
use str0m::rtp::ExtensionValues;
use str0m::rtp::RtpPacket;
use str0m::rtp::RtpWrite;

use crate::film::Film;
use crate::reporter::Reporter;
use crate::tally::Tally;
use crate::tally::is_rtcp;
use crate::tally::is_rtp;

/// Octets of a full video packet's payload, and of a packet of voice (32 kbit/s).
const VIDEO: usize = 1150;
const VOICE: usize = 80;

/// The names under which sequence numbers are counted: voice, and a camera without layers.
const VOICE_STREAM: &str = "voice";
pub(crate) const PLAIN: &str = "";

/// Octets from which a packet is one of a picture: voices are smaller, and so is padding.
const PICTURE: usize = 1000;

/// What a participant sends and how many slots it has.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) name: String,
    /// Who this is, and in which room. With servers that have one connection for each direction, both have the same.
    pub(crate) person: usize,
    pub(crate) room: usize,
    pub(crate) sends: bool,
    /// Pictures that can be watched; without them the camera sends octets that only look like some.
    pub(crate) film: Option<Film>,
    /// Layers of the camera and packets per picture in each; a single [`PLAIN`] one is sent without simulcast.
    pub(crate) layers: Vec<(&'static str, usize)>,
    pub(crate) audio_slots: usize,
    pub(crate) video_slots: usize,
    /// Whether everything is decrypted and timed. Most receivers only read headers and report what arrived, or the
    /// generator, not the server, would be what is measured.
    pub(crate) decrypts: bool,
}

impl Shape {
    /// Whether it has nothing to offer, and so the server offers.
    pub(crate) fn is_offered_to(&self) -> bool {
        !self.sends && self.audio_slots == 0 && self.video_slots == 0
    }

    /// Whether anything comes to it.
    pub(crate) fn receives(&self) -> bool {
        self.is_offered_to() || self.video_slots > 0
    }
}

/// One participant.
pub(crate) struct Client {
    pub(crate) index: usize,
    pub(crate) rtc: Rtc,
    pub(crate) wake_at: Instant,
    pub(crate) connected: bool,
    pub(crate) video_slots: Vec<Mid>,
    shape: Shape,
    local: SocketAddr,
    /// Where media comes from.
    server: Option<SocketAddr>,
    epoch: Instant,
    sources: BTreeMap<Source, Mid>,
    pending: Option<SdpPendingOffer>,
    /// Next sequence number, per rid; the voice's under a name of its own.
    seqs: BTreeMap<&'static str, u64>,
    keyframe_due: bool,
    /// The layers of the camera that somebody looks at, once the server has said which.
    watched: Option<Vec<String>>,
    picture: u16,
    flow: Flow,
    /// Reports for those who do not decrypt, whose own connection knows of nothing that arrives.
    reporter: Option<Reporter>,
}

/// How a receiver's media has come so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flow {
    /// The first packets of a voice and of a picture.
    pub(crate) heard_at: Option<Instant>,
    pub(crate) seen_at: Option<Instant>,
    last: Option<Instant>,
    /// The longest time without any packet.
    pub(crate) longest_gap: Duration,
}

impl Flow {
    fn packet(&mut self, octets: usize, now: Instant) {
        let first = if octets < PICTURE { &mut self.heard_at } else { &mut self.seen_at };
        first.get_or_insert(now);
        if let Some(last) = self.last.replace(now) {
            self.longest_gap = self.longest_gap.max(now.saturating_duration_since(last));
        }
    }

    /// When both were there.
    pub(crate) fn complete_at(&self) -> Option<Instant> {
        Some(self.heard_at?.max(self.seen_at?))
    }
}

impl Client {
    /// Makes a client on a socket's address. `epoch` is the moment that stamps count from; the
    /// connection's own patience counts from `now`.
    pub(crate) fn new(
        index: usize,
        shape: Shape,
        local: SocketAddr,
        epoch: Instant,
        now: Instant,
    ) -> anyhow::Result<Self> {
        let builder = Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(true, false).enable_vp8(true);
        let mut rtc = builder.set_crypto_provider(Arc::new(Counterpart::crypto())).build(now);
        let counterpart = Counterpart::of_last();
        let reporter = (!shape.decrypts && shape.receives()).then(|| Reporter::new(counterpart, epoch, index));
        rtc.add_local_candidate(Candidate::host(local, "udp")?);
        Ok(Self {
            index,
            rtc,
            wake_at: now,
            connected: false,
            video_slots: Vec::new(),
            shape,
            local,
            server: None,
            epoch,
            sources: BTreeMap::new(),
            pending: None,
            seqs: BTreeMap::new(),
            keyframe_due: true,
            watched: None,
            picture: 0,
            flow: Flow::default(),
            reporter,
        })
    }

    /// The offer with which everything begins.
    pub(crate) fn offer(&mut self) -> anyhow::Result<Offer> {
        let is_plain = self.shape.layers.iter().all(|(rid, _)| *rid == PLAIN);
        let mut api = self.rtc.sdp_api();
        if self.shape.sends {
            let mut simulcast = Simulcast::new();
            for (rid, _) in &self.shape.layers {
                simulcast.add_send_layer(SimulcastLayer::new(rid));
            }
            let microphone = api.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
            let simulcast = (!is_plain).then_some(simulcast);
            let camera = api.add_media(MediaKind::Video, Direction::SendOnly, None, None, simulcast);
            self.sources = [(Source::Microphone, microphone), (Source::Camera, camera)].into();
        }
        for _ in 0..self.shape.audio_slots {
            api.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None);
        }
        for _ in 0..self.shape.video_slots {
            self.video_slots.push(api.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None));
        }
        let (offer, pending) = api.apply().context("an offer without m-lines")?;
        self.pending = Some(pending);
        let line = |(source, mid): (&Source, &Mid)| SourceLine { mid: mid.to_string(), source: *source };
        let sources = self.sources.iter().map(line).collect();
        Ok(Offer { id: 1, sdp: offer.to_sdp_string(), sources, fresh: true })
    }

    pub(crate) fn answered(&mut self, sdp: &str) -> anyhow::Result<()> {
        let pending = self.pending.take().context("an answer without an offer")?;
        self.agreed(sdp);
        self.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(sdp)?)?;
        Ok(())
    }

    /// Answers what the other side offers, where that is the server.
    pub(crate) fn answer(&mut self, sdp: &str) -> anyhow::Result<String> {
        self.agreed(sdp);
        Ok(self.rtc.sdp_api().accept_offer(SdpOffer::from_sdp_string(sdp)?)?.to_sdp_string())
    }

    /// There is something to do from here on, which nothing that arrives will say first.
    fn agreed(&mut self, sdp: &str) {
        self.wake_at = self.epoch;
        if let Some(reporter) = &mut self.reporter {
            reporter.agreed(sdp);
        }
    }

    /// Reports what has arrived, when it is time for that.
    pub(crate) fn report(&mut self, now: Instant, send: impl FnOnce(SocketAddr, &[u8])) {
        let report = self.reporter.as_mut().and_then(|reporter| reporter.report(now));
        if let Some((report, to)) = report.zip(self.server) {
            send(to, &report);
        }
    }

    /// Takes a datagram.
    pub(crate) fn receive(
        &mut self,
        from: SocketAddr,
        bytes: &[u8],
        now: Instant,
        tally: &mut Tally,
    ) -> anyhow::Result<()> {
        if is_rtp(bytes) {
            tally.packet(self.index, bytes);
            self.flow.packet(bytes.len(), now);
            if let Some(reporter) = &mut self.reporter {
                reporter.packet(bytes, now);
                self.server = Some(from);
            }
            if !self.shape.decrypts {
                return Ok(());
            }
        }
        if let Ok(datagram) = Receive::new(Protocol::Udp, from, self.local, bytes) {
            self.rtc.handle_input(Input::Receive(now, datagram))?;
            self.wake_at = now;
        }
        Ok(())
    }

    /// Lets time pass; what there is to send goes to `send`.
    pub(crate) fn drive(
        &mut self,
        now: Instant,
        tally: &mut Tally,
        mut send: impl FnMut(SocketAddr, &[u8]),
    ) -> anyhow::Result<()> {
        self.rtc.handle_input(Input::Timeout(now))?;
        loop {
            match self.rtc.poll_output()? {
                Output::Transmit(t) if self.reporter.is_some() && is_rtcp(&t.contents) => {}
                Output::Transmit(t) => send(t.destination, &t.contents),
                Output::Event(Event::RtpPacket(packet)) => self.time(&packet, now, tally),
                Output::Event(Event::KeyframeRequest(_)) => self.keyframe_due = true,
                Output::Event(_) => {}
                Output::Timeout(at) => {
                    self.wake_at = at;
                    self.connected = self.rtc.is_connected();
                    return Ok(());
                }
            }
        }
    }

    /// What it is.
    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// How its media has come so far.
    pub(crate) fn flow(&self) -> &Flow {
        &self.flow
    }

    /// Forgets how media came, but not when it came last.
    pub(crate) fn forget_flow(&mut self) {
        self.flow = Flow { last: self.flow.last, ..Flow::default() };
    }

    /// Sends 20 ms of voice.
    pub(crate) fn speak(&mut self, now: Instant) {
        let Some(mid) = self.sources.get(&Source::Microphone).copied() else { return };
        self.wake_at = now;
        let (seq, payload) = (self.next_seq(VOICE_STREAM), self.stamped(vec![0x78], VOICE, now));
        // Everybody is about equally loud, and not always the same one is the loudest.
        let level = -30 - i8::try_from((seq / 100 + self.index as u64 * 7) % 20).unwrap_or(0);
        let exts = ExtensionValues { audio_level: Some(level), voice_activity: Some(true), ..Default::default() };
        let time = (seq * 960) as u32;
        self.write(mid, None, Codec::Opus, |pt| RtpWrite::new(pt, seq.into(), time, now, payload).ext_vals(exts));
    }

    /// Sends of the camera these layers only, each from a keyframe on.
    pub(crate) fn watched(&mut self, layers: Vec<String>) {
        self.watched = Some(layers);
        self.keyframe_due = true;
    }

    /// Whether somebody looks at a layer. What is sent without layers is looked at as the largest.
    fn is_watched(&self, rid: &str) -> bool {
        let name = if rid == PLAIN { "h" } else { rid };
        self.watched.as_ref().is_none_or(|watched| watched.iter().any(|layer| layer == name))
    }

    /// Sends a picture in every layer that is watched.
    pub(crate) fn film(&mut self, now: Instant) {
        let Some(mid) = self.sources.get(&Source::Camera).copied() else { return };
        self.wake_at = now;
        self.picture = self.picture.wrapping_add(1) & 0x7fff;
        let keyframe = std::mem::take(&mut self.keyframe_due);
        for (rid, packets) in self.shape.layers.clone() {
            if !self.is_watched(rid) {
                continue;
            }
            let payloads = match &self.shape.film {
                Some(film) => described(self.picture, film.picture(self.picture).chunks(VIDEO)),
                None => {
                    let made_up = [u8::from(!keyframe)];
                    let heads = described(self.picture, std::iter::repeat_n(&made_up[..], packets));
                    heads.into_iter().map(|head| self.stamped(head, VIDEO, now)).collect()
                }
            };
            let count = payloads.len();
            for (part, payload) in (1..).zip(payloads) {
                let (seq, time) = (self.next_seq(rid), u32::from(self.picture) * 3600);
                let layer = (rid != PLAIN).then(|| Rid::from(rid));
                self.write(mid, layer, Codec::Vp8, |pt| {
                    RtpWrite::new(pt, seq.into(), time, now, payload).marker(part == count).nackable(true)
                });
            }
        }
    }

    fn write(&mut self, mid: Mid, rid: Option<Rid>, codec: Codec, packet: impl FnOnce(Pt) -> RtpWrite) {
        let params = self.rtc.codec_config().params().iter();
        let Some(pt) = params.filter(|p| p.spec().codec == codec).map(|p| p.pt()).next() else { return };
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, rid) {
            stream.write_rtp(packet(pt));
        }
    }

    /// A payload that ends in the moment of sending.
    fn stamped(&self, mut payload: Vec<u8>, len: usize, now: Instant) -> Vec<u8> {
        payload.resize(len.saturating_sub(8), 0x55);
        let micros = now.saturating_duration_since(self.epoch).as_micros() as u64;
        payload.extend(micros.to_be_bytes());
        payload
    }

    fn time(&self, packet: &RtpPacket, now: Instant, tally: &mut Tally) {
        if let Some(stamp) = packet.payload.last_chunk::<8>() {
            let micros = now.saturating_duration_since(self.epoch).as_micros() as u64;
            tally.latency(micros.saturating_sub(u64::from_be_bytes(*stamp)));
        }
    }

    fn next_seq(&mut self, stream: &'static str) -> u64 {
        let seq = self.seqs.entry(stream).or_insert(0);
        *seq += 1;
        *seq
    }
}

/// The parts of a picture, each behind its VP8 payload descriptor with a picture ID of 15 bits (RFC 7741 §4.2).
fn described<'a>(picture: u16, parts: impl Iterator<Item = &'a [u8]>) -> Vec<Vec<u8>> {
    let [high, low] = picture.to_be_bytes();
    let begins = std::iter::once(0x90).chain(std::iter::repeat(0x80));
    begins.zip(parts).map(|(first, part)| [&[first, 0x80, 0x80 | high, low], part].concat()).collect()
}
