//! The task of one connection: from the first frame to the last.

mod door;
mod media;
mod resume;
mod wire;

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use axum::extract::ws::WebSocket;
use domain::ChatId;
use domain::MeetingId;
use domain::ParticipantId;
use domain::Problem;
use domain::access;
use domain::access::Action;
use domain::meeting::Meeting;
use domain::people::Visitor;
use domain::text::ChatText;
use domain::text::DisplayName;
use domain::wire::ChatMessage;
use domain::wire::ClientMessage;
use domain::wire::Publishing;
use domain::wire::Quality;
use domain::wire::ServerMessage;
use roster::ConnectionId;
use roster::Deed;
use roster::FloodGate;
use roster::Input;
use roster::Verdict;
use store::Appended;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio::time::Interval;
use tokio::time::MissedTickBehavior;
use tracing::debug;
use tracing::error;

use crate::clock;
use crate::room::Room;
use crate::room::Rooms;
use crate::room::mailbox::Letters;
use crate::room::mailbox::Mail;
use crate::room::mailbox::encode;
use crate::room::session::media::MediaLink;
use crate::room::session::wire::Heard;
use crate::room::session::wire::Wire;
use crate::room::task::Command;
use crate::room::visits::Visit;
use crate::state::State;
use crate::turn::Renewal;

/// How often the server asks whether the client is still there.
const PING_EVERY: Duration = Duration::from_secs(15);

/// After how long without a word a connection counts as lost.
const SILENCE: Duration = Duration::from_secs(35);

/// Who is connecting, from where, to what.
pub(super) struct Caller {
    pub(super) meeting: MeetingId,
    pub(super) visitor: Visitor,
    /// The digest of the session of the site, of whoever is signed in.
    pub(super) session: Option<String>,
    pub(super) ip: IpAddr,
}

impl Caller {
    /// Enters somebody who is signed in among those who leave when they are signed out.
    fn visit(&self, rooms: &Rooms) -> Option<Visit> {
        let (account, session) = self.visitor.account().zip(self.session.as_ref())?;
        Some(rooms.shared.visits.enter(account.id.clone(), session.clone()))
    }
}

/// Serves one connection until it ends.
pub(super) async fn serve(socket: WebSocket, state: State, caller: Caller) {
    let _counted = Counted::new(&state.rooms);
    // Before the door, which looks whether the session still is: an end after that look is heard of here.
    let visit = caller.visit(&state.rooms);
    let mut wire = Wire::new(socket);
    let end = match door::enter(&mut wire, &state, &caller).await {
        Ok(Some(entered)) => Session::new(wire, state.rooms.clone(), caller, visit, entered).run().await,
        Ok(None) => wire.fault().map(|why| (wire, why)),
        Err(why) => Some((wire, why)),
    };
    if let Some((mut wire, reason)) = end {
        wire.say(&ServerMessage::Bye { reason }).await;
        wire.close().await;
    }
}

/// One open connection, counted however it ends: a stopping server waits until there are none.
struct Counted(watch::Sender<usize>);

impl Counted {
    fn new(rooms: &Rooms) -> Self {
        let sessions = rooms.shared.sessions.clone();
        sessions.send_modify(|open| *open += 1);
        Self(sessions)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|open| *open -= 1);
    }
}

/// What the door hands over.
struct Entered {
    room: Room,
    letters: Letters,
    connection: ConnectionId,
    name: DisplayName,
    meeting: Meeting,
}

/// A connection that the room knows: waiting, or with a seat.
struct Session {
    wire: Wire,
    rooms: Rooms,
    caller: Caller,
    visit: Option<Visit>,
    /// The meeting as it was at the door; only for rights that its settings do not touch.
    meeting: Meeting,
    room: Room,
    letters: Letters,
    connection: ConnectionId,
    name: DisplayName,
    seat: Option<ParticipantId>,
    media: MediaLink,
    /// When new relays are to be named; never, where there are none.
    relays: Option<Renewal>,
    gate: FloodGate,
    /// Nothing is read before this point: the client talks too fast.
    quiet_until: Option<Instant>,
    pulse: Interval,
}

/// Whether the session goes on.
enum Next {
    Go,
    /// Say why, and close.
    Bye(Problem),
    /// The client is gone, or leaves by its own wish.
    Gone,
    /// The client's page goes away.
    Closed,
}

impl Session {
    fn new(wire: Wire, rooms: Rooms, caller: Caller, visit: Option<Visit>, entered: Entered) -> Self {
        let Entered { room, letters, connection, name, meeting } = entered;
        let media = MediaLink::closed(Problem::OutOfOrder);
        let gate = FloodGate::new(clock::now());
        let mut pulse = tokio::time::interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            wire,
            rooms,
            caller,
            visit,
            meeting,
            room,
            letters,
            connection,
            name,
            seat: None,
            media,
            relays: None,
            gate,
            quiet_until: None,
            pulse,
        }
    }

    async fn run(mut self) -> Option<(Wire, Problem)> {
        let connection = self.connection;
        let (last, end) = loop {
            match self.step().await {
                Next::Go => {}
                Next::Bye(why) => break (Input::Lost(connection), Some(why)),
                Next::Gone => break (Input::Lost(connection), None),
                Next::Closed => break (Input::Closed(connection), None),
            }
        };
        // The media goes first: the same person may already be back with another connection.
        drop(self.media);
        let _ = self.room.commands.send(Command::Input(last)).await;
        end.map(|why| (self.wire, why))
    }

    async fn step(&mut self) -> Next {
        let quiet = self.quiet_until.unwrap_or_else(Instant::now);
        tokio::select! {
            mail = self.letters.mail.recv() => self.deliver(mail).await,
            event = self.media.next() => self.pass_on(event).await,
            why = Visit::over(&mut self.visit) => self.send_out(why).await,
            heard = self.wire.hear(), if self.quiet_until.is_none() => self.take(heard).await,
            () = tokio::time::sleep_until(quiet), if self.quiet_until.is_some() => {
                self.quiet_until = None;
                Next::Go
            }
            _ = self.pulse.tick() => self.check_pulse().await,
        }
    }

    /// Gives up the seat of somebody who was signed out: nobody comes back to it.
    async fn send_out(&mut self, why: Problem) -> Next {
        self.act(Deed::Leave).await;
        Next::Bye(why)
    }

    async fn deliver(&mut self, mail: Option<Mail>) -> Next {
        match mail {
            Some(Mail::Frame(frame)) => self.send(frame).await,
            Some(Mail::Welcome(seat, frame)) => {
                self.media = MediaLink::closed(Problem::NoMediaSeat);
                self.seat = Some(seat);
                self.relays = self.rooms.renewal(clock::now());
                if let Err(e) = self.rooms.shared.store.mark_used(&self.caller.meeting, clock::now()).await {
                    error!(meeting.id = %self.caller.meeting, error = %e, "Could not note that the meeting was used");
                }
                self.send(frame).await
            }
            Some(Mail::Bye(why)) => Next::Bye(why),
            None => Next::Bye(Problem::Busy),
        }
    }

    async fn pass_on(&mut self, event: media::Event) -> Next {
        match event {
            media::Event::Say(message) => self.say(&message).await,
            media::Event::Quality(quality) => self.act(Deed::Quality(quality)).await,
            media::Event::Lost => {
                self.media = MediaLink::closed(Problem::NoMediaSeat);
                match self.act(Deed::Quality(Quality::Lost)).await {
                    Next::Go => self.say(&ServerMessage::MediaLost).await,
                    end => end,
                }
            }
        }
    }

    async fn check_pulse(&mut self) -> Next {
        if self.wire.silence() > SILENCE || !self.wire.ping().await {
            return Next::Gone;
        }
        let due = self.relays.as_mut().is_some_and(|relays| relays.is_due(clock::now()));
        match &self.seat {
            Some(seat) if due => {
                let ice_servers = self.rooms.ice_servers(seat);
                self.say(&ServerMessage::IceServers { ice_servers }).await
            }
            Some(_) | None => Next::Go,
        }
    }

    async fn take(&mut self, heard: Heard) -> Next {
        let text = match heard {
            Heard::Text(text) => text,
            Heard::Nothing => return Next::Go,
            Heard::Gone => return self.wire.fault().map_or(Next::Gone, Next::Bye),
            Heard::Closed => return Next::Closed,
        };
        match self.gate.admit(clock::now()) {
            Verdict::Pass => {}
            Verdict::Wait(pause) => self.quiet_until = Some(Instant::now() + pause),
            Verdict::Close => return Next::Bye(Problem::Flooding),
        }
        match ClientMessage::decode(&text) {
            Ok(message) => self.obey(message).await,
            Err(problem) => self.refuse(problem).await,
        }
    }

    async fn obey(&mut self, message: ClientMessage) -> Next {
        match message {
            ClientMessage::Ping => self.say(&ServerMessage::Pong).await,
            ClientMessage::Hello(_) => self.refuse(Problem::OutOfOrder).await,
            ClientMessage::Leave => {
                self.act(Deed::Leave).await;
                Next::Gone
            }
            ClientMessage::Chat { id, text } => self.chat(id, text).await,
            ClientMessage::Hand { raised } => self.act(Deed::Hand(raised)).await,
            ClientMessage::React { emoji } => self.act(Deed::React(emoji)).await,
            ClientMessage::Resync => self.act(Deed::Resync).await,
            ClientMessage::End => self.act(Deed::End).await,
            ClientMessage::Publish(publishing) => self.publish(publishing).await,
            ClientMessage::Want { wishes } => match self.media().want(wishes) {
                Ok(()) => Next::Go,
                Err(problem) => self.refuse(problem).await,
            },
            ClientMessage::Offer(offer) => {
                let id = offer.id;
                match self.media().offer(offer).await {
                    Ok(sdp) => self.say(&ServerMessage::Answer { id, sdp }).await,
                    Err(problem) => self.refuse(problem).await,
                }
            }
        }
    }

    /// The way to the media, opened as soon as there is a seat for sound and picture and something to say there.
    fn media(&mut self) -> &MediaLink {
        if let Some(seat) = self.seat.as_ref().filter(|_| self.letters.has_media_seat() && !self.media.is_open()) {
            self.media = MediaLink::open(&self.rooms.shared.media, &self.caller.meeting, seat.clone());
        }
        &self.media
    }

    async fn publish(&mut self, publishing: Publishing) -> Next {
        let permitted = self.permitted(publishing);
        let told = self.media().publish(permitted);
        if let Err(problem) = told {
            return self.refuse(problem).await;
        }
        self.act(Deed::Publish(publishing)).await
    }

    /// Saves a message, and only then says so and shows it to the others.
    async fn chat(&mut self, id: ChatId, text: ChatText) -> Next {
        let Some(from) = self.seat.clone() else {
            return self.refuse_chat(id, Problem::OutOfOrder).await;
        };
        let message = ChatMessage { id: id.clone(), from, name: self.name.clone(), sent_at: clock::now(), text };
        let saved = match self.rooms.shared.store.append_chat(&self.caller.meeting, &message).await {
            Ok(Appended::Saved) => message,
            Ok(Appended::AlreadySaved(known)) if known.from == message.from => known,
            Ok(Appended::AlreadySaved(_)) => return self.refuse_chat(id, Problem::BadId).await,
            Ok(Appended::NoSuchMeeting) => return Next::Bye(Problem::NoSuchMeeting),
            Err(e) => {
                error!(meeting.id = %self.caller.meeting, error = %e, "Could not save a chat message");
                return self.refuse_chat(id, Problem::NotSaved).await;
            }
        };
        let _ = self.room.commands.send(Command::Input(Input::ChatSaved(saved))).await;
        self.say(&ServerMessage::ChatSaved { id }).await
    }

    /// As much of it as this person may send; the roster refuses the rest aloud.
    fn permitted(&self, wanted: Publishing) -> Publishing {
        let (speak, share) = (self.rights(Action::Speak).is_ok(), self.rights(Action::Share).is_ok());
        Publishing {
            microphone: wanted.microphone && speak,
            camera: wanted.camera && speak,
            screen: wanted.screen && share,
            screen_audio: wanted.screen_audio && share,
        }
    }

    fn rights(&self, action: Action) -> Result<(), Problem> {
        let role = access::role(&self.caller.visitor, &self.meeting.owner);
        access::may(&self.caller.visitor, role, action, &self.meeting.settings)
    }

    async fn act(&mut self, deed: Deed) -> Next {
        let command = Command::Input(Input::Do(self.connection, deed));
        match self.room.commands.send(command).await {
            Ok(()) => Next::Go,
            Err(_) => Next::Bye(Problem::Busy),
        }
    }

    async fn refuse(&mut self, error: Problem) -> Next {
        debug!(error = %error, "Refused a signalling message");
        self.say(&ServerMessage::Error { error, chat: None }).await
    }

    async fn refuse_chat(&mut self, id: ChatId, error: Problem) -> Next {
        self.say(&ServerMessage::Error { error, chat: Some(id) }).await
    }

    async fn say(&mut self, message: &ServerMessage) -> Next {
        self.send(encode(message)).await
    }

    async fn send(&mut self, frame: Utf8Bytes) -> Next {
        if self.wire.send(frame).await { Next::Go } else { Next::Gone }
    }
}
