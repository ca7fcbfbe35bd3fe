//! How long the store takes to answer.

use std::time::Instant;

use prometheus_client::metrics::histogram::Histogram;

use crate::clock;

/// Looks at the clock when the store is asked, and when it has answered.
#[derive(Clone, Debug)]
pub struct StoreWatch {
    answers: Histogram,
}

impl StoreWatch {
    pub(super) fn new(answers: Histogram) -> Self {
        Self { answers }
    }
}

impl ::store::Watch for StoreWatch {
    fn asked(&self) -> Box<dyn Send> {
        Box::new(Answer { asked_at: clock::monotonic(), answers: self.answers.clone() })
    }
}

/// A question that is under way. It ends with its answer, or when nobody waits for that any more.
struct Answer {
    asked_at: Instant,
    answers: Histogram,
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.answers.observe((clock::monotonic() - self.asked_at).as_secs_f64());
    }
}
