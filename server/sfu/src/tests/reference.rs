//! Our egress beside str0m's own: what a receiver gets from the one and from the other must not differ in any packet.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use str0m::Candidate;
use str0m::Rtc;
use str0m::RtcConfig;
use str0m::crypto::from_feature_flags;
use str0m::net::Protocol;
use str0m::net::Receive;
use str0m::rtp::ExtensionValues;
use str0m::rtp::RtpWrite;
use str0m::rtp::VideoOrientation;

use super::client::Client;
use super::client::Whole;
use super::packets::picture;
use crate::Outbox;
use crate::candidates::Candidates;
use crate::codec::Codec;
use crate::negotiate::Lines;
use crate::negotiate::lines;
use crate::negotiate::read;
use crate::packet::Packet;
use crate::peer::Template;
use crate::peers::PeerEvent;
use crate::peers::Peers;
use crate::picture::Picture;
use crate::red::Redundancy;
use crate::route::Egress;
use crate::route::PacketView;
use crate::sender::Heard;
use crate::timers::after;
use crate::verbs::SeatKey;

const SERVER: ([u8; 4], u16) = ([10, 0, 0, 200], 7000);
const SEAT: SeatKey = SeatKey(1);
const STEP: Duration = Duration::from_millis(5);

/// One side that packets leave from.
trait Server: Egress {
    fn answer(&mut self, client: &mut Client, now: Instant);
    fn receive(&mut self, from: SocketAddr, bytes: &[u8], now: Instant);
    /// What it has to send.
    fn drain(&mut self, now: Instant) -> Vec<Vec<u8>>;
    /// The packets of a slot that the client says it misses, where that is not seen to already.
    fn missing(&mut self) -> Vec<(usize, Vec<u16>)>;
}

impl Server for Peers {
    fn answer(&mut self, client: &mut Client, now: Instant) {
        let offer = client.offer(&[], 1, 1);
        let answer = Ok(self.offer(SEAT, &offer, now).unwrap());
        client.tell(crate::Event::Answer { id: offer.id, answer });
    }

    fn receive(&mut self, from: SocketAddr, bytes: &[u8], now: Instant) {
        Self::receive(self, from, bytes, now);
    }

    fn drain(&mut self, now: Instant) -> Vec<Vec<u8>> {
        self.flush(now);
        let mut outbox = Outbox::default();
        self.swap_outbox(&mut outbox);
        outbox.datagrams().map(|(_, bytes)| bytes.to_vec()).collect()
    }

    fn missing(&mut self) -> Vec<(usize, Vec<u16>)> {
        let mut missing = Vec::new();
        while let Some((_, event)) = self.next_event() {
            if let PeerEvent::Heard(Heard::Missing(slot, numbers)) = event {
                missing.push((slot, numbers));
            }
        }
        missing
    }
}

/// The egress that str0m is.
struct Reference {
    rtc: Rtc,
    lines: Lines,
}

impl Reference {
    fn new(template: &Template, now: Instant) -> Self {
        let config = template.rtc.clone().set_send_buffer_audio(1000).set_send_buffer_video(1000);
        let mut rtc = config.build(now);
        rtc.add_local_candidate(Candidate::host(SERVER.into(), "udp").unwrap());
        Self { rtc, lines: Lines::default() }
    }
}

impl Egress for Reference {
    fn write(&mut self, _: SeatKey, slot: usize, view: &PacketView<'_>) {
        let line = self.lines.slots[slot].clone().unwrap();
        let packet = view.packet;
        let (pt, start) = line.form(packet).unwrap();
        let mut payload = packet.payload[start..].to_vec();
        view.patch.inspect(|patch| patch.apply(&mut payload));
        let exts = ExtensionValues {
            audio_level: packet.audio_level,
            voice_activity: packet.voice_activity,
            video_orientation: packet.orientation,
            ..Default::default()
        };
        let packet = RtpWrite::new(pt, view.seq.into(), view.timestamp, packet.arrived, payload)
            .marker(packet.marker)
            .nackable(!line.audio)
            .ext_vals(exts);
        self.rtc.direct_api().stream_tx_by_mid(line.mid, None).unwrap().write_rtp(packet);
    }

    fn repeat(&mut self, _: SeatKey, _: usize, _: &PacketView<'_>) {
        panic!("str0m repeats by itself");
    }

    fn flush(&mut self, now: Instant) {
        self.rtc.handle_input(str0m::Input::Timeout(now)).unwrap();
    }
}

impl Server for Reference {
    fn answer(&mut self, client: &mut Client, _: Instant) {
        let offer = client.offer(&[], 1, 1);
        let reading = read(&offer).unwrap();
        let answer = self.rtc.sdp_api().accept_offer(reading.sdp).unwrap();
        self.lines = lines(&mut self.rtc, &offer, &reading.mids).unwrap();
        client.tell(crate::Event::Answer { id: offer.id, answer: Ok(answer.to_sdp_string()) });
    }

    fn receive(&mut self, from: SocketAddr, bytes: &[u8], now: Instant) {
        let datagram = Receive::new(Protocol::Udp, from, SERVER.into(), bytes).unwrap();
        self.rtc.handle_input(str0m::Input::Receive(now, datagram)).unwrap();
    }

    fn drain(&mut self, now: Instant) -> Vec<Vec<u8>> {
        self.flush(now);
        let mut sends = Vec::new();
        loop {
            match self.rtc.poll_output().unwrap() {
                str0m::Output::Transmit(transmit) => sends.push(transmit.contents.to_vec()),
                str0m::Output::Event(_) => {}
                str0m::Output::Timeout(_) => return sends,
            }
        }
    }

    fn missing(&mut self) -> Vec<(usize, Vec<u16>)> {
        Vec::new()
    }
}

/// What is forwarded in a run: packet, number, time, and what its picture is moved by.
struct Script(Vec<(usize, Arc<Packet>, u64, u32)>);

impl Script {
    /// A second of voice and of pictures in several packets, as senders make them and as switches of source leave them.
    fn new(redundant: bool, now: Instant) -> Self {
        let mut script = Vec::new();
        for n in 0..50_u64 {
            let sound = vec![0x78, n as u8, 1, 7, b'a'];
            let header = [0x80 | 111, 0x0f, 0, 3, 111, 9, 9, 9];
            let payload = if redundant { [&header[..], &sound].concat() } else { sound };
            let packet = Packet {
                codec: Codec::Opus,
                redundancy: redundant.then(|| Redundancy::read(&payload).unwrap()),
                audio_level: Some(-(n as i8)),
                voice_activity: Some(n.is_multiple_of(2)),
                marker: n == 0,
                ..made(7, n, now, payload)
            };
            script.push((0, Arc::new(packet), 65_520 + n, (u32::MAX - 4800).wrapping_add(n as u32 * 960)));
            for part in 0..3 {
                let mut payload = picture(n as u16, n as u8, n == 0);
                if part > 0 {
                    payload[0] = 0x80;
                }
                payload.resize(300 * (part + 1), part as u8);
                payload.extend([7, b'h']);
                let seq = n * 3 + part as u64;
                let orientation = Some(if n < 25 { VideoOrientation::Deg0 } else { VideoOrientation::Deg90 });
                let packet = Packet { marker: part == 2, orientation, ..made(9, seq, now, payload) };
                script.push((1, Arc::new(packet), 1 + seq, n as u32 * 3000));
            }
        }
        Self(script)
    }

    fn packets(&self, beat: usize) -> impl Iterator<Item = &(usize, Arc<Packet>, u64, u32)> {
        self.0.chunks(4).nth(beat).into_iter().flatten()
    }
}

fn made(ssrc: u32, seq: u64, now: Instant, payload: Vec<u8>) -> Packet {
    super::packets::packet(ssrc, seq, 0, now, payload)
}

/// What of a packet is changed on the way, as a switch of source leaves it.
fn view<'a>((_, packet, seq, timestamp): &'a (usize, Arc<Packet>, u64, u32)) -> PacketView<'a> {
    let patch = Picture::read(packet.codec, &packet.payload).and_then(|picture| picture.moved(100, 50));
    PacketView { packet, seq: *seq, timestamp: *timestamp, patch }
}

/// Lets a client receive the script from a server. Where it `loses`, a packet of some pictures gets lost, each when the
/// one before is repaired.
fn receive(server: &mut impl Server, mut client: Client, script: &Script, loses: bool, start: Instant) -> Vec<Whole> {
    let mut now = start;
    server.answer(&mut client, now);
    let (mut beat, mut said) = (0, Vec::new());
    for step in 0..1000 {
        now = after(now, STEP);
        client.rtc.handle_input(str0m::Input::Timeout(now)).unwrap();
        said.extend(client.drain());
        for bytes in said.drain(..) {
            server.receive(client.address, &bytes, now);
        }
        for (slot, numbers) in server.missing() {
            for missed in script.0.iter().filter(|sent| sent.0 == slot && numbers.contains(&(sent.2 as u16))) {
                server.repeat(SEAT, slot, &view(missed));
            }
        }
        let mut unlucky = None;
        // Both connections are given the same time to come up.
        if step >= 200 && step % 4 == 0 {
            assert!(client.rtc.is_connected());
            unlucky = Some(2).filter(|_| loses && beat % 14 == 3);
            script.packets(beat).for_each(|sent| server.write(SEAT, sent.0, &view(sent)));
            beat += 1;
        }
        for bytes in server.drain(now) {
            let is_media = matches!(bytes[..2], [128..=191, second] if !(192..=223).contains(&second));
            let is_lost = is_media && unlucky == Some(0);
            unlucky = if is_media { unlucky.and_then(|left: u8| left.checked_sub(1)) } else { unlucky };
            if !is_lost {
                client.receive(SERVER.into(), &bytes, now);
                said.extend(client.drain());
            }
        }
    }
    let mut whole = std::mem::take(&mut client.whole);
    whole.sort_by_key(|packet| (packet.slot, packet.seq));
    whole
}

fn redundant(config: RtcConfig) -> RtcConfig {
    config.enable_opus(true, true).enable_vp8(true)
}

fn plain(config: RtcConfig) -> RtcConfig {
    config.enable_vp8(true)
}

/// Compares what two clients get, one from each egress.
fn compare(codecs: fn(RtcConfig) -> RtcConfig, twice: bool, loses: bool) -> Vec<Whole> {
    #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
    let now = Instant::now();
    let template = || {
        let crypto = from_feature_flags();
        let certificate = crypto.dtls_provider.generate_certificate().unwrap();
        Template::new(certificate, &crypto, Candidates::new(&[SERVER.into()], &[]).unwrap(), now)
    };
    let script = Script::new(twice, now);
    let client = || Client::with(3, codecs, now);
    let ours = receive(&mut Peers::new(template(), SERVER.into()), client(), &script, loses, now);
    let theirs = receive(&mut Reference::new(&template(), now), client(), &script, loses, now);
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(ours.len(), theirs.len());
    ours
}

#[test]
fn every_packet_is_the_one_that_str0m_would_have_sent() {
    assert_eq!(compare(plain, false, false).len(), 200);
    assert_eq!(compare(plain, true, false).len(), 200, "earlier sound is left out");
    assert_eq!(compare(redundant, true, false).len(), 200);
}

#[test]
fn what_was_lost_is_repeated_as_str0m_would_have() {
    assert_eq!(compare(plain, false, true).len(), 200, "nothing is missing in the end");
}
