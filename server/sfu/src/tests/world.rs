//! A unit, its clients, the network between them and the time, all simulated.

use std::time::Duration;
use std::time::Instant;

use domain::MeetingId;
use domain::Problem;
use domain::wire::Publishing;
use domain::wire::Source;
use domain::wire::TrackId;
use domain::wire::Wish;
use str0m::RtcConfig;
use str0m_netem::NetemConfig;

use super::client::Client;
use super::client::Got;
use super::line::Datagram;
use crate::Batch;
use crate::Event;
use crate::Input;
use crate::Outbox;
use crate::Output;
use crate::Sfu;
use crate::SfuConfig;
use crate::UnitKey;
use crate::timers::after;

const SERVER: ([u8; 4], u16) = ([10, 0, 0, 200], 7000);
const STEP: Duration = Duration::from_millis(5);

pub(super) struct World {
    pub(super) sfu: Sfu,
    pub(super) clients: Vec<Client>,
    pub(super) now: Instant,
    steps: u64,
    /// The number of the first client.
    first: u8,
    /// The other units where people of the meeting sit, and what this one has to tell them.
    pub(super) others: Vec<UnitKey>,
    pub(super) relays: Vec<(UnitKey, Batch)>,
}

/// Everything that a person in front of a camera sends.
pub(super) const ON: Publishing = Publishing { microphone: true, camera: true, screen: false, screen_audio: false };
pub(super) const MUTED: Publishing =
    Publishing { microphone: false, camera: false, screen: false, screen_audio: false };
pub(super) const SOURCES: [Source; 2] = [Source::Microphone, Source::Camera];

impl World {
    pub(super) fn new() -> Self {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        Self::at(Instant::now(), 1)
    }

    /// A unit whose clients are numbered from `first` on, to nine at most: sequence numbers follow from that, and must not
    /// have wrapped already (RFC 3711 §3.3.1).
    pub(super) fn at(now: Instant, first: u8) -> Self {
        let config = SfuConfig { candidates: vec![SERVER.into()], tcp: vec![] };
        Self {
            sfu: Sfu::new(&config, now).unwrap(),
            clients: Vec::new(),
            now,
            steps: 0,
            first,
            others: Vec::new(),
            relays: Vec::new(),
        }
    }

    /// Somebody comes in with camera and microphone running and so many slots; returns their index.
    pub(super) fn join(&mut self, audio: usize, video: usize) -> usize {
        self.join_with(audio, video, |config| config.enable_vp8(true))
    }

    /// The same with a browser that has these codecs.
    pub(super) fn join_with(&mut self, audio: usize, video: usize, codecs: fn(RtcConfig) -> RtcConfig) -> usize {
        let number = u8::try_from(self.clients.len()).unwrap() + self.first;
        let mut client = Client::with(number, codecs, self.now);
        let meeting = MeetingId::from_entropy([1; 16]);
        let (seat, participant) = (client.seat, client.participant());
        self.sfu.handle(Input::Enter { seat, meeting, participant, others: self.others.clone() }, self.now);
        let offer = client.offer(&SOURCES, audio, video);
        client.voice = Some(-30);
        client.camera = vec!['l', 'm', 'h'];
        self.clients.push(client);
        self.sfu.handle(Input::Offer { seat, offer }, self.now);
        self.sfu.handle(Input::Publish { seat, publishing: ON }, self.now);
        self.clients.len() - 1
    }

    /// So many people in a room, connected; each with enough slots for all.
    pub(super) fn room(people: usize) -> Self {
        let mut world = Self::new();
        for _ in 0..people {
            world.join(people, people);
        }
        world.run(2000);
        for client in &world.clients {
            assert!(client.rtc.is_connected(), "client {}", client.number);
        }
        world
    }

    /// Puts the camera of `sender` on a video slot of `receiver`.
    pub(super) fn wish(&self, receiver: usize, slot: usize, sender: usize, max_height: u16) -> Wish {
        let track = TrackId { participant: self.clients[sender].participant(), source: Source::Camera };
        Wish { slot: self.clients[receiver].video_slots[slot].to_string(), track, max_height, priority: 1 }
    }

    pub(super) fn want(&mut self, receiver: usize, wishes: Vec<Wish>) {
        let seat = self.clients[receiver].seat;
        self.sfu.handle(Input::Want { seat, wishes }, self.now);
    }

    pub(super) fn publish(&mut self, who: usize, publishing: Publishing) {
        let seat = self.clients[who].seat;
        self.sfu.handle(Input::Publish { seat, publishing }, self.now);
    }

    /// From here on everybody's line is like this.
    pub(super) fn shape(&mut self, config: NetemConfig) {
        for (seed, client) in (0..).zip(&mut self.clients) {
            client.line.shape(config, seed);
        }
    }

    /// Lets time pass: voices every 20 ms, pictures every 40.
    pub(super) fn run(&mut self, ms: u64) {
        for _ in 0..ms / 5 {
            self.now = after(self.now, STEP);
            self.steps += 1;
            if self.steps.is_multiple_of(4) {
                self.clients.iter_mut().for_each(|c| c.speak(self.now));
            }
            if self.steps.is_multiple_of(8) {
                self.clients.iter_mut().for_each(|c| c.film(self.now));
            }
            self.serve();
            self.deliver();
        }
    }

    /// Forgets what was received and told so far.
    pub(super) fn forget(&mut self) {
        for client in &mut self.clients {
            client.got.clear();
            client.told.clear();
        }
    }

    /// What a client received on one video slot.
    pub(super) fn on_slot(&self, who: usize, slot: usize) -> Vec<Got> {
        let mid = self.clients[who].video_slots[slot].to_string();
        self.clients[who].got.iter().filter(|got| got.slot == mid).cloned().collect()
    }

    /// Lets the unit answer what a stranger offers.
    pub(super) fn answer(&mut self, seat: crate::SeatKey, offer: domain::wire::Offer) -> Result<String, Problem> {
        self.sfu.handle(Input::Offer { seat, offer }, self.now);
        for _ in 0..100 {
            match self.sfu.poll_output() {
                Output::Tell(to, Event::Answer { answer, .. }) if to == seat => return answer,
                Output::WakeAt(_) => self.sfu.handle(Input::Wake, self.now),
                _ => {}
            }
        }
        panic!("no answer")
    }

    fn serve(&mut self) {
        for client in &mut self.clients {
            for Datagram { address: from, bytes } in client.line.up.arrived(self.now) {
                self.sfu.handle(Input::Datagram { from, bytes: &bytes }, self.now);
            }
        }
        self.sfu.handle(Input::Wake, self.now);
        loop {
            match self.sfu.poll_output() {
                Output::Tell(seat, event) => {
                    if let Some(client) = self.clients.iter_mut().find(|c| c.seat == seat) {
                        client.tell(event);
                    }
                }
                Output::Relay(to, batch) => self.relays.push((to, batch)),
                Output::Send => self.send_out(),
                Output::WakeAt(_) => break,
            }
        }
        self.send_out();
    }

    /// What the unit sends goes on its way; what goes to nobody is lost.
    fn send_out(&mut self) {
        let mut outbox = Outbox::default();
        self.sfu.swap_outbox(&mut outbox);
        for (address, bytes) in outbox.datagrams() {
            if let Some(client) = self.clients.iter_mut().find(|client| client.address == address) {
                client.line.down.pass(Datagram { address, bytes: bytes.to_vec() }, self.now);
            }
        }
    }

    fn deliver(&mut self) {
        for client in &mut self.clients {
            for Datagram { address, bytes } in client.line.down.arrived(self.now) {
                if client.address == address {
                    client.receive(SERVER.into(), &bytes, self.now);
                    client.send(self.now);
                }
            }
            client.rtc.handle_input(str0m::Input::Timeout(self.now)).unwrap();
            client.send(self.now);
        }
    }
}
