//! The work of hashing passwords, kept off the threads that serve requests.

use std::sync::Arc;

use domain::Problem;
use tokio::sync::Semaphore;
use tracing::error;

use crate::clock;
use crate::limits::Guess;

/// Hashes that run at a time: each takes a core for tens of milliseconds and 19 MiB.
const AT_A_TIME: usize = 4;

/// Requests that may wait for their turn.
const WAITING: usize = 64;

/// Hashes passwords, a bounded number at a time; clones share the bound.
#[derive(Clone)]
pub struct Passwords {
    queue: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Passwords {
    /// Nothing is being hashed yet.
    pub fn new() -> Self {
        Self { queue: Arc::new(Semaphore::new(WAITING)), turns: Arc::new(Semaphore::new(AT_A_TIME)) }
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// [`Problem::Busy`] when too many wait.
    pub async fn hash(&self, password: String) -> Result<String, Problem> {
        let salt = clock::entropy().map_err(failed)?;
        self.work(move || auth::password::hash(&password, salt)).await?.map_err(failed)
    }

    /// Whether `password` is the one behind `known`; takes the same time when there is none.
    ///
    /// # Errors
    /// [`Problem::Busy`] when too many wait.
    async fn verify(&self, password: String, known: Option<String>) -> Result<bool, Problem> {
        self.work(move || auth::password::verify(&password, known.as_deref())).await
    }

    /// Whether the guess `password` is the one behind `known`. Only a guess that was looked at and found wrong is charged.
    ///
    /// # Errors
    /// [`Problem::Busy`] when too many wait.
    pub async fn decide(&self, guess: Guess, password: String, known: Option<String>) -> Result<bool, Problem> {
        let right = self.verify(password, known).await;
        if right != Ok(false) {
            guess.give_back();
        }
        right
    }

    async fn work<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let _place = self.queue.try_acquire().map_err(|_| Problem::Busy)?;
        // A closed semaphore or a panic of the job would be a fault of this program.
        let _turn = self.turns.acquire().await.map_err(failed)?;
        tokio::task::spawn_blocking(job).await.map_err(failed)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn failed(error: impl std::fmt::Display) -> Problem {
    error!(error = %error, "Could not hash a password");
    Problem::Failed
}
