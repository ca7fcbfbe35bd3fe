//! What a participant sends: one track per source, up to three layers of it, and who takes it.

use std::sync::Arc;
use std::time::Instant;

use domain::wire::Source;
use str0m::rtp::RtpPacket;
use str0m::rtp::VideoOrientation;

use crate::history::History;
use crate::keyframe::Gate;
use crate::layers::Layer;
use crate::layers::choose;
use crate::verbs::SeatKey;
use crate::vp8::Descriptor;

/// A media packet, as far as forwarding looks at it.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    pub(crate) ssrc: u32,
    /// Sequence number, extended so that it never wraps.
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) arrived: Instant,
    pub(crate) payload: Arc<[u8]>,
    /// Loudness in −dBov (RFC 6464): 0 is the loudest, −127 silence.
    pub(crate) audio_level: Option<i8>,
    pub(crate) voice_activity: Option<bool>,
    pub(crate) orientation: Option<VideoOrientation>,
}

impl From<RtpPacket> for Packet {
    fn from(packet: RtpPacket) -> Self {
        Self {
            ssrc: *packet.header.ssrc,
            seq: *packet.seq_no,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            arrived: packet.timestamp,
            payload: packet.payload,
            audio_level: packet.header.ext_vals.audio_level,
            voice_activity: packet.header.ext_vals.voice_activity,
            orientation: packet.header.ext_vals.video_orientation,
        }
    }
}

/// One source of one participant.
pub(crate) type TrackKey = (SeatKey, Source);

/// What is known of one source.
#[derive(Debug)]
pub(crate) struct Track {
    source: Source,
    layers: [LayerState; 3],
    subscribers: Vec<Subscriber>,
}

/// One layer as it arrives.
#[derive(Debug, Default)]
struct LayerState {
    arriving: bool,
    gate: Gate,
    history: History,
}

/// A slot of somebody that this track is put on.
#[derive(Debug)]
pub(crate) struct Subscriber {
    pub(crate) seat: SeatKey,
    pub(crate) slot: usize,
    max_height: u16,
    /// What suits best of that which arrives.
    target: Option<Layer>,
    /// What flows: the layer and its SSRC.
    current: Option<(Layer, u32)>,
}

impl Track {
    pub(crate) fn new(source: Source) -> Self {
        Self { source, layers: Default::default(), subscribers: Vec::new() }
    }

    pub(crate) fn is_audio(&self) -> bool {
        self.source.is_audio()
    }

    /// Puts the track on a slot.
    pub(crate) fn subscribe(&mut self, seat: SeatKey, slot: usize, max_height: u16) {
        let target = self.suited(max_height);
        self.subscribers.push(Subscriber { seat, slot, max_height, target, current: None });
        self.want_keyframes();
    }

    /// The tile changed its size.
    pub(crate) fn resize(&mut self, seat: SeatKey, slot: usize, max_height: u16) {
        let target = self.suited(max_height);
        let Some(subscriber) = self.subscriber(seat, slot) else { return };
        if subscriber.max_height != max_height {
            subscriber.max_height = max_height;
            subscriber.target = target;
            self.want_keyframes();
        }
    }

    pub(crate) fn unsubscribe(&mut self, seat: SeatKey, slot: usize) {
        self.subscribers.retain(|s| (s.seat, s.slot) != (seat, slot));
        self.want_keyframes();
    }

    /// A layer began or stopped to arrive: everybody may need another one.
    pub(crate) fn set_arriving(&mut self, layer: Layer, arriving: bool) {
        let state = self.layer(layer);
        if state.arriving == arriving {
            return;
        }
        state.arriving = arriving;
        let mut subscribers = std::mem::take(&mut self.subscribers);
        for subscriber in &mut subscribers {
            subscriber.target = self.suited(subscriber.max_height).or(subscriber.target);
        }
        self.subscribers = subscribers;
        self.want_keyframes();
    }

    /// Hands the packet to `deliver` for every subscriber whose stream it belongs to.
    ///
    /// Up or down, a switch of layer happens at the first packet of a keyframe of the new one, and the old one
    /// flows on until then: half a picture of each would be no picture.
    pub(crate) fn forward(
        &mut self,
        layer: Layer,
        packet: &Arc<Packet>,
        picture: Option<&Descriptor>,
        mut deliver: impl FnMut(&Subscriber),
    ) {
        self.set_arriving(layer, true);
        let begins = picture.is_none_or(|p| p.begins_keyframe);
        if picture.is_some() {
            let state = self.layer(layer);
            state.history.keep(packet);
            if begins {
                state.gate.settle();
            }
        }
        for subscriber in &mut self.subscribers {
            let here = (layer, packet.ssrc);
            if subscriber.current == Some(here) {
                deliver(subscriber);
            } else if begins && subscriber.target == Some(layer) {
                subscriber.current = Some(here);
                deliver(subscriber);
            }
        }
    }

    /// A packet that came a moment ago.
    pub(crate) fn packet(&mut self, layer: Layer, ssrc: u32, seq: u64) -> Option<&Arc<Packet>> {
        self.layer(layer).history.find(ssrc, seq)
    }

    /// The receiver on this slot cannot go on without a keyframe.
    pub(crate) fn want_keyframe(&mut self, seat: SeatKey, slot: usize) {
        let Some(subscriber) = self.subscriber(seat, slot) else { return };
        if let Some(layer) = subscriber.current.map(|(layer, _)| layer).or(subscriber.target) {
            self.layer(layer).gate.want();
        }
    }

    /// Layers whose sender should be asked for a keyframe now; they count as asked.
    pub(crate) fn keyframes_due(&mut self, now: Instant) -> impl Iterator<Item = Layer> {
        let [low, middle, high] = &mut self.layers;
        let due = [low.gate.take(now), middle.gate.take(now), high.gate.take(now)];
        Layer::ALL.into_iter().zip(due).filter_map(|(layer, due)| due.then_some(layer))
    }

    /// When [`keyframes_due`](Self::keyframes_due) has something next.
    pub(crate) fn wake_at(&self, now: Instant) -> Option<Instant> {
        self.layers.iter().filter_map(|l| l.gate.due(now)).min()
    }

    fn suited(&self, max_height: u16) -> Option<Layer> {
        let [low, middle, high] = &self.layers;
        choose(max_height, |layer| match layer {
            Layer::Low => low.arriving,
            Layer::Middle => middle.arriving,
            Layer::High => high.arriving,
        })
    }

    /// Asks for a keyframe of every layer that somebody waits for.
    fn want_keyframes(&mut self) {
        if self.is_audio() {
            return;
        }
        for layer in Layer::ALL {
            let waited_for = self
                .subscribers
                .iter()
                .any(|s| s.target == Some(layer) && s.current.is_none_or(|(current, _)| current != layer));
            let state = self.layer(layer);
            if !state.arriving {
                state.gate.settle();
            } else if waited_for {
                state.gate.want();
            }
        }
    }

    fn subscriber(&mut self, seat: SeatKey, slot: usize) -> Option<&mut Subscriber> {
        self.subscribers.iter_mut().find(|s| (s.seat, s.slot) == (seat, slot))
    }

    fn layer(&mut self, layer: Layer) -> &mut LayerState {
        let [low, middle, high] = &mut self.layers;
        match layer {
            Layer::Low => low,
            Layer::Middle => middle,
            Layer::High => high,
        }
    }
}
