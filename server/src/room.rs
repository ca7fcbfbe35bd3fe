//! Running meetings: one task for each room, one for each connection.
//!
//! [`Rooms`] finds or opens the room of a meeting. The room's task ([`task`]) drives a [`roster::Roster`]; a
//! connection's task ([`session`]) reads its socket, asks the store and the media, and has a bounded [`mailbox`]
//! for what the room says. Programs that came by HTTP have a task of another kind ([`stream`]). Connections of people who
//! are signed in end when they are signed out ([`visits`]).

mod connect;
mod mailbox;
mod session;
pub mod stream;
mod task;
mod visits;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::AccountId;
use domain::MeetingId;
use domain::ParticipantId;
use domain::Problem;
use domain::Timestamp;
use domain::wire::IceServer;
use roster::ConnectionId;
use roster::Entrance;
use roster::Input;
use store::Store;
use tokio::sync::mpsc;
use tokio::sync::watch;
use tracing::error;
use tracing::info;

use crate::clock;
use crate::media::Media;
use crate::room::mailbox::Mailbox;
use crate::room::task::Command;
use crate::room::task::RoomTask;
use crate::room::visits::Visits;
use crate::turn::Renewal;
use crate::turn::Turn;

pub(crate) use connect::connect;

/// Commands that may wait for a room's task; then its connections wait as well.
const QUEUE: usize = 256;

/// How long a stopping server waits for its connections to say good-bye.
const FAREWELL: Duration = Duration::from_secs(5);

/// How often a door that closed in front of somebody is tried again: an emptied room just retired.
const TRIES: usize = 3;

/// All running meetings.
#[derive(Clone)]
pub struct Rooms {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    media: Media,
    turn: Option<Turn>,
    started_at: Timestamp,
    running: Mutex<HashMap<MeetingId, Room>>,
    connections: AtomicU64,
    visits: Visits,
    sessions: watch::Sender<usize>,
    stopping: watch::Sender<bool>,
}

/// How much is going on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Meetings that somebody is in, or just left.
    pub meetings: usize,
    /// Seats in them.
    pub people: usize,
    /// Open signalling connections.
    pub connections: usize,
}

/// How many people a meeting has, for those who are not in it.
#[derive(Default)]
struct Attendance {
    present: AtomicUsize,
    waiting: AtomicUsize,
}

/// A handle on a room's task.
#[derive(Clone)]
struct Room {
    commands: mpsc::Sender<Command>,
    attendance: Arc<Attendance>,
}

impl Rooms {
    /// No meeting runs yet.
    pub fn new(store: Store, media: Media, turn: Option<Turn>) -> Self {
        let shared = Shared {
            store,
            media,
            turn,
            started_at: clock::now(),
            running: Mutex::default(),
            connections: AtomicU64::new(0),
            visits: Visits::default(),
            sessions: watch::Sender::new(0),
            stopping: watch::Sender::new(false),
        };
        Self { shared: Arc::new(shared) }
    }

    /// How many people are in a meeting.
    pub fn present(&self, meeting: &MeetingId) -> usize {
        self.running().get(meeting).map_or(0, |room| room.attendance.present.load(Ordering::Relaxed))
    }

    /// How many people wait for a meeting to start.
    pub fn waiting(&self, meeting: &MeetingId) -> usize {
        self.running().get(meeting).map_or(0, |room| room.attendance.waiting.load(Ordering::Relaxed))
    }

    /// How much is going on in all of them.
    pub fn census(&self) -> Census {
        let running = self.running();
        let people = running.values().map(|room| room.attendance.present.load(Ordering::Relaxed)).sum();
        Census { meetings: running.len(), people, connections: *self.shared.sessions.borrow() }
    }

    /// Puts changed settings in force in a running meeting.
    ///
    /// To be called once they are on the disk: the room reads them there.
    pub async fn settings_changed(&self, meeting: &MeetingId) {
        self.tell(meeting, Command::SettingsChanged).await;
    }

    /// Ends a running meeting for everybody.
    pub async fn end(&self, meeting: &MeetingId, why: Problem) {
        self.tell(meeting, Command::Input(Input::End(why))).await;
    }

    /// Sends somebody whose sessions were ended out of all meetings, but for what came by the session `kept`.
    ///
    /// To be called once the end is on the disk: the door reads there whether a session still is.
    pub fn sign_out(&self, account: &AccountId, kept: Option<&str>, why: &Problem) {
        self.shared.visits.end_of(account, kept, why);
    }

    /// Sends out whoever came by this session, which was ended.
    pub fn end_session(&self, session: &str) {
        self.shared.visits.end_by(session, &Problem::SignedOut);
    }

    /// Until when people come back to a meeting that ran before this server started.
    pub fn back_by(&self) -> Timestamp {
        self.shared.started_at.later(roster::PATIENCE)
    }

    /// Forgets that meetings ran before this server started to which nobody came back. To be called after
    /// [`back_by`](Self::back_by).
    pub async fn forget_running(&self) {
        if let Err(error) = self.shared.store.forget_running(self.shared.started_at).await {
            error!(error = %error, "Could not forget the meetings to which nobody came back");
        }
    }

    /// Tells everybody that the server stops, and waits until they were told.
    pub async fn stop(&self) {
        self.shared.stopping.send_replace(true);
        let meetings: Vec<MeetingId> = self.running().keys().cloned().collect();
        for meeting in meetings {
            self.end(&meeting, Problem::Stopping).await;
        }
        let mut sessions = self.shared.sessions.subscribe();
        let told = tokio::time::timeout(FAREWELL, sessions.wait_for(|open| *open == 0)).await;
        info!(sessions.told = told.is_ok(), "Told everybody in a meeting that the server stops");
    }

    async fn tell(&self, meeting: &MeetingId, command: Command) {
        let room = self.running().get(meeting).cloned();
        if let Some(room) = room {
            // A room that is closed has nobody left to tell.
            let _ = room.commands.send(command).await;
        }
    }

    /// Brings somebody to the door of a room, opening the room if nobody is there.
    async fn enter(&self, meeting: &MeetingId, entrance: Entrance, mailbox: Mailbox) -> Result<Room, Problem> {
        self.bring(meeting, Command::Enter(Box::new(entrance), mailbox)).await
    }

    async fn bring(&self, meeting: &MeetingId, mut command: Command) -> Result<Room, Problem> {
        for _ in 0..TRIES {
            let room = self.open(meeting);
            match room.commands.send(command).await {
                Ok(()) => return Ok(room),
                Err(mpsc::error::SendError(back)) => command = back,
            }
        }
        Err(Problem::Busy)
    }

    /// The room of a meeting. Its task reads the meeting after it can be found here, so no change is missed.
    fn open(&self, meeting: &MeetingId) -> Room {
        let mut running = self.running();
        if let Some(room) = running.get(meeting).filter(|room| !room.commands.is_closed()) {
            return room.clone();
        }
        let (commands, inbox) = mpsc::channel(QUEUE);
        let room = Room { commands, attendance: Arc::default() };
        running.insert(meeting.clone(), room.clone());
        tokio::spawn(RoomTask::new(self.clone(), meeting.clone(), inbox, Arc::clone(&room.attendance)).run());
        room
    }

    /// Forgets a room whose task has closed its inbox.
    fn forget(&self, meeting: &MeetingId) {
        let mut running = self.running();
        if running.get(meeting).is_some_and(|room| room.commands.is_closed()) {
            running.remove(meeting);
        }
    }

    /// The relays that somebody with a seat may use from now on.
    fn ice_servers(&self, seat: &ParticipantId) -> Vec<IceServer> {
        self.shared.turn.iter().map(|turn| turn.admit(seat.as_str(), clock::now())).collect()
    }

    /// When somebody who is admitted to the relays at `now` needs it again, where there are any.
    fn renewal(&self, now: Timestamp) -> Option<Renewal> {
        self.shared.turn.as_ref().map(|turn| Renewal::new(turn.ttl, now))
    }

    fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.shared.connections.fetch_add(1, Ordering::Relaxed))
    }

    fn is_stopping(&self) -> bool {
        *self.shared.stopping.borrow()
    }

    fn running(&self) -> MutexGuard<'_, HashMap<MeetingId, Room>> {
        // The map is only ever replaced entry by entry, so a panic cannot leave it half changed.
        self.shared.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
