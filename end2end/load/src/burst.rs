//! Many join a running room at once: how long until all of them see and hear, and what those inside notice.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use anyhow::bail;
use serde::Serialize;

use crate::client::Shape;
use crate::clock;
use crate::fleet::Fleet;
use crate::scene;
use crate::stage::Stage;
use crate::stage::Way;

/// How long all may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long those inside are watched before anybody comes.
const CALM: Duration = Duration::from_secs(2);

/// Who comes in at once before it begins.
const AT_ONCE: usize = 16;

/// A room and those who come to it.
#[derive(Debug)]
pub(crate) struct Burst {
    pub(crate) inside: usize,
    pub(crate) joining: usize,
}

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) inside: usize,
    pub(crate) joining: usize,
    /// From the first connection opened until half of them, and all of them, saw and heard the speaker.
    pub(crate) half_in_ms: f64,
    pub(crate) all_in_ms: f64,
    /// The longest time that anybody inside was without any packet, before and meanwhile.
    pub(crate) longest_gap_before_ms: f64,
    pub(crate) longest_gap_ms: f64,
    /// How much too late the generator itself was at most, meanwhile: a gap cannot be blamed on the server for less.
    pub(crate) generator_late_ms: f64,
}

impl Burst {
    /// Fills the room, lets the others join, and measures.
    pub(crate) fn run(&self, way: &Way, arrange: impl Fn(Vec<Shape>) -> Vec<Shape>) -> anyhow::Result<Outcome> {
        let mut stage = Stage::open(way, scene::WEBINAR_TILE)?;
        stage.admit(arrange(vec![scene::speaker(0)]), AT_ONCE)?;
        let listeners = |numbers: std::ops::Range<usize>| numbers.map(|n| scene::listener(n, 0, true)).collect();
        stage.admit(arrange(listeners(0..self.inside)), AT_ONCE)?;
        stage.run(CALM)?;
        stage.fleet.forget();
        stage.run(CALM)?;
        let before = longest_gap(&stage.fleet);
        let mut crowd = stage.beside(way)?;
        let visits: Vec<_> = arrange(listeners(self.inside..self.inside + self.joining))
            .into_iter()
            .map(|shape| crowd.prepare(shape))
            .collect::<Result<_, _>>()?;
        // Making so many connections took a while, in which nobody was served.
        stage.run(CALM)?;
        stage.fleet.forget();
        let over = AtomicBool::new(false);
        let begun = clock::monotonic();
        let times = std::thread::scope(|scope| {
            let crowd = scope.spawn(|| {
                visits.into_iter().for_each(|visit| crowd.send_in(visit));
                let outcome = crowd.run_until(|fleet| fleet.is_complete() || begun.elapsed() > PATIENCE);
                over.store(true, Ordering::Relaxed);
                outcome.map(|()| crowd.fleet.clients().map(|client| client.flow().complete_at()).collect::<Vec<_>>())
            });
            stage.run_until(|_| over.load(Ordering::Relaxed))?;
            crowd.join().ok().context("the thread of those who join has panicked")?
        })?;
        let missing = times.iter().filter(|time| time.is_none()).count();
        if missing > 0 {
            bail!("{missing} of {} neither saw nor heard anything after {PATIENCE:?}", times.len());
        }
        let mut waits: Vec<f64> =
            times.into_iter().flatten().map(|at| millis(at.saturating_duration_since(begun))).collect();
        waits.sort_by(f64::total_cmp);
        Ok(Outcome {
            inside: self.inside,
            joining: self.joining,
            half_in_ms: waits.get(waits.len() / 2).copied().unwrap_or_default(),
            all_in_ms: waits.last().copied().unwrap_or_default(),
            longest_gap_before_ms: millis(before),
            longest_gap_ms: millis(longest_gap(&stage.fleet)),
            generator_late_ms: millis(stage.fleet.latest),
        })
    }
}

fn longest_gap(fleet: &Fleet) -> Duration {
    fleet
        .clients()
        .filter(|client| client.shape().receives())
        .map(|client| client.flow().longest_gap)
        .max()
        .unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
