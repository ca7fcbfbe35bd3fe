//! What can go wrong here, by what a caller can do about it.

use std::path::PathBuf;

/// Why the store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process has the data open.
    #[error("the data folder {0} is in use by another process")]
    Locked(PathBuf),
    /// The folder cannot be made or written.
    #[error("the data folder {path} cannot be used: {source}")]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The database does not open.
    #[error("the store does not open: {0}")]
    Closed(#[source] surrealdb::Error),
    /// A migration is not the one that this data was migrated with.
    #[error("migration {0} was edited after it had been applied to this data")]
    Edited(String),
    /// The data was written by a newer version.
    #[error("the data was written by a newer version of Confab: it knows migration {0}")]
    Newer(String),
    /// Others changed the same record again and again; asking again later is right.
    #[error("too many changes of the same record at a time")]
    Busy,
    /// The disk refused something before, and nothing is changed until the store is opened anew.
    #[error("the store takes no changes since the disk refused one, until there is room and it is opened anew")]
    Halted,
    /// The database refused or failed; nothing was changed.
    #[error("the database failed: {0}")]
    Failed(#[source] surrealdb::Error),
    /// A record does not hold what this version writes into it.
    #[error("a record cannot be read: {0}")]
    Unreadable(String),
}
