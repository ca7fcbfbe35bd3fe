//! A client as a browser would be: offers, sends what it is told to, and keeps what it receives.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Instant;

use domain::ParticipantId;
use domain::wire::Offer;
use domain::wire::Source;
use domain::wire::SourceLine;
use str0m::Candidate;
use str0m::Rtc;
use str0m::RtcConfig;
use str0m::change::SdpAnswer;
use str0m::change::SdpOffer;
use str0m::change::SdpPendingOffer;
use str0m::format::Codec;
use str0m::media::Direction;
use str0m::media::MediaKind;
use str0m::media::Mid;
use str0m::media::Rid;
use str0m::media::Simulcast;
use str0m::media::SimulcastLayer;
use str0m::net::Protocol;
use str0m::net::Receive;
use str0m::rtp::ExtensionValues;
use str0m::rtp::RtpWrite;
use str0m::rtp::VideoOrientation;

use super::line::Datagram;
use super::line::Line;
use super::packets::picture;
use crate::Event;
use crate::SeatKey;
use crate::picture::Picture;

/// A packet as a receiver takes it in, but for what is the connection's own: SSRC and numbers of transport.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Whole {
    /// The slot's place among those of its kind, and whether that is sound.
    pub(super) slot: (bool, usize),
    pub(super) pt: u8,
    pub(super) seq: u64,
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    pub(super) payload: Vec<u8>,
    pub(super) level: (Option<i8>, Option<bool>),
    pub(super) orientation: Option<VideoOrientation>,
}

/// A packet that a client received.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Got {
    pub(super) slot: String,
    pub(super) seq: u64,
    pub(super) timestamp: u32,
    /// Who sent it, and in which layer (or 'a' for audio).
    pub(super) from: u8,
    pub(super) layer: char,
    pub(super) picture_id: u16,
    pub(super) keyframe: bool,
    /// Whether it carried earlier sound besides.
    pub(super) redundant: bool,
}

pub(super) struct Client {
    pub(super) number: u8,
    pub(super) seat: SeatKey,
    pub(super) address: SocketAddr,
    pub(super) rtc: Rtc,
    /// The way between it and the unit.
    pub(super) line: Line,
    pub(super) got: Vec<Got>,
    pub(super) whole: Vec<Whole>,
    pub(super) told: Vec<Event>,
    pub(super) audio_slots: Vec<Mid>,
    pub(super) video_slots: Vec<Mid>,
    /// Loudness in −dBov, while the microphone runs.
    pub(super) voice: Option<i8>,
    /// The payload type that its redundant sound names, if not the right one.
    pub(super) mislabels: Option<u8>,
    /// Whether its packets say how loud they are.
    pub(super) measured: bool,
    /// What the camera's pictures are coded in.
    pub(super) films: Codec,
    /// The layers that the camera sends.
    pub(super) camera: Vec<char>,
    /// Whether it sends only the layers that somebody looks at, when it is told.
    pub(super) obeys: bool,
    pub(super) keyframes_sent: BTreeMap<char, usize>,
    sources: BTreeMap<Source, Mid>,
    pending: Option<SdpPendingOffer>,
    offers: u32,
    frames: u16,
    /// Per layer: the last sequence number, and whether a keyframe is due.
    layers: BTreeMap<char, (u64, bool)>,
    voice_seq: u64,
}

impl Client {
    pub(super) fn new(number: u8, now: Instant) -> Self {
        Self::with(number, |config| config.enable_vp8(true), now)
    }

    /// A client with other codecs.
    pub(super) fn with(number: u8, codecs: fn(RtcConfig) -> RtcConfig, now: Instant) -> Self {
        let address = SocketAddr::from(([10, 0, 0, number], 5000));
        let config = Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(true, false);
        let mut rtc = codecs(config).build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").unwrap());
        Self {
            number,
            seat: SeatKey(number.into()),
            address,
            rtc,
            line: Line::new(),
            got: Vec::new(),
            whole: Vec::new(),
            told: Vec::new(),
            audio_slots: Vec::new(),
            video_slots: Vec::new(),
            voice: None,
            mislabels: None,
            measured: true,
            films: Codec::Vp8,
            camera: Vec::new(),
            obeys: false,
            keyframes_sent: BTreeMap::new(),
            sources: BTreeMap::new(),
            pending: None,
            offers: 0,
            frames: 0,
            layers: BTreeMap::new(),
            voice_seq: 0,
        }
    }

    pub(super) fn participant(&self) -> ParticipantId {
        ParticipantId::from_entropy([self.number; 16])
    }

    /// An offer with these sources and so many more slots.
    pub(super) fn offer(&mut self, sources: &[Source], audio: usize, video: usize) -> Offer {
        let mut api = self.rtc.sdp_api();
        for source in sources {
            let kind = if source.is_audio() { MediaKind::Audio } else { MediaKind::Video };
            let simulcast = (*source == Source::Camera).then(|| {
                let mut simulcast = Simulcast::new();
                ["l", "m", "h"].iter().for_each(|rid| simulcast.add_send_layer(SimulcastLayer::new(rid)));
                simulcast
            });
            self.sources.insert(*source, api.add_media(kind, Direction::SendOnly, None, None, simulcast));
        }
        for _ in 0..audio {
            self.audio_slots.push(api.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None));
        }
        for _ in 0..video {
            self.video_slots.push(api.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None));
        }
        let offer = api.apply().unwrap();
        self.describe(offer)
    }

    /// The offer of a client whose network has changed: the same connection from another address (RFC 8445 §9).
    pub(super) fn restart(&mut self) -> Offer {
        self.address.set_port(self.address.port() + 1);
        self.rtc.add_local_candidate(Candidate::host(self.address, "udp").unwrap());
        let mut api = self.rtc.sdp_api();
        api.ice_restart(true);
        let offer = api.apply().unwrap();
        self.describe(offer)
    }

    fn describe(&mut self, (offer, pending): (SdpOffer, SdpPendingOffer)) -> Offer {
        self.pending = Some(pending);
        self.offers += 1;
        let line = |(source, mid): (&Source, &Mid)| SourceLine { mid: mid.to_string(), source: *source };
        Offer {
            id: self.offers,
            sdp: offer.to_sdp_string(),
            sources: self.sources.iter().map(line).collect(),
            fresh: self.offers == 1,
        }
    }

    pub(super) fn tell(&mut self, event: Event) {
        if let Event::Answer { answer: Ok(sdp), .. } = &event {
            let answer = SdpAnswer::from_sdp_string(sdp).unwrap();
            self.rtc.sdp_api().accept_answer(self.pending.take().unwrap(), answer).unwrap();
        }
        if let Event::Send { source: Source::Camera, layers } = &event
            && self.obeys
        {
            self.camera = layers.iter().filter_map(|rid| rid.chars().next()).collect();
        }
        self.told.push(event);
    }

    pub(super) fn receive(&mut self, from: SocketAddr, bytes: &[u8], now: Instant) {
        if let Ok(datagram) = Receive::new(Protocol::Udp, from, self.address, bytes) {
            self.rtc.handle_input(str0m::Input::Receive(now, datagram)).unwrap();
        }
    }

    /// What there is to send goes on its way.
    pub(super) fn send(&mut self, now: Instant) {
        for bytes in self.drain() {
            self.line.up.pass(Datagram { address: self.address, bytes }, now);
        }
    }

    /// Takes out what there is to send.
    pub(super) fn drain(&mut self) -> Vec<Vec<u8>> {
        let mut sends = Vec::new();
        loop {
            match self.rtc.poll_output().unwrap() {
                str0m::Output::Transmit(t) => sends.push(t.contents.to_vec()),
                str0m::Output::Event(str0m::Event::RtpPacket(packet)) => self.keep(&packet),
                str0m::Output::Event(str0m::Event::KeyframeRequest(request)) => {
                    let layer = request.rid.map_or('h', |rid| rid.chars().next().unwrap());
                    self.layers.entry(layer).or_default().1 = true;
                }
                str0m::Output::Event(_) => {}
                str0m::Output::Timeout(_) => return sends,
            }
        }
    }

    fn keep(&mut self, packet: &str0m::rtp::RtpPacket) {
        let mid = self.rtc.direct_api().stream_rx(&packet.header.ssrc).unwrap().mid();
        let video = self.video_slots.contains(&mid);
        let params = self.rtc.codec_config().params();
        let pt = packet.header.payload_type;
        let format = params.iter().find(|p| p.pt() == pt || p.red() == Some(pt)).unwrap();
        let picture = Picture::read(crate::Codec::of(format.spec()).unwrap(), &packet.payload);
        assert_eq!(picture.is_some(), video);
        let index = |slots: &[Mid]| slots.iter().position(|slot| *slot == mid).unwrap();
        self.whole.push(Whole {
            slot: (!video, index(if video { &self.video_slots } else { &self.audio_slots })),
            pt: *pt,
            seq: *packet.seq_no,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            payload: packet.payload.to_vec(),
            level: (packet.header.ext_vals.audio_level, packet.header.ext_vals.voice_activity),
            orientation: packet.header.ext_vals.video_orientation,
        });
        let tail = &packet.payload[packet.payload.len() - 2..];
        self.got.push(Got {
            slot: mid.to_string(),
            seq: *packet.seq_no,
            timestamp: packet.header.timestamp,
            from: tail[0],
            layer: char::from(tail[1]),
            picture_id: picture.and_then(|p| p.picture_id()).unwrap_or_default(),
            keyframe: picture.is_some_and(|p| p.begins_keyframe),
            redundant: format.red() == Some(pt),
        });
    }

    /// Sends 20 ms of voice, and those before them once more where that was agreed on.
    pub(super) fn speak(&mut self, now: Instant) {
        let (Some(level), Some(mid)) = (self.voice, self.sources.get(&Source::Microphone).copied()) else { return };
        self.voice_seq += 1;
        let (seq, time) = (1000 * u64::from(self.number) + self.voice_seq, self.voice_seq as u32 * 960);
        let level = Some(level).filter(|_| self.measured);
        let exts = ExtensionValues { audio_level: level, voice_activity: Some(true), ..Default::default() };
        let sound = [0x78, self.number, b'a'];
        let params = self.rtc.codec_config().params().iter().find(|p| p.spec().codec == Codec::Opus).unwrap();
        let payload = match params.red() {
            Some(_) => {
                let pt = self.mislabels.unwrap_or(*params.pt());
                [&[0x80 | pt, 0x0f, 0, 3, pt], &sound[..], &sound[..]].concat()
            }
            None => sound.to_vec(),
        };
        let red = params.red();
        self.write(mid, None, Codec::Opus, now, |pt| {
            RtpWrite::new(red.unwrap_or(pt), seq.into(), time, now, payload).ext_vals(exts)
        });
    }

    /// Sends a picture in every layer of the camera while it runs.
    pub(super) fn film(&mut self, now: Instant) {
        self.frames = self.frames.wrapping_add(1);
        let (frame, number) = (self.frames, self.number);
        for layer in self.camera.clone() {
            let Some(mid) = self.sources.get(&Source::Camera).copied() else { return };
            let (seq, due) = self.layers.entry(layer).or_insert((7000 * u64::from(number), true));
            let keyframe = std::mem::take(due);
            *seq += 1;
            let seq = *seq;
            *self.keyframes_sent.entry(layer).or_default() += usize::from(keyframe);
            let mut payload = match self.films {
                Codec::H264 => vec![if keyframe { 0x65 } else { 0x41 }, 0x88],
                _ => picture(frame + 100 * u16::from(number), frame as u8, keyframe),
            };
            payload.resize(size_of_picture(layer), 0);
            payload.extend([number, layer as u8]);
            let time = u32::from(frame) * 3600;
            let rid = Some(Rid::from(layer.to_string().as_str()));
            self.write(mid, rid, self.films, now, |pt| {
                RtpWrite::new(pt, seq.into(), time, now, payload).marker(true).nackable(true)
            });
        }
    }

    /// The next picture of each layer is a keyframe.
    pub(super) fn begin_anew(&mut self) {
        self.layers.values_mut().for_each(|(_, due)| *due = true);
    }

    fn write(
        &mut self,
        mid: Mid,
        rid: Option<Rid>,
        codec: Codec,
        now: Instant,
        packet: impl FnOnce(str0m::media::Pt) -> RtpWrite,
    ) {
        if !self.rtc.is_connected() {
            return;
        }
        let params = self.rtc.codec_config().params();
        let pt = params.iter().find(|p| p.spec().codec == codec).unwrap().pt();
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, rid) {
            stream.write_rtp(packet(pt));
        }
        self.rtc.handle_input(str0m::Input::Timeout(now)).unwrap();
    }
}

/// Octets of a picture: at 25 a second about 80, 160 and 240 kbit/s.
fn size_of_picture(layer: char) -> usize {
    match layer {
        'l' => 400,
        'm' => 800,
        _ => 1180,
    }
}
