//! The task of one running meeting: drives its roster.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use domain::MeetingId;
use domain::Problem;
use domain::people::Visitor;
use domain::wire::Event;
use domain::wire::Room;
use domain::wire::ServerMessage;
use roster::CHAT_KEPT;
use roster::ConnectionId;
use roster::Entrance;
use roster::Input;
use roster::Output;
use roster::Roster;
use roster::SeatToken;
use store::StoredMeeting;
use tokio::sync::mpsc;
use tokio::sync::oneshot;
use tracing::error;

use crate::clock;
use crate::room::Attendance;
use crate::room::Rooms;
use crate::room::mailbox::Mail;
use crate::room::mailbox::Mailbox;
use crate::room::mailbox::encode;

/// How long an empty room stays open, so that the next person does not have to open it again.
const LINGER: Duration = Duration::from_secs(5);

/// How often connections that fell behind are looked at when nothing else happens.
const CATCH_UP: Duration = Duration::from_millis(500);

/// What a room's task is asked.
#[derive(Debug)]
pub(super) enum Command {
    /// Somebody who may enter stands at the door.
    Enter(Box<Entrance>, Mailbox),
    /// A program watches: it is told what happens, and is nobody in the room.
    Watch(ConnectionId, Mailbox),
    /// Something for the roster.
    Input(Input),
    /// The organiser changed the settings; they are on the disk.
    SettingsChanged,
    /// Whether a token opens a kept seat.
    Knows(SeatToken, Visitor, oneshot::Sender<bool>),
}

/// The task's state.
pub(super) struct RoomTask {
    rooms: Rooms,
    meeting: MeetingId,
    inbox: mpsc::Receiver<Command>,
    attendance: Arc<Attendance>,
    mailboxes: HashMap<ConnectionId, Mailbox>,
    /// Whose mailboxes belong to nobody in the room.
    watchers: HashSet<ConnectionId>,
    /// Whether it is noted on the disk that somebody is in the room.
    noted: bool,
}

impl RoomTask {
    pub(super) fn new(
        rooms: Rooms,
        meeting: MeetingId,
        inbox: mpsc::Receiver<Command>,
        attendance: Arc<Attendance>,
    ) -> Self {
        Self { rooms, meeting, inbox, attendance, mailboxes: HashMap::new(), watchers: HashSet::new(), noted: false }
    }

    pub(super) async fn run(mut self) {
        match self.load().await {
            Ok((meeting, mut roster)) => {
                let mut password_hash = meeting.password_hash;
                while let Some(input) = self.next(&roster, &mut password_hash).await {
                    roster.handle(input, clock::now());
                    self.note_running(&roster).await;
                    self.perform(&mut roster);
                }
            }
            Err(problem) => self.turn_away(&problem).await,
        }
        self.attendance.present.store(0, Ordering::Relaxed);
        self.attendance.waiting.store(0, Ordering::Relaxed);
        // Whoever still stands in the queue finds the door closed and knocks again.
        self.inbox.close();
        self.rooms.forget(&self.meeting);
    }

    async fn load(&self) -> Result<(StoredMeeting, Roster), Problem> {
        let store = &self.rooms.shared.store;
        let failed = |e: store::Error| {
            error!(meeting.id = %self.meeting, error = %e, "Could not read the meeting that somebody enters");
            Problem::Failed
        };
        let stored = store.meeting(&self.meeting).await.map_err(failed)?.ok_or(Problem::NoSuchMeeting)?;
        let chat = store.newest_chat(&self.meeting, CHAT_KEPT).await.map_err(failed)?;
        let (owner, settings) = (stored.meeting.owner.clone(), stored.meeting.settings.clone());
        let back_by = self.rooms.back_by();
        let roster = Roster::new(owner, settings, chat, back_by);
        let goes_on = clock::now() < back_by && store.is_running(&self.meeting).await.map_err(failed)?;
        Ok((stored, if goes_on { roster.resumed() } else { roster }))
    }

    /// Notes whether somebody is in the room, before anybody is told of it: a server that comes back lets them in again. One
    /// that stops tells everybody to come back, and leaves the note as it is.
    async fn note_running(&mut self, roster: &Roster) {
        let running = roster.present() > 0;
        if self.noted == running || (!running && self.rooms.is_stopping()) {
            return;
        }
        // Also where this fails: to try at each word that is said in the room would make a bad disk worse.
        self.noted = running;
        let store = &self.rooms.shared.store;
        let noted = if running {
            store.mark_running(&self.meeting, clock::now()).await
        } else {
            store.mark_over(&self.meeting).await
        };
        if let Err(e) = noted {
            error!(meeting.id = %self.meeting, error = %e, "Could not note whether a meeting runs");
        }
    }

    /// The next thing for the roster; `None` when the room has been empty for a while.
    async fn next(&mut self, roster: &Roster, password_hash: &mut Option<String>) -> Option<Input> {
        loop {
            let Ok(command) = tokio::time::timeout(self.patience(roster), self.inbox.recv()).await else {
                if roster.is_empty() && self.watchers.is_empty() {
                    return None;
                }
                return Some(Input::Tick);
            };
            match command? {
                Command::Enter(entrance, mailbox) => {
                    self.mailboxes.insert(entrance.connection, mailbox);
                    return Some(Input::Enter(*entrance));
                }
                Command::Watch(connection, mailbox) => self.admit_watcher(connection, mailbox, roster),
                Command::Input(input) => {
                    if let Input::Lost(connection) | Input::Closed(connection) = &input {
                        self.mailboxes.remove(connection);
                        self.watchers.remove(connection);
                    }
                    return Some(input);
                }
                Command::SettingsChanged => {
                    if let Some(input) = self.read_settings(password_hash).await {
                        return Some(input);
                    }
                }
                Command::Knows(token, visitor, reply) => {
                    // A connection that is gone does not wait for the answer.
                    let _ = reply.send(roster.knows(&token, &visitor));
                }
            }
        }
    }

    /// The settings as they are on the disk: of two changes at a time, whoever made the first may be the last to say so.
    async fn read_settings(&self, password_hash: &mut Option<String>) -> Option<Input> {
        match self.rooms.shared.store.meeting(&self.meeting).await {
            Ok(Some(stored)) => {
                let password_changed = *password_hash != stored.password_hash;
                *password_hash = stored.password_hash;
                Some(Input::SettingsChanged { settings: stored.meeting.settings, password_changed })
            }
            // It was deleted meanwhile, and will be ended.
            Ok(None) => None,
            Err(e) => {
                error!(meeting.id = %self.meeting, error = %e, "Could not read the settings that were changed");
                None
            }
        }
    }

    /// Lets a program watch: as many as there are seats.
    fn admit_watcher(&mut self, connection: ConnectionId, mut mailbox: Mailbox, roster: &Roster) {
        if self.rooms.is_stopping() {
            return mailbox.post(Mail::Bye(Problem::Stopping));
        }
        let room = roster.snapshot();
        if self.watchers.len() >= usize::from(room.settings.capacity.seats()) {
            return mailbox.post(Mail::Bye(Problem::NoMediaSeat));
        }
        mailbox.post(Mail::Frame(encode(&ServerMessage::Snapshot { room })));
        mailbox.seated = true;
        self.mailboxes.insert(connection, mailbox);
        self.watchers.insert(connection);
    }

    fn patience(&self, roster: &Roster) -> Duration {
        if self.mailboxes.values().any(|mailbox| mailbox.behind) {
            return CATCH_UP;
        }
        match roster.next_wake() {
            Some(at) => at.since(clock::now()),
            None if self.rooms.is_stopping() => Duration::ZERO,
            None => LINGER,
        }
    }

    fn perform(&mut self, roster: &mut Roster) {
        while let Some(output) = roster.poll_output() {
            match output {
                Output::Tell(connection, message) => self.tell(connection, message),
                Output::Broadcast(event) => self.broadcast(event),
                Output::MediaSeat(connection) => {
                    if let Some(mailbox) = self.mailboxes.get(&connection) {
                        mailbox.give_media_seat();
                    }
                }
                Output::Close(connection, why) => {
                    if let Some(mut mailbox) = self.mailboxes.remove(&connection) {
                        mailbox.post(Mail::Bye(why));
                    }
                }
                Output::Over(why) => {
                    for watcher in self.watchers.drain() {
                        if let Some(mut mailbox) = self.mailboxes.remove(&watcher) {
                            mailbox.post(Mail::Bye(why.clone()));
                        }
                    }
                }
            }
        }
        for mailbox in self.mailboxes.values_mut().filter(|mailbox| mailbox.behind) {
            mailbox.catch_up(|| {
                let mut room = roster.snapshot();
                let ahead = ahead(&mut room).collect::<Vec<_>>();
                ahead.into_iter().chain([encode(&ServerMessage::Snapshot { room })])
            });
        }
        self.attendance.present.store(roster.present(), Ordering::Relaxed);
        self.attendance.waiting.store(roster.waiting(), Ordering::Relaxed);
    }

    fn tell(&mut self, connection: ConnectionId, mut message: ServerMessage) {
        let Some(mailbox) = self.mailboxes.get_mut(&connection) else { return };
        if let ServerMessage::Welcome { room, .. } | ServerMessage::Snapshot { room } = &mut message {
            ahead(room).for_each(|frame| mailbox.post(Mail::Frame(frame)));
        }
        if let ServerMessage::Welcome { you, ice_servers, .. } = &mut message {
            *ice_servers = self.rooms.ice_servers(you);
            mailbox.seated = true;
            mailbox.post(Mail::Welcome(you.clone(), encode(&message)));
        } else {
            mailbox.post(Mail::Frame(encode(&message)));
        }
    }

    /// Writes the event's text once, for however many there are.
    fn broadcast(&mut self, event: Event) {
        let frame = encode(&ServerMessage::Event(event));
        for mailbox in self.mailboxes.values_mut().filter(|mailbox| mailbox.seated && !mailbox.behind) {
            mailbox.post(Mail::Frame(frame.clone()));
        }
    }

    async fn turn_away(&mut self, why: &Problem) {
        self.inbox.close();
        while let Some(command) = self.inbox.recv().await {
            if let Command::Enter(_, mut mailbox) | Command::Watch(_, mut mailbox) = command {
                mailbox.post(Mail::Bye(why.clone()));
            }
        }
    }
}

/// The frames that go ahead of one with the whole room, which keeps the rest.
fn ahead(room: &mut Room) -> impl Iterator<Item = Utf8Bytes> + use<> {
    room.take_ahead().into_iter().map(|participants| encode(&ServerMessage::People { participants }))
}
