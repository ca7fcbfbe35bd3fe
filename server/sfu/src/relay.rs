//! What the parts of one conference tell each other, where its people are spread over several units.
//!
//! Everybody sits in one part. To the other parts that one is what a browser is to a unit: it says what there is and
//! sends it, and is told which layers need not be sent and which need a keyframe. Nothing is passed on twice, so every part
//! knows every other. What one tells another arrives in order; only media may be lost on the way.

use std::sync::Arc;

use domain::MeetingId;
use domain::ParticipantId;
use domain::wire::Publishing;
use domain::wire::Source;

use crate::layers::Layer;
use crate::packet::Packet;
use crate::verbs::SeatKey;

/// One of several units; the driver numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitKey(pub usize);

/// What one part of a conference tells another in one turn.
#[derive(Debug)]
pub struct Batch {
    pub(crate) meeting: MeetingId,
    pub(crate) messages: Vec<Message>,
}

impl Batch {
    /// Leaves the media out: to be done when the other unit does not keep up.
    pub fn drop_media(&mut self) {
        self.messages.retain(|message| !matches!(message, Message::Media { .. }));
    }

    /// Whether nothing is told.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}

/// One thing that is told.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// Everybody will be introduced from here on; what was said before of another time is void.
    Begin,
    /// Somebody is there, or sends something else than before; from a new connection if `fresh`.
    Sender { seat: SeatKey, participant: ParticipantId, sources: Vec<Source>, publishing: Publishing, fresh: bool },
    /// They are not there any more.
    Gone { seat: SeatKey },
    /// A layer comes, or does not any more.
    Arriving { seat: SeatKey, source: Source, layer: Layer, arriving: bool },
    /// A packet of a sender.
    Media { seat: SeatKey, source: Source, layer: Layer, packet: Arc<Packet> },
    /// Back to the sender's part: these layers may be looked at, the others need not be sent.
    Send { seat: SeatKey, source: Source, layers: Vec<Layer> },
    /// Back to the sender's part: somebody cannot go on without a keyframe.
    Keyframe { seat: SeatKey, source: Source, layer: Layer },
    /// This part is no more.
    End,
}
