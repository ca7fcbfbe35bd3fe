//! The door of a running meeting: who comes in, who waits before it, who comes back.

use domain::ParticipantId;
use domain::Problem;
use domain::Timestamp;
use domain::access;
use domain::access::Action;
use domain::access::Role;
use domain::people::Visitor;
use domain::wire::Participant;
use domain::wire::Publishing;
use domain::wire::Quality;
use domain::wire::ServerMessage;
use domain::wire::Update;

use super::ConnectionId;
use super::Entrance;
use super::MAX_SEATS;
use super::Output;
use super::Roster;
use crate::seat::Presence;
use crate::seat::Seat;

impl Roster {
    pub(super) fn enter(&mut self, entrance: Entrance, now: Timestamp) {
        let role = access::role(&entrance.visitor, &self.owner);
        if let Err(problem) = access::may(&entrance.visitor, role, Action::Enter, &self.settings) {
            return self.outputs.push_back(Output::Close(entrance.connection, problem));
        }
        if self.knows(&entrance.token, &entrance.visitor) {
            return self.take_back(entrance);
        }
        if self.seat_of(&entrance.token.seat()).is_some() {
            // Somebody shows another account's token: never hand over the seat. Whoever has no account had this one.
            let signed_out = entrance.visitor == Visitor::Guest;
            let why = if signed_out { Problem::SignedOut } else { Problem::NotAllowed };
            return self.outputs.push_back(Output::Close(entrance.connection, why));
        }
        if self.seats.len() >= MAX_SEATS || self.waiting.len() >= MAX_SEATS {
            return self.outputs.push_back(Output::Close(entrance.connection, Problem::Busy));
        }
        if !self.started && access::may(&entrance.visitor, role, Action::Start, &self.settings).is_err() {
            return self.make_wait(entrance);
        }
        self.seat(entrance, role, now);
        self.start(now);
    }

    fn make_wait(&mut self, entrance: Entrance) {
        let message = ServerMessage::Waiting { settings: self.settings.clone() };
        self.outputs.push_back(Output::Tell(entrance.connection, message));
        self.waiting.push(entrance);
    }

    fn start(&mut self, now: Timestamp) {
        self.started = true;
        for entrance in std::mem::take(&mut self.waiting) {
            let role = access::role(&entrance.visitor, &self.owner);
            self.seat(entrance, role, now);
        }
    }

    fn seat(&mut self, entrance: Entrance, role: Role, now: Timestamp) {
        let hand_raised_at = self.remembered_hand(&entrance, role, now);
        let participant = Participant {
            id: entrance.token.seat(),
            name: entrance.name,
            role,
            guest: entrance.visitor == Visitor::Guest,
            media: self.has_media_seat_for(role),
            publishing: Publishing::default(),
            hand_raised_at,
            connected: true,
            quality: Quality::None,
        };
        self.broadcast(Update::Participant { participant: participant.clone() });
        let media = participant.media;
        let presence = Presence::Here(entrance.connection);
        self.seats.push(Seat { participant, visitor: entrance.visitor, presence });
        self.welcome(entrance.connection, entrance.token.seat(), entrance.resume, media);
    }

    /// Since when the hand of somebody new is up: as they say, for as long as people come back after a restart, of which
    /// only they know it. So the hands are in their order again; whoever lies gets to the front of that line, no further.
    fn remembered_hand(&self, entrance: &Entrance, role: Role, now: Timestamp) -> Option<Timestamp> {
        let may_raise = access::may(&entrance.visitor, role, Action::Write, &self.settings).is_ok();
        entrance.hand_raised_at.filter(|_| now < self.back_by && may_raise).map(|since| since.min(now))
    }

    fn take_back(&mut self, entrance: Entrance) {
        let id = entrance.token.seat();
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.participant.id == id) else { return };
        let before = std::mem::replace(&mut seat.presence, Presence::Here(entrance.connection));
        seat.participant.connected = true;
        seat.participant.name = entrance.name;
        seat.participant.quality = Quality::None;
        let participant = seat.participant.clone();
        let media = participant.media;
        if let Presence::Here(old) = before {
            self.outputs.push_back(Output::Close(old, Problem::TakenOver));
        }
        self.broadcast(Update::Participant { participant });
        self.welcome(entrance.connection, id, entrance.resume, media);
    }

    fn welcome(&mut self, connection: ConnectionId, you: ParticipantId, resume: String, media: bool) {
        if media {
            self.outputs.push_back(Output::MediaSeat(connection));
        }
        let room = self.snapshot();
        // What leads to the network is added by whoever knows it.
        let message = ServerMessage::Welcome { you, resume, room, ice_servers: Vec::new() };
        self.outputs.push_back(Output::Tell(connection, message));
    }

    /// Whoever waits stands at the door again: the rules changed before they were let in.
    pub(super) fn recheck_waiting(&mut self, password_changed: bool, now: Timestamp) {
        for entrance in std::mem::take(&mut self.waiting) {
            let role = access::role(&entrance.visitor, &self.owner);
            let may = |action| access::may(&entrance.visitor, role, action, &self.settings);
            let password = if password_changed { may(Action::EnterWithoutPassword) } else { Ok(()) };
            match may(Action::Enter).and(password) {
                Err(problem) => self.outputs.push_back(Output::Close(entrance.connection, problem)),
                Ok(()) if may(Action::Start).is_ok() => self.enter(entrance, now),
                Ok(()) => self.waiting.push(entrance),
            }
        }
    }
}
