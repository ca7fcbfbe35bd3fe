//! Programs that came by HTTP (WHIP and WHEP): each a task with a connection to the media, and no signalling of its own.
//!
//! A publisher has a seat like any person. A watcher is nobody in the room; it is told what happens there, so that its
//! slots follow those whom it watches. [`Streams`] finds the tasks again when HTTP asks for them.

mod link;
mod publisher;
mod watcher;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use domain::MeetingId;
use domain::Problem;
use domain::stream::Grant;
use domain::wire::IceServer;
use domain::wire::Offer;
use tokio::sync::mpsc;
use tokio::sync::oneshot;
use tokio::sync::watch;

use crate::clock;

pub(crate) use self::publisher::publish;
pub(crate) use self::watcher::Pair;
pub(crate) use self::watcher::watch;

/// Questions that may wait for one stream.
const QUESTIONS: usize = 4;

/// A stream that is about to begin.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Of which meeting.
    pub(crate) meeting: MeetingId,
    /// The digest of the token that was shown.
    pub(crate) token: String,
    /// What the program offers.
    pub(crate) offer: Offer,
}

/// A stream that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    /// Names it, and cannot be guessed.
    pub(crate) id: String,
    /// The answer to its offer.
    pub(crate) answer: String,
    /// The number of its ICE session.
    pub(crate) generation: u32,
    /// Relays that it may use.
    pub(crate) relays: Vec<IceServer>,
}

/// What came of a fragment of a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Patched {
    /// It told nothing that we need.
    Known,
    /// It was meant for an ICE session that is over.
    Stale,
    /// ICE begins anew: the number of the new session, and how to reach us.
    Restarted {
        /// The number of the new ICE session.
        generation: u32,
        /// How to reach us in it.
        fragment: String,
    },
}

/// The ICE session that a fragment is meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// Whichever there is.
    Any,
    /// The one with this number; `None` for one that never was.
    Session(Option<u32>),
}

/// A fragment for a stream's task.
struct Fragment {
    meant: Meant,
    text: String,
    answer: oneshot::Sender<Result<Patched, Problem>>,
}

/// All streams; clones share them.
#[derive(Clone, Default)]
pub struct Streams {
    open: Arc<Mutex<HashMap<String, Entry>>>,
}

/// The way to one stream's task.
struct Entry {
    meeting: MeetingId,
    token: String,
    grant: Grant,
    /// The name of a publisher: the same one, with the same token, is the same program that comes again.
    name: Option<String>,
    fragments: mpsc::Sender<Fragment>,
    end: watch::Sender<Option<Problem>>,
}

/// A stream's own end of its entry. Dropping it forgets the entry.
struct Registered {
    streams: Streams,
    id: String,
    fragments: mpsc::Receiver<Fragment>,
    end: watch::Receiver<Option<Problem>>,
}

impl Streams {
    /// Ends the streams of a token that was taken back.
    pub fn revoke(&self, meeting: &MeetingId, token: &str) {
        let open = self.open();
        for entry in open.values().filter(|entry| entry.meeting == *meeting && entry.token == token) {
            entry.end.send_replace(Some(Problem::WrongToken));
        }
    }

    /// Whether there is a stream of this name, kind and meeting that was begun with this token; `None` if there is none
    /// at all.
    pub(crate) fn is_of(&self, id: &str, meeting: &MeetingId, grant: Grant, token: &str) -> Option<bool> {
        let open = self.open();
        let entry = open.get(id).filter(|entry| entry.meeting == *meeting && entry.grant == grant)?;
        Some(entry.token == token)
    }

    /// Ends a stream.
    pub(crate) fn end(&self, id: &str, why: Problem) {
        if let Some(entry) = self.open().get(id) {
            entry.end.send_replace(Some(why));
        }
    }

    /// Passes a fragment on to a stream.
    pub(crate) async fn patch(&self, id: &str, meant: Meant, text: String) -> Result<Patched, Problem> {
        let (answer, answered) = oneshot::channel();
        let fragments = self.open().get(id).map(|entry| entry.fragments.clone()).ok_or(Problem::Ended)?;
        fragments.try_send(Fragment { meant, text, answer }).map_err(|_| Problem::Busy)?;
        answered.await.unwrap_or(Err(Problem::Ended))
    }

    /// Enters a stream. The same publisher from before is told off: it has lost its connection and comes again.
    fn register(&self, request: &Request, grant: Grant, name: Option<String>) -> Result<Registered, Problem> {
        let entropy: [u8; 16] = clock::entropy().map_err(|_| Problem::Failed)?;
        let id: String = entropy.iter().map(|byte| format!("{byte:02x}")).collect();
        let (fragments, inbox) = mpsc::channel(QUESTIONS);
        let (end, ended) = watch::channel(None);
        let (meeting, token) = (request.meeting.clone(), request.token.clone());
        let entry = Entry { meeting, token, grant, name, fragments, end };
        let mut open = self.open();
        let same = |known: &&Entry| known.meeting == entry.meeting && known.token == entry.token;
        for known in open.values().filter(same).filter(|known| known.name.is_some() && known.name == entry.name) {
            known.end.send_replace(Some(Problem::TakenOver));
        }
        open.insert(id.clone(), entry);
        Ok(Registered { streams: self.clone(), id, fragments: inbox, end: ended })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        // The map is only ever replaced entry by entry, so a panic cannot leave it half changed.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registered {
    /// Waits until the stream is ended from outside, and says why.
    async fn ended(end: &mut watch::Receiver<Option<Problem>>) -> Problem {
        let why = end.wait_for(Option::is_some).await.ok().and_then(|why| why.clone());
        why.unwrap_or(Problem::Ended)
    }

    /// The next fragment; never, once the entry is gone.
    async fn fragment(fragments: &mut mpsc::Receiver<Fragment>) -> Fragment {
        match fragments.recv().await {
            Some(fragment) => fragment,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.streams.open().remove(&self.id);
    }
}
