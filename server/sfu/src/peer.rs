//! One peer connection: str0m's `Rtc` for what comes in, our own [`Sender`] for what goes out, and what the m-lines mean.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::time::Duration;
use std::time::Instant;

use domain::Problem;
use domain::wire::Offer;
use domain::wire::Quality;
use domain::wire::Source;
use str0m::Rtc;
use str0m::RtcConfig;
use str0m::config::CryptoProvider;
use str0m::config::DtlsCert;
use str0m::format::CodecConfig;
use str0m::format::FormatParams;
use str0m::format::PayloadParams;
use str0m::media::Frequency;
use str0m::media::KeyframeRequestKind;
use str0m::media::Mid;
use str0m::media::Pt;
use str0m::rtp::Extension;
use str0m::rtp::ExtensionMap;
use str0m::rtp::Ssrc;

use crate::candidates::Candidates;
use crate::codec::Codec;
use crate::codec::Format;
use crate::dtls::KeyHole;
use crate::dtls::last_key_hole;
use crate::dtls::listening;
use crate::grade::ENOUGH;
use crate::grade::Grader;
use crate::grade::LOOK;
use crate::grade::Look;
use crate::layers::Layer;
use crate::negotiate::Lines;
use crate::negotiate::Reading;
use crate::negotiate::lines;
use crate::negotiate::refuse;
use crate::negotiate::silent_in_silence;
use crate::sender::Sender;
use crate::timers::after;

/// How long a connection may take to come up, or be without contact, before it is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a layer may be silent before its viewers are moved to another one.
const SILENCE: Duration = Duration::from_millis(600);

/// How long media and reports that come count for contact: programs report every few seconds, and some check the way only
/// until it is found. Shorter than the time for which such a check counts.
const SIGN_OF_LIFE: Duration = Duration::from_secs(12);

/// The most SSRCs of one client whose meaning is remembered.
const MOST_STREAMS: usize = 64;

/// What all peer connections of a unit share.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) rtc: RtcConfig,
    pub(crate) crypto: CryptoProvider,
    pub(crate) candidates: Candidates,
    /// The moment that reports of all connections count time from.
    pub(crate) epoch: Instant,
}

impl Template {
    pub(crate) fn new(certificate: DtlsCert, crypto: &CryptoProvider, candidates: Candidates, epoch: Instant) -> Self {
        let crypto = listening(crypto);
        let mut extensions = ExtensionMap::empty();
        extensions.set(1, Extension::AudioLevel);
        extensions.set(3, Extension::TransportSequenceNumber);
        extensions.set(4, Extension::RtpMid);
        extensions.set(10, Extension::RtpStreamId);
        extensions.set(11, Extension::RepairedRtpStreamId);
        extensions.set(13, Extension::VideoOrientation);
        let mut rtc = RtcConfig::new()
            .set_crypto_provider(std::sync::Arc::new(crypto.clone()))
            .set_dtls_cert(certificate)
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .clear_codecs()
            .set_extension_map(extensions)
            .set_pause_threshold(SILENCE)
            .set_stats_interval(Some(LOOK))
            .set_send_buffer_video(1)
            .set_send_buffer_audio(1);
        // Of each packet the one before once more, where the client can do that too.
        rtc.codec_config().enable_opus(true, true);
        add_pictures(rtc.codec_config());
        Self { rtc, crypto, candidates, epoch }
    }
}

/// The codecs of pictures, the most common first: it is the one that receivers are sent of several profiles.
fn add_pictures(codecs: &mut CodecConfig) {
    codecs.enable_vp8(true);
    // Constrained baseline and baseline, which every decoder has; what main and high add is decoded by all browsers,
    // and not all senders say what they send. Those without fragments come from senders only.
    for (pt, repair, fragments, profile) in [
        (108, 109, true, 0x42e01f),
        (127, 121, true, 0x42001f),
        (123, 119, true, 0x4d001f),
        (114, 115, true, 0x64001f),
        (124, 120, false, 0x42e01f),
        (125, 107, false, 0x42001f),
    ] {
        codecs.add_h264(pt.into(), Some(Pt::from(repair)), fragments, profile);
    }
    // Not the profiles with more than eight bits, which few decode and whose packets look the same.
    let format = FormatParams { profile_id: Some(0), ..FormatParams::default() };
    let repair = Some(Pt::from(99));
    codecs.add_config(98.into(), repair, str0m::format::Codec::Vp9, Frequency::NINETY_KHZ, None, format);
    codecs.enable_av1(true);
}

/// The payload types of a codec's packets, and what they stand for.
fn formats(params: &PayloadParams) -> impl Iterator<Item = (Pt, Format)> {
    let codec = Codec::of(params.spec());
    let format = |redundant| codec.map(|codec| Format { codec, redundant });
    let plain = format(false).map(|format| (params.pt(), format));
    plain.into_iter().chain(params.red().zip(format(true)))
}

/// One peer connection.
pub(crate) struct Peer {
    pub(crate) rtc: Rtc,
    pub(crate) lines: Lines,
    /// What the SSRCs of incoming packets mean; `None` for those that mean nothing.
    streams: HashMap<Ssrc, Option<(Source, Layer)>>,
    /// What the payload types of incoming packets mean.
    formats: Vec<(Pt, Format)>,
    /// What goes out; there once the handshake is through.
    pub(crate) sender: Option<Sender>,
    /// Media packets taken in since the last look at the connection.
    pub(crate) taken: u32,
    grader: Grader,
    /// Where it goes: the address that the client has settled on.
    pub(crate) address: Option<SocketAddr>,
    keys: KeyHole,
    pub(crate) connected: bool,
    /// When something came that only this client can have sent.
    pub(crate) heard_at: Option<Instant>,
    /// Whether str0m waits for a turn, and whether the sender does.
    pub(crate) dirty: bool,
    pub(crate) writing: bool,
    /// When to give up, while there is no contact.
    pub(crate) gives_up_at: Option<Instant>,
}

impl Peer {
    pub(crate) fn new(template: &Template, now: Instant) -> Self {
        let mut rtc = template.rtc.clone().build(now);
        let keys = last_key_hole();
        for candidate in &template.candidates.udp {
            rtc.add_local_candidate(candidate.clone());
        }
        Self {
            rtc,
            lines: Lines::default(),
            streams: HashMap::new(),
            formats: Vec::new(),
            sender: None,
            taken: 0,
            grader: Grader::default(),
            address: None,
            keys,
            connected: false,
            heard_at: None,
            dirty: false,
            writing: false,
            gives_up_at: Some(after(now, PATIENCE)),
        }
    }

    /// Takes an offer and makes the answer.
    ///
    /// # Errors
    /// [`Problem::BadOffer`]. A connection that has refused its first offer is of no use any more.
    pub(crate) fn accept(&mut self, offer: &Offer, reading: Reading) -> Result<String, Problem> {
        let Reading { sdp, mids } = reading;
        // Descriptions come from strangers and str0m asserts what it expects of them. `negotiate` refuses all that we
        // know of; a panic over the rest must not end the other meetings of this worker.
        let answer = catch_unwind(AssertUnwindSafe(|| {
            self.lend_streams();
            self.rtc.sdp_api().accept_offer(sdp)
        }));
        let answer = answer.or_else(|_| refuse("contradicts itself"))?.or_else(|e| refuse(e.to_string()))?;
        self.lines = lines(&mut self.rtc, offer, &mids)?;
        self.take_streams_back();
        self.streams.clear();
        self.formats = self.rtc.codec_config().params().iter().flat_map(formats).collect();
        if let Some(sender) = &mut self.sender {
            sender.set_slots(&self.lines.slots);
        }
        Ok(silent_in_silence(&answer.to_sdp_string(), &self.lines))
    }

    /// Lets str0m know the streams that are promised already, so that its answer promises the same ones again.
    fn lend_streams(&mut self) {
        let mut api = self.rtc.direct_api();
        for line in self.lines.slots.iter().flatten() {
            api.declare_stream_tx(line.ssrc, line.repair, line.mid, None);
        }
    }

    /// Takes the slots' streams out of str0m: what it does not know costs it no time at every turn.
    fn take_streams_back(&mut self) {
        let mut api = self.rtc.direct_api();
        for line in self.lines.slots.iter().flatten() {
            api.remove_stream_tx(line.ssrc);
        }
    }

    /// This side's name in ICE.
    pub(crate) fn name(&mut self) -> String {
        self.rtc.direct_api().local_ice_credentials().ufrag
    }

    /// Makes the sender once the keys for it are there.
    pub(crate) fn equip(&mut self, template: &Template, now: Instant) {
        if let Some(keys) = self.keys.take() {
            self.sender = Sender::new(&keys, &template.crypto, template.epoch, now);
            if let Some(sender) = &mut self.sender {
                sender.set_slots(&self.lines.slots);
            }
        }
    }

    /// Asks the client for a keyframe of one of its sources.
    pub(crate) fn ask_keyframe(&mut self, source: Source, layer: Layer) -> bool {
        let Some(mid) = self.lines.sources.iter().find(|(_, s)| *s == source).map(|(mid, _)| *mid) else {
            return false;
        };
        let mut api = self.rtc.direct_api();
        let rids = [Some(layer.rid()), None];
        for rid in rids {
            if let Some(stream) = api.stream_rx_by_mid(mid, rid) {
                stream.request_keyframe(KeyframeRequestKind::Pli);
                return true;
            }
        }
        false
    }

    /// What the SSRC of an incoming packet means.
    pub(crate) fn stream(&mut self, ssrc: Ssrc) -> Option<(Source, Layer)> {
        if let Some(known) = self.streams.get(&ssrc) {
            return *known;
        }
        let found = self.rtc.direct_api().stream_rx(&ssrc).map(|stream| (stream.mid(), stream.rid()));
        let meaning = found.and_then(|(mid, rid)| Some((self.source(mid)?, Layer::of(rid)?)));
        if self.streams.len() >= MOST_STREAMS {
            self.streams.clear();
        }
        self.streams.insert(ssrc, meaning);
        meaning
    }

    /// What the payload type of an incoming packet stands for.
    pub(crate) fn format(&self, pt: Pt) -> Option<Format> {
        self.formats.iter().find(|(known, _)| *known == pt).map(|(_, format)| *format)
    }

    pub(crate) fn source(&self, mid: Mid) -> Option<Source> {
        self.lines.sources.iter().find(|(m, _)| *m == mid).map(|(_, source)| *source)
    }

    /// Looks at how the connection fares, given the share of packets that were lost on their way here; `Some` when
    /// another word for it is due.
    pub(crate) fn look(&mut self, lost: Option<f32>) -> Option<Quality> {
        let taken = std::mem::take(&mut self.taken);
        let lost = lost.filter(|_| taken >= ENOUGH).map_or(0.0, f64::from);
        let look = self.sender.as_mut()?.look();
        self.grader.take(&Look { lost: look.lost.max(lost), ..look }).filter(|_| self.connected)
    }

    /// Takes note of whether there is contact; `Some` when that has changed.
    pub(crate) fn contact(&mut self, now: Instant) -> Option<bool> {
        let heard = self.heard_at.is_some_and(|at| after(at, SIGN_OF_LIFE) > now);
        let connected = self.rtc.is_connected() || (self.connected && heard);
        if connected == self.connected {
            return None;
        }
        self.connected = connected;
        self.grader = Grader::default();
        self.gives_up_at = (!connected).then(|| after(now, PATIENCE));
        Some(connected)
    }
}
