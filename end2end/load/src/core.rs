//! A run against the unit alone: no sockets, no WebSocket, nothing but what forwarding itself costs.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::time::Duration;
use std::time::Instant;

use anyhow::bail;
use domain::MeetingId;
use domain::ParticipantId;
use domain::Problem;
use domain::wire::Publishing;
use domain::wire::Source;
use domain::wire::TrackId;
use domain::wire::Wish;
use sfu::Event;
use sfu::Input;
use sfu::Outbox;
use sfu::Output;
use sfu::SeatKey;
use sfu::Sfu;
use sfu::SfuConfig;
use str0m::media::Mid;

use crate::client::Client;
use crate::client::Shape;
use crate::clock;
use crate::tally::Summary;
use crate::tally::Tally;

/// What a run has shown.
pub(crate) struct Report {
    pub(crate) summary: Summary,
    /// Media packets handed out.
    pub(crate) forwarded: u64,
    /// Nanoseconds of one core.
    pub(crate) cpu: u64,
}

/// A unit with its clients, on simulated time.
struct Bench {
    unit: Sfu,
    clients: Vec<Client>,
    tally: Tally,
    address: SocketAddr,
    now: Instant,
    beats: u64,
    cpu: u64,
    inbox: Vec<(SocketAddr, Vec<u8>)>,
    /// What was sent in this beat, and room for more.
    outboxes: Vec<Outbox>,
    spare: Vec<Outbox>,
}

/// Measures a scene for so many simulated seconds.
pub(crate) fn run(shapes: &[Shape], tile: u16, time: Duration) -> anyhow::Result<Report> {
    let mut bench = Bench::new(shapes, tile)?;
    for _ in 0..2000 {
        if bench.clients.iter().all(|c| c.connected) {
            break;
        }
        bench.beat()?;
    }
    if !bench.clients.iter().all(|c| c.connected) {
        bail!("not everybody connected");
    }
    bench.beats_for(Duration::from_secs(1))?;
    bench.tally.clear();
    bench.cpu = 0;
    let before = bench.unit.counters().forwarded;
    bench.beats_for(time)?;
    let forwarded = bench.unit.counters().forwarded - before;
    Ok(Report { summary: bench.tally.summary(), forwarded, cpu: bench.cpu })
}

impl Bench {
    fn new(shapes: &[Shape], tile: u16) -> anyhow::Result<Self> {
        let now = clock::monotonic();
        let address = SocketAddr::from(([10, 0, 0, 1], 7000));
        let mut unit = Sfu::new(&SfuConfig { candidates: vec![address], tcp: vec![] }, now)?;
        let mut clients = Vec::new();
        let participant = |n: usize| ParticipantId::from_entropy((n as u128).to_be_bytes());
        let senders = || shapes.iter().enumerate().filter(|(_, shape)| shape.sends).map(|(n, _)| n);
        for (index, shape) in shapes.iter().enumerate() {
            let ip = IpAddr::from([10, 1, (index / 250) as u8, (index % 250) as u8]);
            let mut client = Client::new(index, shape.clone(), SocketAddr::new(ip, 5000), now, now)?;
            let seat = SeatKey(index as u64);
            let meeting = MeetingId::from_entropy([1; 16]);
            unit.handle(Input::Enter { seat, meeting, participant: participant(index), others: vec![] }, now);
            unit.handle(Input::Offer { seat, offer: client.offer()? }, now);
            let publishing = Publishing { microphone: shape.sends, camera: shape.sends, ..Publishing::default() };
            unit.handle(Input::Publish { seat, publishing }, now);
            let wish = |(slot, sender): (&Mid, usize)| Wish {
                slot: slot.to_string(),
                track: TrackId { participant: participant(sender), source: Source::Camera },
                max_height: tile,
                priority: 1,
            };
            let others = senders().filter(|sender| *sender != index);
            unit.handle(Input::Want { seat, wishes: client.video_slots.iter().zip(others).map(wish).collect() }, now);
            clients.push(client);
        }
        let tally = Tally::default();
        let (inbox, outboxes, spare) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { unit, clients, tally, address, now, beats: 0, cpu: 0, inbox, outboxes, spare })
    }

    fn beats_for(&mut self, time: Duration) -> anyhow::Result<()> {
        for _ in 0..time.as_millis() / 5 {
            self.beat()?;
        }
        Ok(())
    }

    /// Five milliseconds: the unit works off what has come in, then the clients do.
    fn beat(&mut self) -> anyhow::Result<()> {
        self.now += Duration::from_millis(5);
        self.beats += 1;
        let before = clock::thread_cpu();
        let answers = self.serve();
        self.cpu += clock::thread_cpu() - before;
        for (SeatKey(seat), answer) in answers {
            if let Some(client) = self.clients.get_mut(seat as usize) {
                client.answered(&answer?)?;
            }
        }
        for outbox in std::mem::take(&mut self.outboxes) {
            for (to, bytes) in outbox.datagrams() {
                self.deliver(to, bytes)?;
            }
            self.spare.push(outbox);
        }
        let inbox = &mut self.inbox;
        for (n, client) in (0_u64..).zip(&mut self.clients) {
            if client.connected && (self.beats + n).is_multiple_of(4) {
                client.speak(self.now);
            }
            if client.connected && (self.beats + n).is_multiple_of(8) {
                client.film(self.now);
            }
            let from = address(client);
            client.drive(self.now, &mut self.tally, |_, bytes| inbox.push((from, bytes.to_vec())))?;
        }
        Ok(())
    }

    /// One tick of the unit; returns the answers to offers.
    fn serve(&mut self) -> Vec<(SeatKey, Result<String, Problem>)> {
        for (from, bytes) in self.inbox.drain(..) {
            self.unit.handle(Input::Datagram { from, bytes: &bytes }, self.now);
        }
        self.unit.handle(Input::Wake, self.now);
        let mut answers = Vec::new();
        loop {
            match self.unit.poll_output() {
                Output::Send => self.take_outbox(),
                Output::WakeAt(_) => break,
                Output::Tell(seat, Event::Answer { answer, .. }) => answers.push((seat, answer)),
                Output::Tell(..) | Output::Relay(..) => {}
            }
        }
        self.take_outbox();
        answers
    }

    fn take_outbox(&mut self) {
        let mut outbox = self.spare.pop().unwrap_or_default();
        self.unit.swap_outbox(&mut outbox);
        self.outboxes.push(outbox);
    }

    fn deliver(&mut self, to: SocketAddr, bytes: &[u8]) -> anyhow::Result<()> {
        let IpAddr::V4(ip) = to.ip() else { return Ok(()) };
        let [_, _, high, low] = ip.octets();
        let index = usize::from(high) * 250 + usize::from(low);
        if let Some(client) = self.clients.get_mut(index) {
            let from = address(client);
            client.receive(self.address, bytes, self.now, &mut self.tally)?;
            let inbox = &mut self.inbox;
            if client.wake_at <= self.now {
                client.drive(self.now, &mut self.tally, |_, bytes| inbox.push((from, bytes.to_vec())))?;
            }
        }
        Ok(())
    }
}

fn address(client: &Client) -> SocketAddr {
    let ip = IpAddr::from([10, 1, (client.index / 250) as u8, (client.index % 250) as u8]);
    SocketAddr::new(ip, 5000)
}
