//! What the server says.

use serde::{Deserialize, Serialize};

use crate::ChatId;
use crate::ParticipantId;
use crate::Problem;
use crate::Timestamp;
use crate::access::Role;
use crate::meeting::Settings;
use crate::text::ChatText;
use crate::text::DisplayName;
use crate::wire::IceServer;
use crate::wire::Quality;
use crate::wire::SlotTrack;
use crate::wire::Source;

/// A message from the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// You are in. The whole room follows from `room`.
    Welcome {
        /// Your seat.
        you: ParticipantId,
        /// Gets the same seat back, without the password being asked again; keep it secret.
        resume: String,
        /// The room as it is.
        room: Room,
        /// Relays for this visit, where the server has any. The way to them is part of a new media connection.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ice_servers: Vec<IceServer>,
    },
    /// Relays in the place of those that the welcome named, whose credentials end soon: for every media connection that is
    /// opened from here on. One that stands goes on.
    IceServers {
        /// The relays.
        ice_servers: Vec<IceServer>,
    },
    /// Some of those who are in the room, in the order of coming in: the `participants` of the next `welcome` or `snapshot`
    /// go on where these end.
    People {
        /// At most [`MOST_AT_ONCE`].
        participants: Vec<Participant>,
    },
    /// You are before the door: the organiser is not there yet. `welcome` follows by itself.
    Waiting {
        /// The meeting's settings, for its title.
        settings: Settings,
    },
    /// The whole room again: the answer to `resync`, or the server's own wish after a pause.
    Snapshot {
        /// The room as it is.
        room: Room,
    },
    /// Something happened in the room.
    Event(Event),
    /// The answer to an offer.
    Answer {
        /// The offer's number.
        id: u32,
        /// The session description.
        sdp: String,
    },
    /// What flows on your slots; slots that are not named stay as they are.
    Slots {
        /// The slots that changed.
        slots: Vec<SlotTrack>,
    },
    /// Which layers of a source somebody looks at; the others need not be sent.
    Send {
        /// Of which source.
        source: Source,
        /// The layers' RIDs; of a source without simulcast, `h` or nothing.
        layers: Vec<String>,
    },
    /// Your media connection is gone at the server's end: say what you send and make a fresh offer.
    MediaLost,
    /// Who speaks, several times a second while somebody does. Not numbered; only the newest counts.
    Speakers {
        /// Whom the room looks at.
        dominant: Option<ParticipantId>,
        /// Everybody who can be heard.
        levels: Vec<Level>,
    },
    /// Your chat message is on disk.
    ChatSaved {
        /// Which message.
        id: ChatId,
    },
    /// Something you sent was refused; the connection lives.
    Error {
        /// What and why.
        error: Problem,
        /// The chat message it is about, if it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat: Option<ChatId>,
    },
    /// The answer to `ping`.
    Pong,
    /// The last message: why the server closes this connection.
    Bye {
        /// Why.
        reason: Problem,
    },
}

/// Something that happened in the room, numbered without gaps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// One more than the event before, or than the room's `seq`.
    pub seq: u64,
    /// What happened.
    pub update: Update,
}

/// What can happen in a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Update {
    /// Somebody came in, or something about them changed.
    Participant {
        /// The person as they are.
        participant: Participant,
    },
    /// Somebody left.
    Left {
        /// Who.
        participant: ParticipantId,
    },
    /// A chat message.
    Chat {
        /// The message.
        message: ChatMessage,
    },
    /// A reaction.
    Reaction {
        /// Whose.
        participant: ParticipantId,
        /// The emoji.
        emoji: String,
    },
    /// The organiser changed the settings; they are in force.
    Settings {
        /// The settings as they are.
        settings: Settings,
    },
}

/// Participants in one message at most: each connection keeps room for the longest message that it ever carried.
pub const MOST_AT_ONCE: usize = 100;

/// The whole room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Room {
    /// The number of the last event contained in this picture.
    pub seq: u64,
    /// The meeting's settings.
    pub settings: Settings,
    /// Everybody who has a seat, in the order of coming in.
    pub participants: Vec<Participant>,
    /// The newest chat messages, oldest first.
    pub chat: Vec<ChatMessage>,
}

impl Room {
    /// Takes out those who are told ahead, each list for one message, so that no more than [`MOST_AT_ONCE`] remain.
    pub fn take_ahead(&mut self) -> Vec<Vec<Participant>> {
        let mut ahead = Vec::new();
        while self.participants.len() > MOST_AT_ONCE {
            let rest = self.participants.split_off(MOST_AT_ONCE);
            ahead.push(std::mem::replace(&mut self.participants, rest));
        }
        ahead
    }

    /// Puts back those who were told ahead.
    pub fn put_ahead(&mut self, mut ahead: Vec<Participant>) {
        ahead.append(&mut self.participants);
        self.participants = ahead;
    }
}

/// A person in the room, as everybody sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// The seat.
    pub id: ParticipantId,
    /// The name.
    pub name: DisplayName,
    /// What they are in this meeting.
    pub role: Role,
    /// Whether they have no account.
    pub guest: bool,
    /// Whether they have a seat for sound and picture; without one they read and write, and move up by themselves.
    pub media: bool,
    /// What they send.
    pub publishing: Publishing,
    /// Since when the hand is up.
    pub hand_raised_at: Option<Timestamp>,
    /// Whether the connection is there; the seat is kept for a minute without one.
    pub connected: bool,
    /// How the person's media gets through.
    pub quality: Quality,
}

/// What a participant sends at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publishing {
    /// The microphone is on.
    pub microphone: bool,
    /// The camera is on.
    pub camera: bool,
    /// A screen is shared.
    pub screen: bool,
    /// The shared screen has sound.
    pub screen_audio: bool,
}

/// A chat message that is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Made by the sender's client.
    pub id: ChatId,
    /// The seat it was written from.
    pub from: ParticipantId,
    /// The sender's name at that time.
    pub name: DisplayName,
    /// When the server took it in.
    pub sent_at: Timestamp,
    /// The message.
    pub text: ChatText,
}

/// How loud somebody is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Who.
    pub participant: ParticipantId,
    /// Loudness, 0 (silent) to 127 (loudest): 127 minus the level of RFC 6464.
    pub level: u8,
}
