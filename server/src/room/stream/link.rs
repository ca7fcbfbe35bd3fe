//! A stream's tie to the media, and how long it may be without contact.

use std::time::Duration;

use domain::MeetingId;
use domain::ParticipantId;
use domain::Problem;
use domain::wire::Offer;
use domain::wire::Publishing;
use domain::wire::Quality;
use domain::wire::Wish;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::Fragment;
use super::Meant;
use super::Patched;
use crate::media::Media;
use crate::media::MediaEvent;
use crate::media::Seat;

/// Events that may wait; the media keeps what does not fit.
const QUEUE: usize = 32;

/// How long a program may take to connect, or be without contact, before its stream is over.
const PATIENCE: Duration = Duration::from_secs(20);

/// A seat in the media.
pub(super) struct Link {
    seat: Seat,
    events: mpsc::Receiver<MediaEvent>,
    offer: Offer,
    generation: u32,
    over_at: Option<Instant>,
}

impl Link {
    /// Takes a seat and has the offer answered.
    pub(super) async fn open(
        media: &Media,
        meeting: &MeetingId,
        participant: ParticipantId,
        offer: Offer,
    ) -> Result<(Self, String), Problem> {
        let (sender, events) = mpsc::channel(QUEUE);
        let seat = media.enter(meeting, participant, sender)?;
        let answer = seat.offer(offer.clone()).await?;
        let over_at = Some(Instant::now() + PATIENCE);
        Ok((Self { seat, events, offer, generation: 1, over_at }, answer))
    }

    /// The number of the ICE session.
    pub(super) fn generation(&self) -> u32 {
        self.generation
    }

    pub(super) fn publish(&self, publishing: Publishing) -> Result<(), Problem> {
        self.seat.publish(publishing)
    }

    pub(super) fn want(&self, wishes: Vec<Wish>) -> Result<(), Problem> {
        self.seat.want(wishes)
    }

    /// How the media fares from now on; `None` when it is over. Nothing is lost when the wait is given up.
    pub(super) async fn next(&mut self) -> Option<Quality> {
        loop {
            let event = match self.over_at {
                Some(at) => tokio::time::timeout_at(at, self.events.recv()).await.ok()?,
                None => self.events.recv().await,
            };
            if let MediaEvent::Quality(quality) = event? {
                let lost = || self.over_at.unwrap_or_else(|| Instant::now() + PATIENCE);
                self.over_at = if quality == Quality::Good { None } else { Some(lost()) };
                return Some(quality);
            }
        }
    }

    /// Takes a fragment of a description: begins ICE anew, if it says so.
    pub(super) async fn patch(&mut self, fragment: Fragment) {
        let Fragment { meant, text, answer } = fragment;
        // Whoever does not wait any more does not want it.
        let _ = answer.send(self.patched(meant, &text).await);
    }

    async fn patched(&mut self, meant: Meant, text: &str) -> Result<Patched, Problem> {
        if let Meant::Session(number) = meant
            && number != Some(self.generation)
        {
            return Ok(Patched::Stale);
        }
        let Some(offer) = sfu::lone::restarted(&self.offer, text)? else { return Ok(Patched::Known) };
        let answer = self.seat.offer(offer.clone()).await?;
        self.offer = offer;
        self.generation += 1;
        self.over_at = Some(Instant::now() + PATIENCE);
        Ok(Patched::Restarted { generation: self.generation, fragment: sfu::lone::fragment(&answer) })
    }
}
