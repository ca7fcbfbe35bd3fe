//! What goes into the unit and what comes out of it.

use std::net::SocketAddr;

use domain::MeetingId;
use domain::ParticipantId;
use domain::Problem;
use domain::wire::Level;
use domain::wire::Offer;
use domain::wire::Publishing;
use domain::wire::Quality;
use domain::wire::SlotTrack;
use domain::wire::Source;
use domain::wire::Wish;

use crate::relay::Batch;
use crate::relay::UnitKey;

/// A participant's place in the unit. The driver counts them up and never uses one twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatKey(pub u64);

/// What the unit is told.
#[derive(Debug)]
pub enum Input<'a> {
    /// A datagram came in.
    Datagram {
        /// Who sent it, as the socket says.
        from: SocketAddr,
        /// What it holds; anything at all.
        bytes: &'a [u8],
    },
    /// Somebody takes a seat. A participant who has one already leaves that one.
    Enter {
        /// The new seat.
        seat: SeatKey,
        /// In which meeting.
        meeting: MeetingId,
        /// Who.
        participant: ParticipantId,
        /// Other units where people of that meeting sit.
        others: Vec<UnitKey>,
    },
    /// A session description; answered by [`Event::Answer`] with the same number.
    Offer {
        /// Whose.
        seat: SeatKey,
        /// The description.
        offer: Offer,
    },
    /// What a participant looks at; replaces all earlier wishes.
    Want {
        /// Whose.
        seat: SeatKey,
        /// One per slot at most; the last one counts.
        wishes: Vec<Wish>,
    },
    /// What a participant sends. Everything is muted until this says otherwise.
    Publish {
        /// Whose.
        seat: SeatKey,
        /// What is on.
        publishing: Publishing,
    },
    /// The seat is given up.
    Leave {
        /// Which.
        seat: SeatKey,
    },
    /// What another unit had to tell, in the order in which it did: of an [`Output::Relay`].
    Relay {
        /// That unit.
        from: UnitKey,
        /// What it said.
        batch: Batch,
    },
    /// Another unit has come to an end; nobody sits there any more.
    Lost {
        /// That unit.
        unit: UnitKey,
    },
    /// How busy the driver was lately: when it does not keep up, the unit leaves out pictures by rule.
    Load {
        /// The share of its time that it worked, 0 to 1.
        busy: f32,
    },
    /// Nothing but time: the moment asked for by [`Output::WakeAt`] has come.
    Wake,
}

/// What the unit asks for.
#[derive(Debug)]
pub enum Output {
    /// Tell this participant.
    Tell(SeatKey, Event),
    /// Take this to another unit.
    Relay(UnitKey, Batch),
    /// The outbox is full: to be sent, by [`Sfu::swap_outbox`](crate::Sfu::swap_outbox), before anything else is asked.
    Send,
    /// Nothing more to do before this moment or the next input, but to send what is in the outbox.
    WakeAt(std::time::Instant),
}

/// What a participant is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The answer to an offer.
    Answer {
        /// The offer's number.
        id: u32,
        /// The answer's session description, or [`Problem::BadOffer`] or [`Problem::Busy`].
        answer: Result<String, Problem>,
    },
    /// What flows on some slots; slots that are not named stay as they are.
    Slots(Vec<SlotTrack>),
    /// Which layers of a source somebody looks at, as RIDs; the others need not be sent. A source without
    /// simulcast is looked at as `h`.
    Send {
        /// Of which source.
        source: Source,
        /// The layers, from the smallest on.
        layers: Vec<String>,
    },
    /// Who speaks.
    Speakers {
        /// Whom the room looks at.
        dominant: Option<ParticipantId>,
        /// Everybody who can be heard.
        levels: Vec<Level>,
    },
    /// How the participant's own media gets through, when that has changed; every few seconds at most.
    Quality(Quality),
}
