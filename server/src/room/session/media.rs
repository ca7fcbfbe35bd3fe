//! A session's tie to the media: closed until the person has a seat for it.

use domain::MeetingId;
use domain::ParticipantId;
use domain::Problem;
use domain::wire::Offer;
use domain::wire::Publishing;
use domain::wire::Quality;
use domain::wire::ServerMessage;
use domain::wire::Wish;
use tokio::sync::mpsc;

use crate::media::Media;
use crate::media::MediaEvent;
use crate::media::Seat;

/// Events that may wait for the session; the media keeps what does not fit.
const QUEUE: usize = 32;

/// What the media says to a session.
pub(super) enum Event {
    /// For the client.
    Say(ServerMessage),
    /// For the room.
    Quality(Quality),
    /// The seat is gone, by no wish of the client's.
    Lost,
}

/// A seat in the media, or none yet.
pub(super) struct MediaLink {
    seat: Result<Seat, Problem>,
    events: mpsc::Receiver<MediaEvent>,
}

impl MediaLink {
    /// No seat, because of this.
    pub(super) fn closed(why: Problem) -> Self {
        Self { seat: Err(why), events: mpsc::channel(1).1 }
    }

    /// Takes a seat; when there is none to have, every offer says why.
    pub(super) fn open(media: &Media, meeting: &MeetingId, participant: ParticipantId) -> Self {
        let (sender, events) = mpsc::channel(QUEUE);
        Self { seat: media.enter(meeting, participant, sender), events }
    }

    /// Whether there is a seat.
    pub(super) fn is_open(&self) -> bool {
        self.seat.is_ok()
    }

    /// The next event; never, without a seat.
    pub(super) async fn next(&mut self) -> Event {
        match self.events.recv().await {
            Some(MediaEvent::Slots(slots)) => Event::Say(ServerMessage::Slots { slots }),
            Some(MediaEvent::Speakers { dominant, levels }) => Event::Say(ServerMessage::Speakers { dominant, levels }),
            Some(MediaEvent::Send { source, layers }) => Event::Say(ServerMessage::Send { source, layers }),
            Some(MediaEvent::Quality(quality)) => Event::Quality(quality),
            None if self.is_open() => Event::Lost,
            None => std::future::pending().await,
        }
    }

    pub(super) async fn offer(&self, offer: Offer) -> Result<String, Problem> {
        match &self.seat {
            Ok(seat) => seat.offer(offer).await,
            Err(problem) => Err(problem.clone()),
        }
    }

    pub(super) fn want(&self, wishes: Vec<Wish>) -> Result<(), Problem> {
        match &self.seat {
            Ok(seat) => seat.want(wishes),
            Err(problem) => Err(problem.clone()),
        }
    }

    /// What is on; without a seat nothing flows anyway.
    pub(super) fn publish(&self, publishing: Publishing) -> Result<(), Problem> {
        self.seat.as_ref().map_or(Ok(()), |seat| seat.publish(publishing))
    }
}
