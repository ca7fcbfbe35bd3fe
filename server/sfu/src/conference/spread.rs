//! A conference that is spread over several units: this part, and what it tells the others.

use std::sync::Arc;

use domain::wire::Source;

use super::Conference;
use super::member::Member;
use crate::layers::Layer;
use crate::packet::Packet;
use crate::relay::Message;
use crate::relay::UnitKey;
use crate::track::TrackKey;
use crate::verbs::SeatKey;

/// What the part where a sender sits is asked for.
pub(super) fn asks(
    seat: SeatKey,
    source: Source,
    keyframes: impl Iterator<Item = Layer>,
    layers: Option<Vec<Layer>>,
) -> impl Iterator<Item = Message> {
    let keyframes = keyframes.map(move |layer| Message::Keyframe { seat, source, layer });
    keyframes.chain(layers.map(|layers| Message::Send { seat, source, layers }))
}

impl Conference {
    /// The unit has a part of this conference too: it is told of everybody who sits here.
    pub(crate) fn link(&mut self, unit: UnitKey) {
        if !self.others.insert(unit) {
            return;
        }
        self.link_tracks();
        self.outgoing.push((unit, Message::Begin));
        for (seat, _) in self.members.iter().filter(|(_, member)| member.sits_here()) {
            self.outgoing.extend(self.introduction(*seat, false).map(|message| (unit, message)));
        }
    }

    /// The unit has no part of this conference any more, and nobody sits there.
    pub(crate) fn unlink(&mut self, unit: UnitKey) {
        self.others.remove(&unit);
        self.tracks.values_mut().for_each(|track| track.unlink(unit));
        self.forget_part(unit);
    }

    /// Nobody sits at this unit, as far as is known.
    fn forget_part(&mut self, unit: UnitKey) {
        let there = self.members.iter().filter(|(_, member)| member.home == Some(unit));
        for seat in there.map(|(seat, _)| *seat).collect::<Vec<_>>() {
            self.leave(seat);
        }
    }

    /// This part is no more.
    pub(crate) fn end(&mut self) -> impl Iterator<Item = (UnitKey, Message)> + use<> {
        std::mem::take(&mut self.others).into_iter().map(|unit| (unit, Message::End))
    }

    /// What there is to tell other parts, in order.
    pub(crate) fn take_outgoing(&mut self) -> Vec<(UnitKey, Message)> {
        std::mem::take(&mut self.outgoing)
    }

    /// Takes what another part tells. Returns a seat of this one that somebody has left for one over there.
    pub(crate) fn hear_part(&mut self, from: UnitKey, message: Message) -> Option<SeatKey> {
        let is_there = |seat: SeatKey| self.members.get(&seat).is_some_and(|member| member.home == Some(from));
        match message {
            Message::Sender { seat, participant, sources, publishing, fresh } => {
                let before = self.seats.get(&participant).copied();
                // Seats are counted up: whoever has a later one has left this one, and its part will hear of that.
                if before.is_some_and(|before| before > seat) {
                    return None;
                }
                let member = self.members.entry(seat).or_insert_with(|| Member::elsewhere(participant.clone(), from));
                member.set_publishing(publishing);
                self.seats.insert(participant, seat);
                if !publishing.microphone {
                    self.speakers.forget(seat);
                }
                self.set_tracks(seat, &sources, fresh);
                self.stale();
                return before.filter(|before| self.sits_here(*before));
            }
            Message::Gone { seat } if is_there(seat) => self.leave(seat),
            Message::Arriving { seat, source, layer, arriving } if is_there(seat) => {
                self.arriving(seat, source, layer, arriving);
            }
            Message::Media { seat, source, layer, packet } if is_there(seat) => {
                self.media(seat, source, layer, packet);
            }
            Message::Send { seat, source, layers } => {
                if let Some(track) = self.tracks.get_mut(&(seat, source)) {
                    track.take_only(from, &layers);
                }
            }
            Message::Keyframe { seat, source, layer } => {
                if let Some(track) = self.tracks.get_mut(&(seat, source)) {
                    track.want_keyframe_of(layer);
                }
            }
            Message::Begin => self.forget_part(from),
            Message::End => self.unlink(from),
            // Said of somebody who has left meanwhile.
            Message::Gone { .. } | Message::Arriving { .. } | Message::Media { .. } => {}
        }
        None
    }

    /// Sends a packet to the other parts that take it.
    pub(super) fn pass_on(&mut self, (seat, source): TrackKey, layer: Layer, packet: &Arc<Packet>) {
        if self.others.is_empty() || !self.sits_here(seat) {
            return;
        }
        let Some(track) = self.tracks.get(&(seat, source)) else { return };
        let media = |unit| (unit, Message::Media { seat, source, layer, packet: Arc::clone(packet) });
        self.outgoing.extend(track.takers(layer).map(media));
    }

    /// Tells the other parts of those who came, changed what they send, or begin or cease to send something.
    pub(super) fn tell_parts(&mut self) {
        for (seat, fresh) in std::mem::take(&mut self.unannounced) {
            let Some(message) = self.introduction(seat, fresh) else { continue };
            self.tell_all_parts(&message);
        }
        if self.others.is_empty() {
            return;
        }
        for ((seat, source), track) in &mut self.tracks {
            let news = track.arrivals().into_iter();
            let message = |layer, arriving| Message::Arriving { seat: *seat, source: *source, layer, arriving };
            self.outgoing.extend(news.map(|(unit, layer, arriving)| (unit, message(layer, arriving))));
        }
    }

    pub(super) fn tell_all_parts(&mut self, message: &Message) {
        self.outgoing.extend(self.others.iter().map(|unit| (*unit, message.clone())));
    }

    /// Lets the tracks of everybody who sits here go to all other parts.
    pub(super) fn link_tracks(&mut self) {
        for ((seat, _), track) in &mut self.tracks {
            if self.members.get(seat).is_some_and(Member::sits_here) {
                self.others.iter().for_each(|unit| track.link(*unit));
            }
        }
    }

    pub(super) fn sits_here(&self, seat: SeatKey) -> bool {
        self.members.get(&seat).is_some_and(Member::sits_here)
    }

    /// What other parts must know of somebody who sits here.
    fn introduction(&self, seat: SeatKey, fresh: bool) -> Option<Message> {
        let member = self.members.get(&seat).filter(|member| member.sits_here())?;
        let sources: Vec<Source> = Source::ALL.into_iter().filter(|s| self.tracks.contains_key(&(seat, *s))).collect();
        let (participant, publishing) = (member.participant.clone(), member.publishing);
        Some(Message::Sender { seat, participant, sources, publishing, fresh })
    }
}
