//! One worker: a thread, its socket, its unit.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::time::Duration;
use std::time::Instant;

use domain::Problem;
use nix::poll::PollFd;
use nix::poll::PollFlags;
use nix::poll::ppoll;
use nix::sys::time::TimeSpec;
use sfu::Input;
use sfu::Outbox;
use sfu::Output;
use sfu::SeatKey;
use sfu::Sfu;
use sfu::SfuConfig;
use sfu::UnitKey;
use socket2::Socket;

use crate::clock;
use crate::media::MediaCounters;
use crate::media::session::Session;
use crate::media::signals::Command;
use crate::media::signals::Relayed;
use crate::media::signals::Signals;
use crate::media::socket::BatchSocket;

/// Batches received, and commands taken, before what they cause is sent: bounded, so that a flood of either
/// delays nobody's media for long.
const BATCHES_PER_TICK: usize = 16;
const COMMANDS_PER_TICK: usize = 64;

/// The shortest time between two ticks. What comes in meanwhile leaves together: one system call carries a picture
/// to its receiver instead of each of its packets, for three milliseconds of delay on average. A worker that has much to do
/// does it in fewer, longer ticks, in which more leaves together.
const TICK: Duration = Duration::from_millis(6);
const LONGEST_TICK: Duration = Duration::from_millis(18);

/// The shares of its time that a worker is busy from which its ticks grow longer, and at which they are longest.
const GROWS: f32 = 0.4;
const GROWN: f32 = 0.8;

/// How soon a participant whose channel was full is tried again.
const RETRY: Duration = Duration::from_millis(20);

/// How old the published counters may be.
const COUNT: Duration = Duration::from_millis(250);

/// How often the unit is told how busy its worker is.
const LOAD: Duration = Duration::from_millis(500);

/// The worker's own side.
pub(super) struct Worker {
    /// Its place among the workers.
    key: UnitKey,
    /// All workers, itself among them.
    workers: Arc<[Arc<Signals>]>,
    config: SfuConfig,
    unit: Sfu,
    socket: BatchSocket,
    commands: Receiver<Command>,
    signals: Arc<Signals>,
    sessions: BTreeMap<SeatKey, Session>,
    /// Those who have something kept for them.
    behind: BTreeSet<SeatKey>,
    outbox: Outbox,
    counted: MediaCounters,
    counted_at: Instant,
    /// The time worked since the unit was told of it, and when that was.
    worked: (Duration, Instant),
    /// The shortest time between two ticks, as busy as it is.
    tick: Duration,
}

/// Runs a worker until it is told to stop.
///
/// A panic, which is a bug, ends the meetings of this worker's unit and nothing else: the worker begins anew on the same
/// port, and the participants' tasks, whose channels are closed, have the clients come back.
pub(super) fn supervise(mut worker: Worker) {
    while catch_unwind(AssertUnwindSafe(|| worker.run())).is_err() {
        tracing::error!("A media worker came to a bad end; its meetings connect anew");
        if let Err(error) = worker.begin_anew() {
            tracing::error!(%error, "A media worker could not begin anew");
            return;
        }
    }
}

impl Worker {
    pub(super) fn new(
        key: UnitKey,
        workers: Arc<[Arc<Signals>]>,
        config: SfuConfig,
        unit: Sfu,
        socket: Socket,
        commands: Receiver<Command>,
    ) -> io::Result<Self> {
        let now = clock::monotonic();
        let signals = workers.get(key.0).cloned().ok_or(io::ErrorKind::NotFound)?;
        Ok(Self {
            key,
            workers,
            config,
            unit,
            socket: BatchSocket::new(socket)?,
            commands,
            signals,
            sessions: BTreeMap::new(),
            behind: BTreeSet::new(),
            outbox: Outbox::default(),
            counted: MediaCounters::default(),
            counted_at: now,
            worked: (Duration::ZERO, now),
            tick: TICK,
        })
    }

    /// Forgets everybody: what they were told by, and what was kept for them.
    fn begin_anew(&mut self) -> io::Result<()> {
        self.counted.failures += 1;
        self.counted.unit = self.counted.unit.plus(self.unit.counters().past());
        self.unit = Sfu::new(&self.config, clock::monotonic()).map_err(io::Error::other)?;
        self.sessions.clear();
        self.behind.clear();
        self.outbox.clear();
        for (number, worker) in self.workers.iter().enumerate() {
            if UnitKey(number) != self.key {
                worker.relay(Relayed::Lost(self.key));
            }
        }
        Ok(())
    }

    /// Runs until told to stop. One turn is one tick: take what there is, let the unit work, send in one go.
    fn run(&mut self) {
        let mut wake_at = clock::monotonic();
        let mut ticked_at = wake_at;
        while !self.signals.stop.load(Ordering::Acquire) {
            self.wait(wake_at, true);
            self.gather(ticked_at + self.tick);
            let now = clock::monotonic();
            ticked_at = now;
            self.take_commands(now);
            self.take_relayed(now);
            self.take_datagrams(now);
            wake_at = self.work(now);
            self.send();
            wake_at = self.tell(now, wake_at);
            wake_at = self.count(now, wake_at);
            self.worked.0 += now.elapsed();
        }
    }

    /// Lets datagrams gather in the socket until it is time for another tick.
    fn gather(&self, until: Instant) {
        if clock::monotonic() < until {
            self.wait(until, false);
        }
    }

    /// Sleeps until somebody calls, it is time, or, where `datagrams` says so, something comes in.
    fn wait(&self, wake_at: Instant, datagrams: bool) {
        let left = wake_at.saturating_duration_since(clock::monotonic());
        let wake = PollFd::new(std::os::fd::AsFd::as_fd(&self.signals.wake), PollFlags::POLLIN);
        let socket = PollFd::new(self.socket.as_fd(), PollFlags::POLLIN);
        let mut fds = [wake, socket];
        let fds = if datagrams { fds.as_mut_slice() } else { fds.get_mut(..1).unwrap_or_default() };
        // An interrupted wait is a short one.
        let _ = ppoll(fds, Some(TimeSpec::from_duration(left)), None);
        let called = fds.first().and_then(PollFd::any).unwrap_or(false);
        if called {
            let _ = self.signals.wake.read();
        }
    }

    fn take_commands(&mut self, now: Instant) {
        let leaving = self.signals.take_leaving();
        for _ in 0..COMMANDS_PER_TICK {
            let Ok(command) = self.commands.try_recv() else { break };
            self.obey(command, now);
        }
        for seat in leaving {
            self.sessions.remove(&seat);
            self.unit.handle(Input::Leave { seat }, now);
        }
    }

    fn obey(&mut self, command: Command, now: Instant) {
        let input = match command {
            Command::Enter { seat, meeting, participant, others, events } => {
                self.sessions.insert(seat, Session::new(events));
                Input::Enter { seat, meeting, participant, others }
            }
            Command::Offer { seat, offer, answer } => {
                let Some(session) = self.sessions.get_mut(&seat) else { return };
                if let Err(answer) = session.expect(offer.id, answer) {
                    let _ = answer.send(Err(Problem::Busy));
                    return;
                }
                Input::Offer { seat, offer }
            }
            Command::Want { seat, wishes } => Input::Want { seat, wishes },
            Command::Publish { seat, publishing } => Input::Publish { seat, publishing },
            #[cfg(test)]
            Command::Panic => panic!("as told"),
        };
        self.unit.handle(input, now);
    }

    fn take_relayed(&mut self, now: Instant) {
        for relayed in self.signals.take_relayed() {
            let input = match relayed {
                Relayed::Batch(from, batch) => Input::Relay { from, batch },
                Relayed::Lost(unit) => Input::Lost { unit },
            };
            self.unit.handle(input, now);
        }
    }

    fn take_datagrams(&mut self, now: Instant) {
        for _ in 0..BATCHES_PER_TICK {
            let unit = &mut self.unit;
            let more = self.socket.receive(|from, bytes| unit.handle(Input::Datagram { from, bytes }, now));
            if !more {
                break;
            }
        }
    }

    /// Lets the unit work; returns when it wants to go on.
    fn work(&mut self, now: Instant) -> Instant {
        self.unit.handle(Input::Wake, now);
        loop {
            match self.unit.poll_output() {
                Output::Tell(seat, event) => {
                    if let Some(session) = self.sessions.get_mut(&seat) {
                        session.tell(event);
                        self.behind.insert(seat);
                    }
                }
                Output::Relay(UnitKey(to), batch) => {
                    if let Some(worker) = self.workers.get(to) {
                        worker.relay(Relayed::Batch(self.key, batch));
                    }
                }
                Output::Send => {
                    self.send();
                    // What follows leaves later: who takes it to have left before sees a queue that is our own work.
                    self.unit.handle(Input::Wake, clock::monotonic());
                }
                Output::WakeAt(at) => return at,
            }
        }
    }

    fn send(&mut self) {
        self.unit.swap_outbox(&mut self.outbox);
        self.counted.unsent += self.socket.send(&self.outbox);
    }

    /// Passes on what is kept; returns when to wake with regard to those who had no room.
    fn tell(&mut self, now: Instant, wake_at: Instant) -> Instant {
        let sessions = &mut self.sessions;
        self.behind.retain(|seat| sessions.get_mut(seat).is_some_and(|session| !session.flush()));
        if self.behind.is_empty() { wake_at } else { wake_at.min(now + RETRY) }
    }

    /// Publishes what is counted; returns when to wake with regard to what is not published yet: after the last
    /// participant has left, nothing else may happen for a long time.
    fn count(&mut self, now: Instant, wake_at: Instant) -> Instant {
        self.tell_load(now);
        let unit = self.counted.unit.plus(self.unit.counters());
        let counters = MediaCounters { unit, ..self.counted };
        if counters == self.signals.counters() {
            return wake_at;
        }
        let due = self.counted_at + COUNT;
        if now < due {
            return wake_at.min(due);
        }
        self.counted_at = now;
        self.signals.publish(counters);
        wake_at
    }

    /// Tells the unit how busy its worker was.
    fn tell_load(&mut self, now: Instant) {
        let (worked, since) = self.worked;
        let passed = now.saturating_duration_since(since);
        if passed >= LOAD {
            let busy = worked.as_secs_f32() / passed.as_secs_f32();
            self.worked = (Duration::ZERO, now);
            self.tick = tick(busy);
            self.unit.handle(Input::Load { busy }, now);
        }
    }
}

/// The shortest time between two ticks of a worker that is so busy, as a share of its time.
fn tick(busy: f32) -> Duration {
    let grown = ((busy - GROWS) / (GROWN - GROWS)).clamp(0.0, 1.0);
    TICK + (LONGEST_TICK - TICK).mul_f32(grown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_grow_with_the_work_between_their_bounds() {
        assert_eq!([0.0, GROWS, GROWN, 2.0].map(tick), [TICK, TICK, LONGEST_TICK, LONGEST_TICK]);
        assert!(tick(0.5) < tick(0.6));
    }
}
