//! What Confab remembers, in SurrealDB.
//!
//! Owns: the schema and its migrations, and one module of questions per aggregate: [`accounts`],
//! [`administration`], [`sessions`], [`links`], [`meetings`], [`running`], [`stream_tokens`], [`chat`]. This is the only place with SurrealQL.
//! Never: hashes a password, decides who may do what, reads the clock, or lets a row type out. A function that
//! returned `Ok` has its change on the disk.
//! Start reading at [`Store::open`]; how a question is asked stands in `ask`, what is done to data that a process left in
//! the middle of a word in `log`.
#![deny(missing_docs)]

pub mod accounts;
pub mod administration;
mod ask;
pub mod chat;
mod disk;
mod error;
mod folder;
pub mod links;
mod log;
pub mod meetings;
mod migrations;
mod row;
pub mod running;
pub mod sessions;
pub mod stream_tokens;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tokio::sync::watch;

pub use crate::chat::Appended;
pub use crate::disk::Disk;
pub use crate::error::Error;
pub use crate::meetings::StoredMeeting;

/// A handle on everything that is remembered; clones share it.
#[derive(Clone)]
pub struct Store {
    // Behind a pointer of ours: its own clones are sessions of the database, of which each takes a tenth of a megabyte.
    db: Arc<Surreal<Any>>,
    watch: Option<Arc<dyn Watch>>,
    // Set when the disk refused a change, to what it said, and never taken back.
    halted: watch::Sender<Option<String>>,
    disk: Disk,
    // Held for as long as anybody can write.
    _lock: Option<Arc<folder::Lock>>,
}

/// Whoever measures how long answers take: this crate reads no clock.
pub trait Watch: Send + Sync {
    /// A question is asked; what comes back is dropped when the answer is there.
    fn asked(&self) -> Box<dyn Send>;
}

impl Store {
    /// Opens the store at `url` (`surrealkv://<folder>` or `mem://`) and brings its schema up to date.
    ///
    /// # Errors
    /// [`Error::Locked`] when another process has it, [`Error::Folder`] and [`Error::Closed`] when it cannot be
    /// opened, [`Error::Edited`] and [`Error::Newer`] when its schema is not one of ours.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let store = Self::connect(url).await?;
        migrations::apply(&store.db).await?;
        store.finish_account_deletions().await?;
        store.finish_deletions().await?;
        Ok(store)
    }

    /// Says whether the store at `url` could be opened, and changes nothing that is in it.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub async fn examine(url: &str) -> Result<(), Error> {
        let store = Self::connect(url).await?;
        migrations::check(&store.db).await
    }

    /// The same store, with somebody who measures how long its answers take.
    #[must_use]
    pub fn watched(self, watch: Arc<dyn Watch>) -> Self {
        Self { watch: Some(watch), ..self }
    }

    /// Whether changes are taken. No longer, once the disk refused one: a part of that one may stand in the database's log,
    /// and what was written behind it would be lost at the next start. Reading goes on.
    pub fn takes_changes(&self) -> bool {
        self.halted.borrow().is_none()
    }

    /// Waits until no changes are taken any more, and answers what the disk said when it refused one.
    pub async fn until_halted(&self) -> String {
        let mut halted = self.halted.subscribe();
        let why = halted.wait_for(Option::is_some).await.map(|why| (*why).clone());
        // The sender is this handle's own, so there is always an answer.
        why.ok().flatten().unwrap_or_default()
    }

    /// What the data lies on.
    pub fn disk(&self) -> Disk {
        self.disk.clone()
    }

    async fn connect(url: &str) -> Result<Self, Error> {
        let (address, lock, disk) = match url.strip_prefix("surrealkv://") {
            Some(path) => {
                let lock = folder::Lock::take(path.as_ref())?;
                log::mend(path.as_ref()).map_err(|source| Error::Folder { path: path.into(), source })?;
                // Every commit waits for the disk: it is the default, and written down because all depends on it.
                (format!("surrealkv://{path}?sync=every"), Some(Arc::new(lock)), Disk::under(path.as_ref()))
            }
            None => (url.to_owned(), None, Disk::default()),
        };
        let db = surrealdb::engine::any::connect(address).await.map_err(Error::Closed)?;
        db.use_ns("confab").use_db("confab").await.map_err(Error::Closed)?;
        Ok(Self { db: Arc::new(db), watch: None, halted: watch::Sender::new(None), disk, _lock: lock })
    }
}
