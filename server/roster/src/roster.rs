//! The state of one running meeting.

mod capacity;
mod door;

use std::collections::VecDeque;

use domain::AccountId;
use domain::ParticipantId;
use domain::Problem;
use domain::Timestamp;
use domain::access;
use domain::access::Action;
use domain::meeting::Settings;
use domain::people::Visitor;
use domain::wire::ChatMessage;
use domain::wire::Event;
use domain::wire::Participant;
use domain::wire::Publishing;
use domain::wire::Quality;
use domain::wire::Room;
use domain::wire::ServerMessage;
use domain::wire::Update;

use crate::SeatToken;
use crate::seat::PATIENCE;
use crate::seat::Presence;
use crate::seat::RELOAD;
use crate::seat::Seat;
use crate::verbs::ConnectionId;
use crate::verbs::Deed;
use crate::verbs::Entrance;
use crate::verbs::Input;
use crate::verbs::Output;

/// More people than this are a crowd.
const CROWD: usize = 100;

/// The most people with a seat in one meeting; more than [`Capacity::MOST`](domain::meeting::Capacity::MOST), because
/// whoever comes above a meeting's capacity reads and writes.
pub const MAX_SEATS: usize = 4_000;

/// Chat messages that a newcomer sees at once; older ones are read from the store.
pub const CHAT_KEPT: usize = 200;

/// A running meeting.
#[derive(Debug)]
pub struct Roster {
    owner: AccountId,
    settings: Settings,
    back_by: Timestamp,
    started: bool,
    /// Whether the people of a meeting that ran before a restart are awaited, and none of them is back.
    awaited: bool,
    seats: Vec<Seat>,
    waiting: Vec<Entrance>,
    chat: VecDeque<ChatMessage>,
    seq: u64,
    outputs: VecDeque<Output>,
}

impl Roster {
    /// An empty room of a meeting; `chat` are the newest saved messages, oldest first. Whoever was in it before a restart
    /// is back by `back_by`, if at all.
    pub fn new(owner: AccountId, settings: Settings, chat: Vec<ChatMessage>, back_by: Timestamp) -> Self {
        Self {
            owner,
            settings,
            back_by,
            started: false,
            awaited: false,
            seats: Vec::new(),
            waiting: Vec::new(),
            chat: chat.into(),
            seq: 0,
            outputs: VecDeque::new(),
        }
    }

    /// The same room of a meeting that ran before the restart: it goes on, and waits for nobody to start it, unless no one
    /// is back in time.
    #[must_use]
    pub fn resumed(self) -> Self {
        Self { started: true, awaited: true, ..self }
    }

    /// Takes in what happened.
    pub fn handle(&mut self, input: Input, now: Timestamp) {
        self.end_what_nobody_is_in(now);
        match input {
            Input::Enter(entrance) => self.enter(entrance, now),
            Input::Lost(connection) => self.lose(connection, now.later(PATIENCE)),
            Input::Closed(connection) => self.lose(connection, now.later(RELOAD)),
            Input::Do(connection, deed) => self.act(connection, deed, now),
            Input::ChatSaved(message) => self.add_chat(message),
            Input::SettingsChanged { settings, password_changed } => {
                self.change_settings(settings);
                self.recheck_waiting(password_changed, now);
            }
            Input::End(why) => self.end(&why),
            Input::Tick => {}
        }
        self.expire(now);
        self.fill_media_seats();
        self.end_what_nobody_is_in(now);
    }

    /// The next thing to do, until there is none.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to come back with [`Input::Tick`] if nothing happens before.
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.seats.iter().filter_map(Seat::expires_at).min()
    }

    /// Whether nobody has a seat and nobody waits.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty() && self.waiting.is_empty()
    }

    /// How many people have a seat.
    pub fn present(&self) -> usize {
        self.seats.len()
    }

    /// How many people wait for the meeting to start.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Whether `token` opens a seat that is being kept; its owner has passed the door before.
    pub fn knows(&self, token: &SeatToken, visitor: &Visitor) -> bool {
        self.seat_of(&token.seat()).is_some_and(|seat| seat.account() == visitor.account().map(|a| &a.id))
    }

    /// The seat of a connection.
    pub fn seat_at(&self, connection: ConnectionId) -> Option<&Participant> {
        self.seats.iter().find(|seat| seat.connection() == Some(connection)).map(|seat| &seat.participant)
    }

    /// The whole room as everybody sees it.
    pub fn snapshot(&self) -> Room {
        Room {
            seq: self.seq,
            settings: self.settings.clone(),
            participants: self.seats.iter().map(|seat| seat.participant.clone()).collect(),
            chat: self.chat.iter().cloned().collect(),
        }
    }

    /// A meeting that everybody left is over; so is one to which nobody came back in time.
    fn end_what_nobody_is_in(&mut self, now: Timestamp) {
        self.awaited &= self.seats.is_empty() && now < self.back_by;
        self.started &= self.awaited || !self.seats.is_empty();
    }

    fn lose(&mut self, connection: ConnectionId, kept_until: Timestamp) {
        self.waiting.retain(|entrance| entrance.connection != connection);
        self.update(connection, |seat| {
            seat.presence = Presence::KeptUntil(kept_until);
            seat.participant.connected = false;
            seat.participant.quality = Quality::None;
        });
    }

    fn act(&mut self, connection: ConnectionId, deed: Deed, now: Timestamp) {
        let Some(seat) = self.seats.iter().find(|seat| seat.connection() == Some(connection)) else {
            return self.refuse(connection, Problem::OutOfOrder);
        };
        if let Err(problem) = self.allows(seat, &deed) {
            return self.refuse(connection, problem);
        }
        let id = seat.participant.id.clone();
        match deed {
            Deed::Publish(publishing) => self.update(connection, |seat| seat.participant.publishing = publishing),
            Deed::Hand(raised) => self.update(connection, |seat| {
                let since = seat.participant.hand_raised_at.unwrap_or(now);
                seat.participant.hand_raised_at = raised.then_some(since);
            }),
            Deed::Quality(quality) => self.grade(connection, quality),
            Deed::React(emoji) => self.broadcast(Update::Reaction { participant: id, emoji }),
            Deed::Resync => {
                let room = self.snapshot();
                self.outputs.push_back(Output::Tell(connection, ServerMessage::Snapshot { room }));
            }
            Deed::End => self.end(&Problem::Ended),
            Deed::Leave => self.give_up(&id),
        }
    }

    fn allows(&self, seat: &Seat, deed: &Deed) -> Result<(), Problem> {
        let may = |action| access::may(&seat.visitor, seat.participant.role, action, &self.settings);
        match deed {
            Deed::Publish(publishing) if *publishing != Publishing::default() && !seat.participant.media => {
                Err(Problem::NoMediaSeat)
            }
            Deed::Publish(publishing) => {
                if publishing.microphone || publishing.camera {
                    may(Action::Speak)?;
                }
                if publishing.screen || publishing.screen_audio {
                    may(Action::Share)?;
                }
                Ok(())
            }
            Deed::Hand(_) | Deed::React(_) => may(Action::Write),
            Deed::End => may(Action::End),
            Deed::Resync | Deed::Leave | Deed::Quality(_) => Ok(()),
        }
    }

    fn add_chat(&mut self, message: ChatMessage) {
        if self.chat.iter().any(|known| known.id == message.id) {
            return;
        }
        self.chat.push_back(message.clone());
        if self.chat.len() > CHAT_KEPT {
            self.chat.pop_front();
        }
        self.broadcast(Update::Chat { message });
    }

    fn change_settings(&mut self, settings: Settings) {
        self.settings = settings.clone();
        self.broadcast(Update::Settings { settings });
        let refused: Vec<ParticipantId> = self
            .seats
            .iter()
            .filter(|seat| access::may(&seat.visitor, seat.participant.role, Action::Attend, &self.settings).is_err())
            .map(|seat| seat.participant.id.clone())
            .collect();
        for id in refused {
            self.turn_out(&id, Problem::NoGuests);
        }
    }

    fn turn_out(&mut self, id: &ParticipantId, why: Problem) {
        if let Some(connection) = self.seat_of(id).and_then(Seat::connection) {
            self.outputs.push_back(Output::Close(connection, why));
        }
        self.give_up(id);
    }

    fn end(&mut self, why: &Problem) {
        let seats = std::mem::take(&mut self.seats);
        let waiting = std::mem::take(&mut self.waiting);
        let reached = seats.iter().filter_map(Seat::connection).chain(waiting.iter().map(|e| e.connection));
        self.awaited = false;
        self.outputs.extend(reached.map(|connection| Output::Close(connection, why.clone())));
        self.outputs.push_back(Output::Over(why.clone()));
    }

    fn expire(&mut self, now: Timestamp) {
        let overdue = |seat: &&Seat| seat.expires_at().is_some_and(|at| at <= now);
        let gone: Vec<ParticipantId> = self.seats.iter().filter(overdue).map(|s| s.participant.id.clone()).collect();
        for id in gone {
            self.give_up(&id);
        }
    }

    fn give_up(&mut self, id: &ParticipantId) {
        self.seats.retain(|seat| seat.participant.id != *id);
        self.broadcast(Update::Left { participant: id.clone() });
    }

    /// Takes note of how somebody's media gets through.
    ///
    /// In a crowd nobody is told of those who only watch: when the way of all of them changes at once, as at a server that is
    /// busy, the news alone would keep it busy.
    fn grade(&mut self, connection: ConnectionId, quality: Quality) {
        if self.seats.len() <= CROWD {
            return self.update(connection, |seat| seat.participant.quality = quality);
        }
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.connection() == Some(connection)) else { return };
        if seat.participant.publishing == Publishing::default() {
            seat.participant.quality = quality;
        } else {
            self.update(connection, |seat| seat.participant.quality = quality);
        }
    }

    /// Changes a seat and tells everybody, if there is anything to tell.
    fn update(&mut self, connection: ConnectionId, change: impl FnOnce(&mut Seat)) {
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.connection() == Some(connection)) else { return };
        let before = seat.participant.clone();
        change(seat);
        if seat.participant != before {
            let participant = seat.participant.clone();
            self.broadcast(Update::Participant { participant });
        }
    }

    fn broadcast(&mut self, update: Update) {
        self.seq += 1;
        self.outputs.push_back(Output::Broadcast(Event { seq: self.seq, update }));
    }

    fn refuse(&mut self, connection: ConnectionId, error: Problem) {
        self.outputs.push_back(Output::Tell(connection, ServerMessage::Error { error, chat: None }));
    }

    fn seat_of(&self, id: &ParticipantId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.participant.id == *id)
    }
}
