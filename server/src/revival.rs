//! How a server that the disk refused a change comes back by itself.
//!
//! The store takes no changes then until it is opened anew (`store::Store::takes_changes`), which is a matter for a new process:
//! once there is room ([`needed`]), this one stops as it does when it is told to, and the [`Program`] takes its own place.
//! [`Revivals`] says how long to wait, and goes from one process to the next.

mod program;
mod revivals;

use std::io;

use store::Disk;
use store::Store;
use tracing::debug;
use tracing::error;
use tracing::info;

use crate::clock;

pub use program::Program;
pub use revivals::Revivals;

/// Waits until a new process helps: the store was halted, and its disk takes files again. Answers what that process is to know
/// of those before it.
///
/// Whoever drops the future leaves nothing behind on the disk.
pub async fn needed(store: &Store, before: Revivals) -> Revivals {
    let why = store.until_halted().await;
    let known = before.refused_at(clock::now());
    let pause = known.pause();
    error!(
        error = %why,
        "The disk refused a change, and nothing is saved any more. Make room on it: Confab looks every {} s whether there is \
         some, and then comes back by itself",
        pause.as_secs()
    );
    loop {
        tokio::time::sleep(pause).await;
        match try_out(store.disk()).await {
            Ok(()) => break,
            Err(error) => debug!(error = %error, "There is no room on the disk yet"),
        }
    }
    info!("There is room on the disk again: Confab stops, and starts itself anew");
    known.revived_at(clock::now())
}

/// On a thread where it holds up nobody.
async fn try_out(disk: Disk) -> io::Result<()> {
    tokio::task::spawn_blocking(move || disk.try_out()).await.map_err(io::Error::other)?
}
