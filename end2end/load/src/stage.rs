//! A run under way: the participants, and the visits that keep them connected with a server.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::bail;
use domain::wire::Publishing;
use futures::future::join_all;
use tokio::runtime::Builder;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::sync::oneshot;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::client::Shape;
use crate::clock;
use crate::fleet::Fleet;
use crate::host::Host;
use crate::host::News;
use crate::host::Sender;
use crate::host::Visit;

/// How long coming in may take, for all of a group.
const PATIENCE: Duration = Duration::from_secs(120);

/// What visits may have to tell before they wait.
const NEWS: usize = 1024;

/// Where to go, and the address that media is sent from.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) host: Host,
    pub(crate) bind: IpAddr,
}

/// The participants and their connections.
pub(crate) struct Stage {
    pub(crate) fleet: Fleet,
    host: Host,
    /// How tall everybody watches.
    tile: u16,
    runtime: Runtime,
    tell: mpsc::Sender<News>,
    news: mpsc::Receiver<News>,
    sending: Vec<Sender>,
    senders: watch::Sender<Vec<Sender>>,
    visits: BTreeMap<usize, (oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Stage {
    /// Nobody is there yet.
    pub(crate) fn open(way: &Way, tile: u16) -> anyhow::Result<Self> {
        Self::with_senders(way, tile, clock::monotonic(), Vec::new())
    }

    /// Another stage with a thread of its own, for people who come to the same rooms.
    pub(crate) fn beside(&self, way: &Way) -> anyhow::Result<Self> {
        Self::with_senders(way, self.tile, self.fleet.epoch(), self.sending.clone())
    }

    fn with_senders(way: &Way, tile: u16, epoch: Instant, sending: Vec<Sender>) -> anyhow::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (tell, news) = mpsc::channel(NEWS);
        let (senders, _) = watch::channel(sending.clone());
        let (fleet, host, visits) = (Fleet::new(way.bind, epoch)?, way.host.clone(), BTreeMap::new());
        Ok(Self { fleet, host, tile, runtime, tell, news, sending, senders, visits })
    }

    /// Brings people in, so many at once, until all of them are connected; then everybody looks at those who send.
    pub(crate) fn admit(&mut self, shapes: Vec<Shape>, at_once: usize) -> anyhow::Result<()> {
        let deadline = clock::monotonic() + PATIENCE;
        let mut waiting = shapes.into_iter();
        let mut coming: Vec<usize> = Vec::new();
        loop {
            while coming.len() < at_once
                && let Some(shape) = waiting.next()
            {
                coming.push(self.invite(shape)?);
            }
            if coming.is_empty() {
                self.show();
                return Ok(());
            }
            self.beat()?;
            coming.retain(|index| self.fleet.client(*index).is_some_and(|client| !client.connected));
            if clock::monotonic() > deadline {
                bail!("{} were not connected after {PATIENCE:?}", coming.len() + waiting.len());
            }
        }
    }

    /// Lets somebody begin to come in.
    pub(crate) fn invite(&mut self, shape: Shape) -> anyhow::Result<usize> {
        let visit = self.prepare(shape)?;
        let index = visit.client;
        self.send_in(visit);
        Ok(index)
    }

    /// Makes a client and what it needs to come in: the part that costs the server nothing.
    pub(crate) fn prepare(&mut self, shape: Shape) -> anyhow::Result<Visit> {
        let index = self.fleet.add(shape.clone())?;
        let client = self.fleet.client(index).context("who was just added is not there")?;
        let offer = if shape.is_offered_to() { None } else { Some(client.offer()?) };
        let leave = oneshot::channel().1;
        Ok(Visit {
            client: index,
            person: shape.person,
            room: shape.room,
            publishing: Publishing {
                microphone: shape.sends && shape.film.is_none(),
                camera: shape.sends,
                ..Publishing::default()
            },
            name: shape.name,
            offer,
            slots: client.video_slots.iter().map(ToString::to_string).collect(),
            tile: self.tile,
            senders: self.senders.subscribe(),
            news: self.tell.clone(),
            leave,
        })
    }

    /// Sends somebody on the way.
    pub(crate) fn send_in(&mut self, mut visit: Visit) {
        let (leave, left) = oneshot::channel();
        visit.leave = left;
        let index = visit.client;
        let task = self.runtime.spawn(visit.run(self.host.clone()));
        self.visits.insert(index, (leave, task));
    }

    /// Has everybody look at all who send by now.
    pub(crate) fn show(&self) {
        self.senders.send_replace(self.sending.clone());
    }

    /// Lets somebody leave: with a goodbye, or as if the power had gone.
    pub(crate) fn dismiss(&mut self, index: usize, politely: bool) -> anyhow::Result<()> {
        if let Some((leave, _)) = self.visits.remove(&index)
            && politely
        {
            // Whoever was put out already needs no goodbye.
            let _ = leave.send(());
        }
        if let Some(client) = self.fleet.client(index) {
            let person = client.shape().person;
            self.sending.retain(|sender| sender.person != person);
        }
        self.fleet.remove(index)
    }

    /// Everybody says goodbye and leaves; returns when the server has heard it.
    pub(crate) fn clear(&mut self) -> anyhow::Result<()> {
        let mut tasks = Vec::new();
        for (index, (leave, task)) in std::mem::take(&mut self.visits) {
            let _ = leave.send(());
            tasks.push(task);
            self.fleet.remove(index)?;
        }
        self.sending.clear();
        self.runtime.block_on(join_all(tasks));
        Ok(())
    }

    /// Runs for a while.
    pub(crate) fn run(&mut self, time: Duration) -> anyhow::Result<()> {
        let deadline = clock::monotonic() + time;
        self.run_until(|_| clock::monotonic() >= deadline)
    }

    /// Runs until something is the case.
    pub(crate) fn run_until(&mut self, done: impl Fn(&Fleet) -> bool) -> anyhow::Result<()> {
        while !done(&self.fleet) {
            self.beat()?;
        }
        Ok(())
    }

    fn beat(&mut self) -> anyhow::Result<()> {
        while let Ok(news) = self.news.try_recv() {
            self.hear(news)?;
        }
        self.fleet.beat()
    }

    fn hear(&mut self, news: News) -> anyhow::Result<()> {
        match news {
            News::Sends(sender) => self.sending.push(sender),
            News::Answer { client, sdp } => {
                if let Some(client) = self.fleet.client(client) {
                    client.answered(&sdp)?;
                }
            }
            News::Watched { client, layers } => {
                if let Some(client) = self.fleet.client(client) {
                    client.watched(layers);
                }
            }
            News::Offer { client, sdp, answer } => {
                if let Some(client) = self.fleet.client(client) {
                    // A visit that is over needs no answer.
                    let _ = answer.send(client.answer(&sdp)?);
                }
            }
            // Whoever was sent away in the middle of coming in is no failure of the server's.
            News::Failed { client, error } if self.visits.contains_key(&client) => return Err(error),
            News::Failed { .. } => {}
        }
        Ok(())
    }
}
