//! The servers that can be put under load: Confab, and Janus to compare it with.
//!
//! A *visit* is the task that brings one client in and keeps its signalling connection; it speaks with the thread that
//! owns the clients by messages.

mod confab;
mod janus;

use anyhow::Context;
use domain::wire::Offer;
use domain::wire::Publishing;
use tokio::sync::mpsc;
use tokio::sync::oneshot;
use tokio::sync::watch;

use crate::client::Shape;
use crate::scene;

pub(crate) use self::confab::Place;
pub(crate) use self::janus::VideoRooms;

/// Where people go.
#[derive(Clone, Debug)]
pub(crate) enum Host {
    Confab(Place),
    Janus(VideoRooms),
}

impl Host {
    /// The connections that these people have with this server.
    pub(crate) fn arrange(&self, shapes: Vec<Shape>) -> Vec<Shape> {
        match self {
            Self::Confab(_) => shapes,
            Self::Janus(_) => scene::apart(shapes),
        }
    }
}

/// Somebody who sends, as the server knows them.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) room: usize,
    pub(crate) person: usize,
    pub(crate) id: String,
}

/// What a visit tells the owner of the clients.
pub(crate) enum News {
    /// The server knows a sender under this name.
    Sends(Sender),
    /// The server's answer to a client's offer.
    Answer { client: usize, sdp: String },
    /// The server's offer; the client's answer goes back.
    Offer { client: usize, sdp: String, answer: oneshot::Sender<String> },
    /// These layers of a client's camera are looked at; the others need not be sent.
    Watched { client: usize, layers: Vec<String> },
    /// The server would not have it.
    Failed { client: usize, error: anyhow::Error },
}

/// One client on its way in.
pub(crate) struct Visit {
    pub(crate) client: usize,
    pub(crate) person: usize,
    pub(crate) room: usize,
    pub(crate) name: String,
    /// What the client offers; without one it waits for what the server offers.
    pub(crate) offer: Option<Offer>,
    pub(crate) publishing: Publishing,
    /// The mids on which it can watch somebody, and how tall it watches them.
    pub(crate) slots: Vec<String>,
    pub(crate) tile: u16,
    pub(crate) senders: watch::Receiver<Vec<Sender>>,
    pub(crate) news: mpsc::Sender<News>,
    /// A word is a goodbye; when nothing can come any more, the connection is dropped without one.
    pub(crate) leave: oneshot::Receiver<()>,
}

impl Visit {
    /// Comes in, stays until told to leave, and tells what went wrong.
    pub(crate) async fn run(self, host: Host) {
        let (client, news, name) = (self.client, self.news.clone(), self.name.clone());
        let outcome = match host {
            Host::Confab(place) => confab::visit(&place, self).await,
            Host::Janus(rooms) => janus::visit(&rooms, self).await,
        };
        if let Err(error) = outcome.with_context(|| name) {
            // Nobody listens once the run is over.
            let _ = news.send(News::Failed { client, error }).await;
        }
    }

    /// The others of this room who send.
    fn others(&self, senders: &[Sender]) -> Vec<Sender> {
        let others = senders.iter().filter(|sender| sender.room == self.room && sender.person != self.person);
        others.cloned().collect()
    }

    async fn tell(&self, news: News) -> anyhow::Result<()> {
        self.news.send(news).await.ok().context("the run is over")
    }
}

/// Waits for a word to leave; whether it was one, and not the end of everything.
async fn goodbye(leave: &mut oneshot::Receiver<()>) -> bool {
    leave.await.is_ok()
}
