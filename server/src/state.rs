//! What every request needs.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::prelude::LeptosOptions;
use store::Store;

use crate::backend::passwords::Passwords;
use crate::config::Config;
use crate::limits::Limits;
use crate::media::Media;
use crate::metrics::Metrics;
use crate::room::Rooms;
use crate::room::stream::Streams;

/// Handles on everything that requests share; a clone is cheap.
#[derive(Clone)]
pub struct State {
    /// What is remembered.
    pub store: Store,
    /// The running meetings.
    pub rooms: Rooms,
    /// The programs that publish and watch.
    pub streams: Streams,
    /// The forwarding of sound and picture.
    pub media: Media,
    /// How often one may try.
    pub limits: Limits,
    /// What the administrator decided.
    pub config: Arc<Config>,
    /// What is counted about questions and answers.
    pub metrics: Metrics,
    /// The work of hashing, a bounded amount at a time.
    pub passwords: Passwords,
}

/// The router of leptos wants its options to be part of the state; what they would say is in our own configuration.
impl FromRef<State> for LeptosOptions {
    fn from_ref(_: &State) -> Self {
        Self::builder().output_name("confab").build()
    }
}
