//! Drives the SFU: threads, sockets and time around [`sfu::Sfu`], and the handle that everybody else holds.
//!
//! Thread per core: each worker owns its unit, its socket and its port. A meeting lives on one worker, until so many are in it
//! that it is spread over more; then those tell each other what there is to see and hear. Everybody else speaks to a worker
//! through a bounded channel; a full one is [`Problem::Busy`].

pub mod addresses;
mod directory;
mod session;
mod signals;
mod socket;
mod tcp;
#[cfg(test)]
mod tests;
mod worker;

use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::TrySendError;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;

use domain::MeetingId;
use domain::ParticipantId;
use domain::Problem;
use domain::wire::Level;
use domain::wire::Offer;
use domain::wire::Publishing;
use domain::wire::Quality;
use domain::wire::SlotTrack;
use domain::wire::Source;
use domain::wire::Wish;
use sfu::SeatKey;
use sfu::Sfu;
use sfu::SfuConfig;
use sfu::UnitKey;
use tokio::sync::mpsc;
use tokio::sync::oneshot;

use self::directory::Directory;
use self::signals::Command;
use self::signals::Signals;
use self::tcp::Bridges;
use self::tcp::Door;
use self::worker::Worker;
use crate::clock;
use crate::config;

/// Commands that may wait for a worker.
const COMMANDS: usize = 1024;

/// How media is reached.
#[derive(Clone, Debug)]
pub struct MediaConfig {
    /// The address that the sockets are bound to; unspecified means all.
    pub bind: IpAddr,
    /// The addresses that browsers are told; those of [`addresses::advertised`] if empty.
    pub advertise: Vec<IpAddr>,
    /// The UDP port of the first worker, counting up from there. 0 leaves the choice to the system.
    pub first_port: u16,
    /// Whether the ports are served by TCP as well.
    pub tcp: bool,
    /// Worker threads; at least one is started.
    pub workers: usize,
    /// How many people of one meeting a worker takes before another one takes the next.
    pub seats_per_worker: usize,
}

impl MediaConfig {
    /// What the administrator decided, with what this machine has where nothing was.
    pub fn of(decided: &config::Media) -> Self {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            bind: decided.listen.unwrap_or_else(addresses::everywhere),
            advertise: decided.advertise.clone(),
            first_port: decided.first_port,
            tcp: decided.tcp,
            workers: decided.workers.unwrap_or_else(cores),
            seats_per_worker: decided.seats_per_worker,
        }
    }
}

/// What a participant's task is told by the media plane.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaEvent {
    /// What flows on some slots. Never lost: if the channel is full, the newest of each slot is told later.
    Slots(Vec<SlotTrack>),
    /// Who speaks; five times a second at most, and only when it changes. Lost if the channel is full.
    Speakers {
        /// Whom the room looks at.
        dominant: Option<ParticipantId>,
        /// Everybody who can be heard.
        levels: Vec<Level>,
    },
    /// How the participant's own media gets through. Never lost.
    Quality(Quality),
    /// Which layers of a source somebody looks at. Never lost; the newest of each source.
    Send {
        /// Of which source.
        source: Source,
        /// The layers' RIDs.
        layers: Vec<String>,
    },
}

/// What was counted since the start, a quarter of a second old at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MediaCounters {
    /// What the units counted.
    pub unit: sfu::Counters,
    /// Datagrams that the kernel did not take.
    pub unsent: u64,
    /// Workers that came to a bad end and began anew.
    pub failures: u64,
}

/// The handle to the media plane.
#[derive(Clone)]
pub struct Media {
    shared: Arc<Shared>,
}

struct Shared {
    workers: Vec<Handle>,
    directory: Mutex<Directory>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    bridges: Mutex<Option<Bridges>>,
}

/// The way to one worker.
struct Handle {
    commands: SyncSender<Command>,
    signals: Arc<Signals>,
}

impl Media {
    /// Binds the ports and starts the workers.
    ///
    /// # Errors
    /// Names the port that is in use or the address that cannot be bound or advertised.
    pub fn start(config: MediaConfig) -> io::Result<Self> {
        let MediaConfig { bind, advertise, first_port, tcp, workers, seats_per_worker } = config;
        let advertise = addresses::advertised(bind, &advertise);
        let mut ports = Vec::new();
        let mut handles = Vec::new();
        let mut threads = Vec::new();
        let mut doors = Vec::new();
        let workers = workers.clamp(1, 256);
        let signals: Arc<[Arc<Signals>]> =
            (0..workers).map(|_| Signals::new().map(Arc::new)).collect::<io::Result<Vec<_>>>()?.into();
        for (number, signal) in signals.iter().enumerate() {
            let offset = u16::try_from(number).unwrap_or(u16::MAX);
            let port = if first_port == 0 { 0 } else { first_port.saturating_add(offset) };
            let socket = socket::bind(bind, port)?;
            let local = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
            ports.push(local.port());
            let addresses = |port| advertise.iter().map(move |ip| SocketAddr::new(*ip, port)).collect();
            let mut config = SfuConfig { candidates: addresses(local.port()), tcp: Vec::new() };
            if tcp {
                let door = Door::bind(bind, port, local)?;
                config.tcp = addresses(door.port()?);
                doors.push(door);
            }
            let (commands, inbox) = sync_channel(COMMANDS);
            handles.push(Handle { commands, signals: Arc::clone(signal) });
            // Made here, so that what cannot be advertised keeps the server from starting.
            let unit = Sfu::new(&config, clock::monotonic()).map_err(io::Error::other)?;
            let workers = Arc::clone(&signals);
            let run = move || match Worker::new(UnitKey(number), workers, config, unit, socket, inbox) {
                Ok(worker) => worker::supervise(worker),
                Err(error) => tracing::error!(%error, "A media worker could not be set up"),
            };
            threads.push(std::thread::Builder::new().name(format!("media-{number}")).spawn(run)?);
        }
        announce(&advertise, &ports, tcp);
        let bridges = Mutex::new(if doors.is_empty() { None } else { Some(Bridges::start(doors)?) });
        let directory = Mutex::new(Directory::new(seats_per_worker));
        let shared = Shared { workers: handles, directory, threads: Mutex::new(threads), bridges };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Takes a seat in a meeting; a participant who has one already loses the earlier one.
    ///
    /// # Errors
    /// [`Problem::Busy`] when the worker has too much to do.
    pub fn enter(
        &self,
        meeting: &MeetingId,
        participant: ParticipantId,
        events: mpsc::Sender<MediaEvent>,
    ) -> Result<Seat, Problem> {
        let mut directory = self.directory();
        let worker = directory.place(meeting, self.shared.workers.len());
        let others = directory.others(meeting, worker).map(UnitKey).collect();
        let key = SeatKey(directory.seats());
        self.command(worker, Command::Enter { seat: key, meeting: meeting.clone(), participant, others, events })?;
        directory.enter(meeting, worker);
        Ok(Seat { media: self.clone(), worker, key, meeting: meeting.clone() })
    }

    /// What was counted so far, over all workers.
    pub fn counters(&self) -> MediaCounters {
        self.shared.workers.iter().map(|w| w.signals.counters()).fold(MediaCounters::default(), |sum, one| {
            let (unsent, failures) = (sum.unsent + one.unsent, sum.failures + one.failures);
            MediaCounters { unit: sum.unit.plus(one.unit), unsent, failures }
        })
    }

    /// Stops the workers and waits for them, which takes a tick. Seats that still exist are of no use then.
    pub fn stop(&self) {
        for worker in &self.shared.workers {
            worker.signals.stop.store(true, Ordering::Release);
            worker.signals.wake();
        }
        let bridges = self.shared.bridges.lock().unwrap_or_else(PoisonError::into_inner).take();
        if bridges.is_some_and(|bridges| bridges.stop().is_err()) {
            tracing::error!("The thread for media over TCP had come to a bad end");
        }
        let mut threads = self.shared.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("A media worker had come to a bad end");
            }
        }
    }

    fn command(&self, worker: usize, command: Command) -> Result<(), Problem> {
        let worker = self.shared.workers.get(worker).ok_or(Problem::Failed)?;
        worker.commands.try_send(command).map_err(|error| match error {
            TrySendError::Full(_) => Problem::Busy,
            TrySendError::Disconnected(_) => Problem::Stopping,
        })?;
        worker.signals.wake();
        Ok(())
    }

    fn directory(&self) -> MutexGuard<'_, Directory> {
        self.shared.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A participant's place in the media plane. Dropping it gives it up.
pub struct Seat {
    media: Media,
    worker: usize,
    key: SeatKey,
    meeting: MeetingId,
}

impl Seat {
    /// Has a session description answered.
    ///
    /// Dropping the future does not take the offer back.
    ///
    /// # Errors
    /// [`Problem::BadOffer`], [`Problem::Busy`] (also when a newer offer overtook this one, or the worker began anew) or
    /// [`Problem::Stopping`].
    pub async fn offer(&self, offer: Offer) -> Result<String, Problem> {
        let (answer, answered) = oneshot::channel();
        self.media.command(self.worker, Command::Offer { seat: self.key, offer, answer })?;
        answered.await.unwrap_or(Err(Problem::Busy))
    }

    /// Says what this participant looks at; replaces all earlier wishes.
    ///
    /// # Errors
    /// [`Problem::Busy`] or [`Problem::Stopping`].
    pub fn want(&self, wishes: Vec<Wish>) -> Result<(), Problem> {
        self.media.command(self.worker, Command::Want { seat: self.key, wishes })
    }

    /// Says what this participant sends; nothing that is not on is passed on.
    ///
    /// # Errors
    /// [`Problem::Busy`] or [`Problem::Stopping`].
    pub fn publish(&self, publishing: Publishing) -> Result<(), Problem> {
        self.media.command(self.worker, Command::Publish { seat: self.key, publishing })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.media.directory().leave(&self.meeting, self.worker);
        if let Some(worker) = self.media.shared.workers.get(self.worker) {
            worker.signals.leave(self.key);
        }
    }
}

/// What the kernel keeps of datagrams on a media socket, in octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buffers {
    /// What the workers ask for, in each direction.
    pub wanted: usize,
    /// What they get for receiving.
    pub receive: usize,
    /// What they get for sending.
    pub send: usize,
}

/// What the kernel would keep for a worker on `bind`.
///
/// # Errors
/// When there can be no such socket.
pub fn buffers(bind: IpAddr) -> io::Result<Buffers> {
    let socket = socket::bind(bind, 0)?;
    // Linux grants twice of what may be used, the other half being for its own records (socket(7)).
    let (receive, send) = (socket.recv_buffer_size()? / 2, socket.send_buffer_size()? / 2);
    Ok(Buffers { wanted: socket::BUFFER, receive, send })
}

/// Says where browsers will send sound and picture: what is wrong here is what administrators look for first.
fn announce(addresses: &[IpAddr], ports: &[u16], tcp: bool) {
    let addresses = addresses.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(" and ");
    let ports = match ports {
        [first, .., last] => format!("ports {first} to {last}"),
        _ => format!("port {}", ports.first().copied().unwrap_or_default()),
    };
    let fallback = if tcp { ", or TCP where no UDP gets out" } else { "" };
    tracing::info!("Browsers are told to send sound and picture to {addresses}, UDP {ports}{fallback}");
}
