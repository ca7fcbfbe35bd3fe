//! What people send, and what becomes of it on the way to the conference.

use domain::wire::Publishing;
use domain::wire::Source;

use super::STEP;
use super::World;
use crate::codec::Codec;
use crate::layers::Layer;
use crate::packet::Packet;
use crate::relay::UnitKey;
use crate::tests::packets::packet;
use crate::tests::packets::picture;
use crate::tests::seeded::checks::Tag;
use crate::verbs::SeatKey;

/// Octets of a packet, and packets of a picture, in each layer: about 100, 350 and 1000 kbit/s at 25 pictures a second.
const LAYERS: [(Layer, usize, usize); 3] = [(Layer::Low, 500, 1), (Layer::Middle, 875, 2), (Layer::High, 1000, 5)];

/// One stream of a sender.
#[derive(Default)]
pub(super) struct Outgoing {
    number: u32,
    picture: u16,
    pub(super) keyframe: bool,
    arriving: bool,
    kept: Option<Packet>,
}

impl World {
    /// Everybody sends what is on and watched.
    pub(super) fn send(&mut self) {
        let even = (self.elapsed().as_millis() / STEP.as_millis()).is_multiple_of(2);
        let seats: Vec<SeatKey> = self.people.keys().copied().collect();
        for seat in seats {
            let Publishing { microphone, camera, screen, .. } = self.people[&seat].publishing;
            if microphone {
                self.emit(seat, Source::Microphone, Layer::High, 100, 1);
            }
            for (layer, size, packets) in LAYERS.into_iter().filter(|_| even && camera) {
                self.emit(seat, Source::Camera, layer, size, packets);
            }
            if even && screen {
                self.emit(seat, Source::Screen, Layer::High, 1000, 3);
            }
        }
    }

    /// Sends one picture, or one sound.
    fn emit(&mut self, seat: SeatKey, source: Source, layer: Layer, size: usize, packets: usize) {
        let UnitKey(unit) = self.unit(seat);
        let Some(person) = self.people.get_mut(&seat) else { return };
        let connection = person.connections;
        let idle = person.idle.contains(&(source, layer));
        let stream =
            person.streams.entry((source, layer)).or_insert_with(|| Outgoing { keyframe: true, ..Outgoing::default() });
        if stream.arriving == idle {
            stream.arriving = !idle;
            stream.keyframe = true;
            self.parts[unit].arriving(seat, source, layer, !idle);
        }
        if idle {
            return;
        }
        let keyframe = std::mem::take(&mut stream.keyframe);
        stream.picture = stream.picture.wrapping_add(1) & 0x7fff;
        let timestamp = u32::try_from((self.now - self.start).as_millis() * 90 % (1 << 32)).unwrap();
        let mut sent = Vec::new();
        for index in 0..packets {
            stream.number += 1;
            let mut description = picture(stream.picture, 0, keyframe);
            if index > 0 {
                description[0] = 0x80;
            }
            let begins = keyframe && index == 0;
            let tag = Tag { sender: seat.0, source, layer: layer as u8, number: stream.number, begins };
            let ssrc = u32::try_from(seat.0).unwrap() * 100 + source as u32 * 10 + layer as u32 + connection * 100_000;
            let seq = 1000 + u64::from(stream.number);
            let mut made = packet(ssrc, seq, timestamp, self.now, tag.write(&description, size));
            made.codec = if source.is_audio() { Codec::Opus } else { Codec::Vp8 };
            made.audio_level = source.is_audio().then_some(-20);
            sent.push(made);
        }
        self.disturb(seat, source, layer, sent);
    }

    /// What the network makes of it: some are lost, some come twice, one comes with the next picture.
    fn disturb(&mut self, seat: SeatKey, source: Source, layer: Layer, sent: Vec<Packet>) {
        let UnitKey(unit) = self.unit(seat);
        for packet in sent {
            let chance = self.rng.f64() / self.loss.max(f64::MIN_POSITIVE);
            let held = self.people.get_mut(&seat).and_then(|p| p.streams.get_mut(&(source, layer)));
            let Some(held) = held.map(|stream| &mut stream.kept) else { return };
            let late = held.take();
            if chance < 0.25 {
                *held = Some(packet.clone());
            }
            let copies = if chance < 0.75 { 0 } else { usize::from(chance < 1.0) + 1 };
            let comes = std::iter::repeat_n(packet, copies).chain(late);
            for packet in comes {
                self.parts[unit].media(seat, source, layer, packet);
            }
        }
    }
}
