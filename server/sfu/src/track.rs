//! What a participant sends: one track per source, up to three layers of it, and who takes it.

mod spread;

use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use domain::wire::Source;

use self::spread::Other;
use crate::codec::Codec;
use crate::history::History;
use crate::keyframe::Gate;
use crate::layers::Layer;
use crate::layers::Limit;
use crate::layers::choose;
use crate::meter::Meter;
use crate::packet::Packet;
use crate::picture::Picture;
use crate::rewrite::Origin;
use crate::timers::after;
use crate::verbs::SeatKey;

/// The shortest time between two changes of a source's codec: each is told to everybody who looks.
const RECODE_PAUSE: Duration = Duration::from_secs(1);

/// How long a layer is still sent when nobody looks at it any more: people page back and forth.
const LINGER: Duration = Duration::from_secs(3);

/// One source of one participant.
pub(crate) type TrackKey = (SeatKey, Source);

/// What is known of one source.
#[derive(Debug)]
pub(crate) struct Track {
    source: Source,
    /// What it is coded in, and since when.
    codec: Option<(Codec, Instant)>,
    layers: [LayerState; 3],
    /// In the order of their seats and slots.
    subscribers: Vec<Subscriber>,
    /// What was taken in and not forwarded yet.
    taken: Vec<Taken>,
    /// The other parts of the conference that it goes to, if its sender sits in this one.
    others: Vec<Other>,
    /// Whether the sender is to be told which layers to send, even if that has not changed.
    untold: bool,
}

/// Whether a packet is coded as its source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaks {
    AsBefore,
    /// From here on the source is coded in this way.
    Anew,
    /// It is not, and may not change now.
    Wrongly,
}

/// One layer as it arrives.
#[derive(Debug, Default)]
struct LayerState {
    arriving: bool,
    /// Whether it does not arrive because we said that nobody looks at it.
    idle: bool,
    /// When somebody looked at it last.
    watched_at: Option<Instant>,
    meter: Meter,
    gate: Gate,
    history: History,
}

/// A packet that was taken in.
#[derive(Debug)]
pub(crate) struct Taken {
    layer: Layer,
    pub(crate) packet: Arc<Packet>,
    /// What of a picture it is, if it is of one.
    pub(crate) picture: Option<Picture>,
}

impl Taken {
    /// Whether a receiver can begin with it.
    fn begins(&self) -> bool {
        self.picture.is_none_or(|picture| picture.begins_keyframe)
    }

    /// Where it comes from, as a packet of this source.
    pub(crate) fn origin(&self, track: TrackKey) -> Origin {
        Origin { track, layer: self.layer, ssrc: self.packet.ssrc }
    }
}

/// A slot of somebody that this track is put on.
#[derive(Debug)]
pub(crate) struct Subscriber {
    pub(crate) seat: SeatKey,
    pub(crate) slot: usize,
    max_height: u16,
    limit: Limit,
    /// What suits best of that which arrives.
    target: Option<Layer>,
    /// What flows: the layer and its SSRC.
    current: Option<(Layer, u32)>,
}

impl Track {
    pub(crate) fn new(source: Source) -> Self {
        Self {
            source,
            codec: None,
            layers: Default::default(),
            subscribers: Vec::new(),
            taken: Vec::new(),
            others: Vec::new(),
            untold: false,
        }
    }

    /// The source on a fresh connection. What was said of the former one may reach the sender only now, and rest a camera
    /// of which nothing has come yet, so that nothing would ever be said of it again.
    pub(crate) fn renewed(source: Source) -> Self {
        Self { untold: true, ..Self::new(source) }
    }

    /// What the source is coded in, once something of it has come.
    pub(crate) fn codec(&self) -> Option<Codec> {
        self.codec.map(|(codec, _)| codec)
    }

    /// Whether a packet is coded as the others are. A source changes its codec at a keyframe, and not all the time.
    pub(crate) fn speaks(&mut self, codec: Codec, picture: Option<&Picture>, now: Instant) -> Speaks {
        match self.codec {
            Some((known, _)) if known == codec => return Speaks::AsBefore,
            Some((_, since)) if after(since, RECODE_PAUSE) > now => return Speaks::Wrongly,
            Some(_) if picture.is_some_and(|picture| !picture.begins_keyframe) => return Speaks::Wrongly,
            Some(_) | None => {}
        }
        self.codec = Some((codec, now));
        Speaks::Anew
    }

    /// The slots that the track is on.
    pub(crate) fn slots(&self) -> impl Iterator<Item = (SeatKey, usize)> {
        self.subscribers.iter().map(|subscriber| (subscriber.seat, subscriber.slot))
    }

    pub(crate) fn is_audio(&self) -> bool {
        self.source.is_audio()
    }

    /// Puts the track on a slot.
    pub(crate) fn subscribe(&mut self, seat: SeatKey, slot: usize, max_height: u16) {
        let limit = Limit::Free;
        let target = self.suited(max_height, limit);
        let subscriber = Subscriber { seat, slot, max_height, limit, target, current: None };
        if let Err(place) = self.place(seat, slot) {
            self.subscribers.insert(place, subscriber);
        }
        self.want_keyframes();
    }

    /// The tile changed its size.
    pub(crate) fn resize(&mut self, seat: SeatKey, slot: usize, max_height: u16) {
        self.change(seat, slot, |subscriber| subscriber.max_height = max_height);
    }

    /// How much of the track may flow on a slot.
    pub(crate) fn limit(&mut self, seat: SeatKey, slot: usize, limit: Limit) {
        self.change(seat, slot, |subscriber| subscriber.limit = limit);
    }

    /// Whether nothing flows on a slot because nothing fits.
    pub(crate) fn is_paused(&self, seat: SeatKey, slot: usize) -> bool {
        self.subscriber(seat, slot).is_some_and(|subscriber| subscriber.limit == Limit::Paused)
    }

    /// What each layer that suits a slot's tile costs, from the smallest on, and which one flows.
    pub(crate) fn costs(&self, seat: SeatKey, slot: usize) -> (Vec<(Layer, u64)>, Option<Layer>) {
        let Some(subscriber) = self.subscriber(seat, slot) else { return (Vec::new(), None) };
        let largest = choose(subscriber.max_height, |layer| self.is_there(layer));
        let suits = Layer::ALL.into_iter().filter(|l| self.is_there(*l) && Some(*l) <= largest);
        let costs = suits.map(|layer| (layer, self.rate(layer).unwrap_or_else(|| layer.usual_rate())));
        (costs.collect(), subscriber.current.map(|(layer, _)| layer))
    }

    /// What the track brings in this layer, in bits per second.
    pub(crate) fn rate(&self, layer: Layer) -> Option<u64> {
        self.state(layer).meter.rate()
    }

    /// Which layers the sender should send, when that has changed. A layer is told off a while after the last viewer
    /// has left it, and on at once.
    pub(crate) fn layers_to_send(&mut self, now: Instant) -> Option<Vec<Layer>> {
        if self.is_audio() {
            return None;
        }
        for index in 0..self.subscribers.len() {
            let Some(subscriber) = self.subscribers.get(index) else { continue };
            let (max_height, limit) = (subscriber.max_height, subscriber.limit);
            let watched = choose(max_height, |layer| self.is_there(layer) && limit.allows(layer));
            // The old layer flows on until the new one begins with a keyframe.
            let flows = subscriber.current.map(|(layer, _)| layer);
            for layer in watched.into_iter().chain(flows) {
                self.layer(layer).watched_at = Some(now);
            }
        }
        let mut changed = std::mem::take(&mut self.untold);
        for layer in Layer::ALL {
            let taken = self.takers(layer).next().is_some();
            let state = self.layer(layer);
            if taken {
                state.watched_at = Some(now);
            }
            if !state.arriving && !state.idle {
                continue;
            }
            let watched = after(*state.watched_at.get_or_insert(now), LINGER) > now;
            changed |= state.idle == watched;
            state.idle = !watched;
        }
        changed.then(|| Layer::ALL.into_iter().filter(|layer| !self.state(*layer).idle).collect())
    }

    /// When [`layers_to_send`](Self::layers_to_send) may have something to say next.
    pub(crate) fn lingers_until(&self) -> Option<Instant> {
        let lingering = self.layers.iter().filter(|state| state.arriving && !state.idle);
        lingering.filter_map(|state| state.watched_at).map(|at| after(at, LINGER)).min()
    }

    /// Changes what is known of a subscriber, and what suits.
    fn change(&mut self, seat: SeatKey, slot: usize, change: impl FnOnce(&mut Subscriber)) {
        let Some(subscriber) = self.subscriber_mut(seat, slot) else { return };
        let before = (subscriber.max_height, subscriber.limit);
        change(subscriber);
        let (max_height, limit) = (subscriber.max_height, subscriber.limit);
        if before == (max_height, limit) {
            return;
        }
        let target = self.suited(max_height, limit);
        if let Some(subscriber) = self.subscriber_mut(seat, slot) {
            subscriber.target = target;
            if limit == Limit::Paused {
                subscriber.current = None;
            }
        }
        self.want_keyframes();
    }

    pub(crate) fn unsubscribe(&mut self, seat: SeatKey, slot: usize) {
        if let Ok(place) = self.place(seat, slot) {
            self.subscribers.remove(place);
        }
        self.want_keyframes();
    }

    /// A layer began or stopped to arrive: everybody may need another one.
    pub(crate) fn set_arriving(&mut self, layer: Layer, arriving: bool) {
        let state = self.layer(layer);
        if state.arriving == arriving {
            return;
        }
        state.arriving = arriving;
        // What arrives again is watched again, or will be told off again.
        state.idle &= !arriving;
        let mut subscribers = std::mem::take(&mut self.subscribers);
        for subscriber in &mut subscribers {
            let target = self.suited(subscriber.max_height, subscriber.limit);
            subscriber.target = target.or(subscriber.target.filter(|layer| subscriber.limit.allows(*layer)));
        }
        self.subscribers = subscribers;
        self.want_keyframes();
    }

    /// Takes in a packet; the next [`forward`](Self::forward) passes it on. Returns whether it is the first since the last one.
    pub(crate) fn take(&mut self, layer: Layer, packet: Arc<Packet>, picture: Option<Picture>) -> bool {
        self.set_arriving(layer, true);
        let state = self.layer(layer);
        state.meter.take(packet.payload.len(), packet.arrived);
        if picture.is_some() {
            state.history.keep(&packet);
        }
        self.taken.push(Taken { layer, packet, picture });
        self.taken.len() == 1
    }

    /// Hands what was taken in to `deliver` for every subscriber whose stream it belongs to, and says whether it begins to flow
    /// there: what came before it never did, even if it is of the same stream. One subscriber after the other, for what is
    /// known of each lies in other places of the memory, and fetching it costs more than using it.
    ///
    /// Up or down, a switch of layer happens at the first packet of a keyframe of the new one, and the old one
    /// flows on until then: half a picture of each would be no picture.
    pub(crate) fn forward(&mut self, mut deliver: impl FnMut(&Subscriber, &Taken, bool)) {
        let mut taken = std::mem::take(&mut self.taken);
        for keyframe in taken.iter().filter(|taken| taken.begins()) {
            self.layer(keyframe.layer).gate.settle();
        }
        for subscriber in &mut self.subscribers {
            for taken in &taken {
                let here = (taken.layer, taken.packet.ssrc);
                if subscriber.current == Some(here) {
                    deliver(subscriber, taken, false);
                } else if taken.begins() && subscriber.target == Some(taken.layer) {
                    subscriber.current = Some(here);
                    deliver(subscriber, taken, true);
                }
            }
        }
        taken.clear();
        self.taken = taken;
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
    pub(crate) fn keyframes_due(&mut self, now: Instant) -> impl Iterator<Item = Layer> + use<> {
        let [low, middle, high] = &mut self.layers;
        let due = [low.gate.take(now), middle.gate.take(now), high.gate.take(now)];
        Layer::ALL.into_iter().zip(due).filter_map(|(layer, due)| due.then_some(layer))
    }

    /// When [`keyframes_due`](Self::keyframes_due) has something next.
    pub(crate) fn wake_at(&self, now: Instant) -> Option<Instant> {
        self.layers.iter().filter_map(|l| l.gate.due(now)).min()
    }

    fn suited(&self, max_height: u16, limit: Limit) -> Option<Layer> {
        choose(max_height, |layer| self.state(layer).arriving && limit.allows(layer))
    }

    /// Whether a layer arrives, or would if somebody looked at it.
    fn is_there(&self, layer: Layer) -> bool {
        let state = self.state(layer);
        state.arriving || state.idle
    }

    fn state(&self, layer: Layer) -> &LayerState {
        let [low, middle, high] = &self.layers;
        match layer {
            Layer::Low => low,
            Layer::Middle => middle,
            Layer::High => high,
        }
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

    fn subscriber(&self, seat: SeatKey, slot: usize) -> Option<&Subscriber> {
        self.subscribers.get(self.place(seat, slot).ok()?)
    }

    fn subscriber_mut(&mut self, seat: SeatKey, slot: usize) -> Option<&mut Subscriber> {
        let place = self.place(seat, slot).ok()?;
        self.subscribers.get_mut(place)
    }

    /// Where a slot stands among the subscribers, or would.
    fn place(&self, seat: SeatKey, slot: usize) -> Result<usize, usize> {
        self.subscribers.binary_search_by_key(&(seat, slot), |subscriber| (subscriber.seat, subscriber.slot))
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
