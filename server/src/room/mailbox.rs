//! What a room says to one connection: a bounded queue that catches up with a snapshot.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use axum::extract::ws::Utf8Bytes;
use domain::ParticipantId;
use domain::Problem;
use domain::wire::ServerMessage;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Messages that may wait for a slow connection before it is served a snapshot instead.
const QUEUE: usize = 256;

/// One thing for a connection's task to do.
#[derive(Debug)]
pub(super) enum Mail {
    /// Send this frame.
    Frame(Utf8Bytes),
    /// The person has a seat; send this frame.
    Welcome(ParticipantId, Utf8Bytes),
    /// Say why, and close.
    Bye(Problem),
}

/// The room's end of the queue.
#[derive(Debug)]
pub(super) struct Mailbox {
    sender: mpsc::Sender<Mail>,
    /// Whether events are for this connection: not before it was welcomed.
    pub(super) seated: bool,
    /// Whether an event did not fit. Only a snapshot helps from here on.
    pub(super) behind: bool,
    media: Arc<AtomicBool>,
}

/// The connection's end.
#[derive(Debug)]
pub(super) struct Letters {
    /// What the room says.
    pub(super) mail: mpsc::Receiver<Mail>,
    media: Arc<AtomicBool>,
}

impl Letters {
    /// Whether this person may send and receive sound and picture.
    pub(super) fn has_media_seat(&self) -> bool {
        self.media.load(Ordering::Acquire)
    }
}

impl Mailbox {
    /// A mailbox, and the end from which the connection's task reads.
    pub(super) fn new() -> (Self, Letters) {
        let (sender, mail) = mpsc::channel(QUEUE);
        let media = Arc::new(AtomicBool::new(false));
        (Self { sender, seated: false, behind: false, media: Arc::clone(&media) }, Letters { mail, media })
    }

    /// Lets the person send and receive sound and picture. Beside the queue, which may be full: this must not be lost.
    pub(super) fn give_media_seat(&self) {
        self.media.store(true, Ordering::Release);
    }

    /// Queues a frame; what does not fit puts the connection behind.
    pub(super) fn post(&mut self, mail: Mail) {
        if let Err(TrySendError::Full(_)) = self.sender.try_send(mail) {
            self.behind = true;
        }
    }

    /// Queues the frames of a snapshot for a connection that fell behind, once there is room for it and for what follows.
    pub(super) fn catch_up<I: Iterator<Item = Utf8Bytes>>(&mut self, snapshot: impl FnOnce() -> I) {
        if self.sender.capacity() >= QUEUE / 2 {
            self.behind = false;
            snapshot().for_each(|frame| self.post(Mail::Frame(frame)));
        }
    }
}

/// A message as the text of a frame.
pub(super) fn encode(message: &ServerMessage) -> Utf8Bytes {
    // Every message is made of strings, numbers and lists, which always have a JSON form.
    serde_json::to_string(message).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_connection_gets_a_snapshot_instead_of_a_gap() {
        let (mut mailbox, mut letters) = Mailbox::new();
        for _ in 0..=QUEUE {
            mailbox.post(Mail::Frame("event".into()));
        }
        assert!(mailbox.behind);
        mailbox.catch_up(|| ["snapshot".into()].into_iter());
        assert!(mailbox.behind, "there is no room yet");
        while letters.mail.try_recv().is_ok() {}
        mailbox.catch_up(|| ["snapshot".into()].into_iter());
        assert!(!mailbox.behind);
        assert!(matches!(letters.mail.try_recv(), Ok(Mail::Frame(text)) if text == "snapshot"));
    }

    #[test]
    fn a_media_seat_arrives_also_where_nothing_else_does() {
        let (mut mailbox, letters) = Mailbox::new();
        for _ in 0..=QUEUE {
            mailbox.post(Mail::Frame("event".into()));
        }
        assert!(!letters.has_media_seat());
        mailbox.give_media_seat();
        assert!(letters.has_media_seat());
    }
}
