//! What goes into a running meeting, and what comes out.

use domain::Problem;
use domain::Timestamp;
use domain::meeting::Settings;
use domain::people::Visitor;
use domain::text::DisplayName;
use domain::wire::ChatMessage;
use domain::wire::Event;
use domain::wire::Publishing;
use domain::wire::Quality;
use domain::wire::ServerMessage;

use crate::SeatToken;

/// One connection of the signalling, numbered by the server and never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// What happens to a running meeting.
#[derive(Debug)]
pub enum Input {
    /// Somebody who may enter stands at the door.
    Enter(Entrance),
    /// A connection is gone without a word.
    Lost(ConnectionId),
    /// A connection was closed by its page, which goes away: to load anew, or for good.
    Closed(ConnectionId),
    /// Somebody with a seat does something.
    Do(ConnectionId, Deed),
    /// A chat message is on disk.
    ChatSaved(ChatMessage),
    /// The organiser changed the settings.
    SettingsChanged {
        /// The settings as they are.
        settings: Settings,
        /// Whether the password is another one.
        password_changed: bool,
    },
    /// The meeting is over for everybody.
    End(Problem),
    /// Time passed.
    Tick,
}

/// Somebody at the door. Password and rights were checked.
#[derive(Debug)]
pub struct Entrance {
    /// How to reach them.
    pub connection: ConnectionId,
    /// Who they are.
    pub visitor: Visitor,
    /// The name they chose.
    pub name: DisplayName,
    /// The secret of their seat: shown again, or new.
    pub token: SeatToken,
    /// What they are to show to get the seat back: the token, and what else the door wants to see then.
    pub resume: String,
    /// Since when their hand was up before a restart, as they say.
    pub hand_raised_at: Option<Timestamp>,
}

/// What a person with a seat may do.
#[derive(Debug)]
pub enum Deed {
    /// Sends other things than before.
    Publish(Publishing),
    /// Raises or lowers the hand.
    Hand(bool),
    /// Reacts.
    React(String),
    /// Asks for the whole room.
    Resync,
    /// Ends the meeting for everybody.
    End,
    /// Leaves.
    Leave,
    /// The media of this person flows, or stopped.
    Quality(Quality),
}

/// What is to be done.
#[derive(Debug, PartialEq)]
pub enum Output {
    /// Send this to one connection.
    Tell(ConnectionId, ServerMessage),
    /// Send this to everybody with a seat.
    Broadcast(Event),
    /// From here on this connection may send and receive sound and picture.
    MediaSeat(ConnectionId),
    /// Send the last message and close.
    Close(ConnectionId, Problem),
    /// The meeting is over, also for whoever has no seat in it and only watches.
    Over(Problem),
}
