//! What passes between a worker and the other threads.

use std::io;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;

use domain::MeetingId;
use domain::ParticipantId;
use domain::wire::Offer;
use domain::wire::Publishing;
use domain::wire::Wish;
use nix::sys::eventfd::EfdFlags;
use nix::sys::eventfd::EventFd;
use sfu::Batch;
use sfu::SeatKey;
use sfu::UnitKey;
use tokio::sync::mpsc;
use tokio::sync::oneshot;

use crate::media::MediaCounters;
use crate::media::MediaEvent;
use crate::media::session::Answer;

/// Batches of other workers that may wait with their media: a second's of a busy one.
const MOST_RELAYED: usize = 256;

/// What a worker is told by the other threads.
pub(super) enum Command {
    Enter {
        seat: SeatKey,
        meeting: MeetingId,
        participant: ParticipantId,
        /// The other workers where people of that meeting sit.
        others: Vec<UnitKey>,
        events: mpsc::Sender<MediaEvent>,
    },
    Offer {
        seat: SeatKey,
        offer: Offer,
        answer: oneshot::Sender<Answer>,
    },
    Want {
        seat: SeatKey,
        wishes: Vec<Wish>,
    },
    Publish {
        seat: SeatKey,
        publishing: Publishing,
    },
    /// What no input ought to do.
    #[cfg(test)]
    Panic,
}

/// What one worker tells another.
pub(super) enum Relayed {
    /// Of a meeting that has people at both.
    Batch(UnitKey, Batch),
    /// That its meetings are gone.
    Lost(UnitKey),
}

/// What a worker shares with the other threads besides its channel.
pub(super) struct Signals {
    pub(super) wake: EventFd,
    pub(super) stop: AtomicBool,
    /// Seats given up. Not in the channel: that may be full, and leaving must not fail.
    leaving: Mutex<Vec<SeatKey>>,
    /// What other workers have to tell. Not in the channel either: it must not fail.
    relayed: Mutex<Vec<Relayed>>,
    counters: Mutex<MediaCounters>,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            wake: EventFd::from_flags(EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC)?,
            stop: AtomicBool::new(false),
            leaving: Mutex::default(),
            relayed: Mutex::default(),
            counters: Mutex::default(),
        })
    }

    /// Wakes the worker. It cannot fail for any reason but that the worker is awake.
    pub(super) fn wake(&self) {
        let _ = self.wake.write(1);
    }

    pub(super) fn leave(&self, seat: SeatKey) {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner).push(seat);
        self.wake();
    }

    /// Takes what another worker has to tell; its media only while this one keeps up.
    pub(super) fn relay(&self, relayed: Relayed) {
        let mut waiting = self.relayed.lock().unwrap_or_else(PoisonError::into_inner);
        match relayed {
            Relayed::Batch(from, mut batch) if waiting.len() >= MOST_RELAYED => {
                batch.drop_media();
                if !batch.is_empty() {
                    waiting.push(Relayed::Batch(from, batch));
                }
            }
            relayed => waiting.push(relayed),
        }
        drop(waiting);
        self.wake();
    }

    /// The seats that were given up since this was asked last.
    pub(super) fn take_leaving(&self) -> Vec<SeatKey> {
        std::mem::take(&mut *self.leaving.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What other workers had to tell since this was asked last.
    pub(super) fn take_relayed(&self) -> Vec<Relayed> {
        std::mem::take(&mut *self.relayed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn publish(&self, counters: MediaCounters) {
        *self.counters.lock().unwrap_or_else(PoisonError::into_inner) = counters;
    }

    pub(super) fn counters(&self) -> MediaCounters {
        *self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
