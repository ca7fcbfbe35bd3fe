//! One visit to a room: the signalling connection, the media connection and what the page shows of them.

mod deeds;
mod hear;
mod media;
mod wrong;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use domain::MeetingId;
use domain::ParticipantId;
use domain::Problem;
use domain::access::Role;
use domain::meeting::MeetingPassword;
use domain::meeting::Settings;
use domain::text::DisplayName;
use domain::text::Title;
use domain::wire::ClientMessage;
use domain::wire::Hello;
use domain::wire::IceServer;
use domain::wire::PROTOCOL;
use domain::wire::Participant;
use domain::wire::Pause;
use domain::wire::Publishing;
use domain::wire::TrackId;
use domain::wire::Wish;
use leptos::prelude::*;
use web_sys::MediaStream;

use super::chat::Chat;
use super::chat::Glimpse;
use super::devices::Media;
use super::health::Health;
use super::line::Do;
use super::line::Input;
use super::line::Line;
use super::memory;
use super::outage::Contact;
use super::outage::Outage;
use super::peer::Peer;
use super::platform;
use super::screen::Screen;
use super::socket::Heard;
use super::socket::Socket;
use super::stage::Tile;
use super::state::RoomState;
use super::state::Speakers;
use super::wishes::Assignment;

/// How often the clocks of the connections are looked at.
const TICK: Duration = Duration::from_millis(250);

/// Who comes in, and where.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// Which meeting.
    pub meeting: MeetingId,
    /// What it is called, as the door said.
    pub title: Title,
    /// The name that others shall see.
    pub name: DisplayName,
    /// The password, where one is asked.
    pub password: Option<MeetingPassword>,
}

/// How far the visit has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The server has not answered yet.
    Knocking,
    /// The organiser is not there yet.
    Waiting(Settings),
    /// In the room; a lost connection does not change that.
    Inside,
    /// The server closed the door.
    Over(Problem),
    /// This person left.
    Left,
}

/// Whether sound and picture flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// They will soon.
    Starting,
    /// They do.
    Flowing,
    /// They did, and will again.
    Broken,
    /// They cannot: this browser has no WebRTC, or server and browser found no common ground.
    Impossible,
}

/// A reaction on its way up the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// Counts up.
    pub number: u32,
    /// Whose.
    pub name: String,
    /// The emoji.
    pub emoji: String,
}

/// One visit. Made in the browser only; ends with the owner that it was made under.
#[derive(Clone, Copy)]
pub struct Call {
    /// How far it has come.
    pub phase: RwSignal<Phase>,
    /// Whether the signalling connection stands.
    pub connected: RwSignal<bool>,
    /// Why it does not, as far as can be told; nothing while it does.
    pub outage: RwSignal<Option<Outage>>,
    /// Whether sound and picture flow.
    pub flow: RwSignal<Flow>,
    /// The room, once inside.
    pub room: RwSignal<Option<RoomState>>,
    /// The chat.
    pub chat: RwSignal<Chat>,
    /// Messages that just came while it was closed.
    pub glimpses: RwSignal<Vec<Glimpse>>,
    /// Who speaks.
    pub speakers: RwSignal<Speakers>,
    /// What can be seen, by track.
    pub seen: RwSignal<BTreeMap<TrackId, MediaStream>, LocalStorage>,
    /// Pictures that rest, and why.
    pub resting: RwSignal<BTreeMap<TrackId, Pause>>,
    /// What can be heard.
    pub heard: RwSignal<Vec<MediaStream>, LocalStorage>,
    /// How long the server took to answer when it was last asked, in seconds.
    pub answer: RwSignal<Option<f64>>,
    /// The newest sentence about the room, for screen readers.
    pub said: RwSignal<String>,
    /// Reactions that are shown.
    pub reactions: RwSignal<Vec<Reaction>>,
    /// This person's shared screen.
    pub screen: RwSignal<Option<Screen>, LocalStorage>,
    /// This person's devices.
    pub media: Media,
    parts: StoredValue<Parts, LocalStorage>,
}

/// What the visit is made of, beyond what the page shows.
struct Parts {
    ticket: Ticket,
    line: Line,
    contact: Contact,
    socket: Option<Socket>,
    /// Counts sockets, so that a late word of an old one is not taken for the new one's.
    sockets: u32,
    peer: Option<Rc<Peer>>,
    /// The relays of this visit.
    ice_servers: Vec<IceServer>,
    /// Those of a room who were told ahead of it.
    ahead: Vec<Participant>,
    health: Health,
    /// Offers made on this signalling connection.
    offers: u32,
    tiles: Vec<Tile>,
    slots: Assignment,
    assigned: Assignment,
    wished: Option<Vec<Wish>>,
    published: Option<Publishing>,
    reactions: u32,
    /// When the server was asked for an answer that has not come yet.
    asked_at: Option<f64>,
}

impl Call {
    /// Knocks at the door. For the browser only.
    pub fn enter(ticket: Ticket, media: Media) -> Self {
        let now = platform::now();
        let parts = Parts {
            ticket,
            line: Line::opening(now),
            contact: Contact::wanted(now),
            socket: None,
            sockets: 0,
            peer: None,
            ice_servers: Vec::new(),
            ahead: Vec::new(),
            health: Health::connecting(now),
            offers: 0,
            tiles: Vec::new(),
            slots: Assignment::new(),
            assigned: Assignment::new(),
            wished: None,
            published: None,
            reactions: 0,
            asked_at: None,
        };
        let possible = if platform::has_webrtc() { Flow::Starting } else { Flow::Impossible };
        let call = Self {
            phase: RwSignal::new(Phase::Knocking),
            connected: RwSignal::new(false),
            outage: RwSignal::new(Some(Outage::Connecting)),
            flow: RwSignal::new(possible),
            room: RwSignal::new(None),
            chat: RwSignal::new(Chat::default()),
            glimpses: RwSignal::new(Vec::new()),
            speakers: RwSignal::new(Speakers::default()),
            seen: RwSignal::new_local(BTreeMap::new()),
            resting: RwSignal::new(BTreeMap::new()),
            heard: RwSignal::new_local(Vec::new()),
            answer: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            reactions: RwSignal::new(Vec::new()),
            screen: RwSignal::new_local(None),
            media,
            parts: StoredValue::new_local(parts),
        };
        call.connect();
        call.keep_time();
        call.follow_devices();
        call
    }

    /// The name of a person in the room.
    pub fn name_of(&self, id: &ParticipantId) -> String {
        self.room.with(|room| {
            let participant = room.as_ref().and_then(|room| room.participant(id));
            participant.map(|participant| participant.name.to_string()).unwrap_or_default()
        })
    }

    /// Whether this person is the organiser.
    pub fn owns(&self) -> bool {
        self.room
            .with_untracked(|room| room.as_ref().and_then(|room| room.me()).is_some_and(|me| me.role == Role::Owner))
    }

    /// Sends a message; whether the connection took it.
    fn send(&self, message: &ClientMessage) -> bool {
        self.parts.try_with_value(|parts| parts.socket.as_ref().is_some_and(|socket| socket.send(message)))
            == Some(true)
    }

    fn connect(&self) {
        let call = *self;
        let Some((number, meeting)) = self.parts.try_update_value(|parts| {
            parts.sockets = parts.sockets.wrapping_add(1);
            // The old one is silenced before the new one speaks.
            parts.socket = None;
            parts.asked_at = None;
            parts.ahead.clear();
            (parts.sockets, parts.ticket.meeting.clone())
        }) else {
            return;
        };
        self.lose();
        let socket = platform::socket_url(&meeting).and_then(|url| {
            Socket::open(&url, move |heard| {
                if call.parts.try_with_value(|parts| parts.sockets) == Some(number) {
                    call.on_socket(heard);
                }
            })
        });
        self.parts.update_value(|parts| parts.socket = socket);
    }

    fn on_socket(&self, heard: Heard) {
        match heard {
            Heard::Opened => {
                self.step(Input::Opened);
                self.introduce();
            }
            Heard::Message(message) => {
                self.step(Input::Heard);
                self.hear(*message);
            }
            Heard::Noise => self.step(Input::Heard),
            Heard::Closed => {
                self.lose();
                if !self.is_over() {
                    self.step(Input::Closed { chance: platform::chance() });
                }
            }
        }
    }

    /// The server has answered: the connection stands.
    fn make_contact(&self) {
        self.parts.update_value(|parts| parts.contact.made());
        self.connected.set(true);
        self.note_outage();
    }

    /// Nobody is heard over a connection that is lost.
    fn lose(&self) {
        let now = platform::now();
        self.parts.update_value(|parts| parts.contact.lost(now));
        self.connected.set(false);
        self.speakers.set(Speakers::default());
        self.note_outage();
    }

    /// Tells the page what is known of a missing connection, where that is news.
    fn note_outage(&self) {
        let now = platform::now();
        let outage = self.parts.try_with_value(|parts| parts.contact.outage(now)).flatten();
        if self.outage.get_untracked() != outage {
            self.outage.set(outage);
        }
    }

    /// Says who comes in. A server that was restarted knows of no hand but what this tells it.
    fn introduce(&self) {
        let hand_raised_at = self.room.with_untracked(|room| room.as_ref()?.me()?.hand_raised_at);
        let hello = self.parts.with_value(|parts| Hello {
            protocol: PROTOCOL,
            name: parts.ticket.name.clone(),
            password: parts.ticket.password.clone(),
            resume: memory::seat(&parts.ticket.meeting),
            hand_raised_at,
        });
        self.send(&ClientMessage::Hello(hello));
    }

    fn step(&self, input: Input) {
        let now = platform::now();
        match self.parts.try_update_value(|parts| parts.line.handle(input, now)).flatten() {
            Some(Do::Connect) => self.connect(),
            Some(Do::Ping) => {
                self.send(&ClientMessage::Ping);
            }
            None => {}
        }
    }

    /// Comes back after `wait`, with another socket: the server has no time at the moment.
    fn come_back(&self, wait: Duration) {
        self.parts.update_value(|parts| {
            parts.sockets = parts.sockets.wrapping_add(1);
            parts.socket = None;
        });
        self.step(Input::Refused { wait: wait.as_secs_f64() * 1000.0, chance: platform::chance() });
    }

    /// Whether the door has been open for this person.
    fn was_admitted(&self) -> bool {
        self.phase.with_untracked(|phase| matches!(phase, Phase::Waiting(_) | Phase::Inside))
    }

    fn is_over(&self) -> bool {
        self.phase.with_untracked(|phase| matches!(phase, Phase::Over(_) | Phase::Left))
    }

    /// Ends the visit for good: nothing is tried again after this.
    fn finish(&self, phase: Phase) {
        self.phase.set(phase);
        self.connected.set(false);
        self.stop_sharing();
        self.parts.update_value(|parts| {
            memory::forget_seat(&parts.ticket.meeting);
            parts.sockets = parts.sockets.wrapping_add(1);
            parts.socket = None;
            parts.peer = None;
        });
        self.seen.set(BTreeMap::new());
        self.heard.set(Vec::new());
    }

    /// Looks at the clocks, and listens for a network that changes.
    fn keep_time(&self) {
        let call = *self;
        let tick = move || {
            if !call.is_over() {
                call.step(Input::Tick);
                call.note_outage();
                call.check_media();
            }
        };
        if let Ok(timer) = set_interval_with_handle(tick, TICK) {
            on_cleanup(move || timer.clear());
        }
        let changed = move |_: leptos::ev::Event| {
            if !call.is_over() {
                call.step(Input::NetworkChanged);
            }
        };
        for event in ["online", "offline"] {
            let listener = window_event_listener_untyped(event, changed);
            on_cleanup(move || listener.remove());
        }
    }
}
