//! Whether delay grows: the trendline of draft-ietf-rmcat-gcc-02 §5.3–5.5 as browsers refine it.

use std::collections::VecDeque;
use std::time::Duration;
use std::time::Instant;

use crate::arrivals::Fate;

/// Packets sent within this time are one burst: their order on the wire says nothing about queues.
const BURST: Duration = Duration::from_millis(5);

/// Bursts that a line is laid through.
const POINTS: usize = 20;

/// How much of the old delay is kept for a new point.
const SMOOTHING: f64 = 0.9;

/// Turns the slope into milliseconds that can be compared with the threshold.
const GAIN: f64 = 4.0;
const MOST_DELTAS: u32 = 60;

/// The threshold follows the trend, slowly upwards and faster down, so that a competitor who fills the queue does
/// not starve us (§5.4).
const FIRST_THRESHOLD: f64 = 12.5;
const UP: f64 = 0.0087;
const DOWN: f64 = 0.039;

/// A trend above the threshold counts when it lasts for this long.
const OVERUSE: f64 = 10.0;

/// A burst that arrives this much later than the last begins everything anew: the receiver slept.
const GAP: Duration = Duration::from_secs(3);

/// What the delay says about the link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Load {
    /// Queues drain.
    Under,
    #[default]
    Normal,
    /// Queues fill.
    Over,
}

#[derive(Debug)]
pub(super) struct Trend {
    burst: Option<Burst>,
    before: Option<Burst>,
    deltas: u32,
    delay: f64,
    smoothed: f64,
    /// When a burst arrived, in milliseconds since the first, and the smoothed delay then.
    points: VecDeque<(f64, f64)>,
    first: Option<Duration>,
    threshold: f64,
    over_for: f64,
    last: f64,
    load: Load,
}

#[derive(Clone, Copy, Debug)]
struct Burst {
    first_sent: Instant,
    sent: Instant,
    arrived: Duration,
}

impl Default for Trend {
    fn default() -> Self {
        Self {
            burst: None,
            before: None,
            deltas: 0,
            delay: 0.0,
            smoothed: 0.0,
            points: VecDeque::new(),
            first: None,
            threshold: FIRST_THRESHOLD,
            over_for: 0.0,
            last: 0.0,
            load: Load::Normal,
        }
    }
}

impl Trend {
    pub(super) fn load(&self) -> Load {
        self.load
    }

    /// Takes what became of one packet; returns what all of them say.
    pub(super) fn take(&mut self, fate: &Fate) -> Load {
        let Some(arrived) = fate.arrived else { return self.load };
        match &mut self.burst {
            Some(burst) if fate.sent.saturating_duration_since(burst.first_sent) <= BURST => {
                burst.sent = burst.sent.max(fate.sent);
                burst.arrived = burst.arrived.max(arrived);
            }
            _ => self.begin(Burst { first_sent: fate.sent, sent: fate.sent, arrived }),
        }
        self.load
    }

    /// A burst is over: compares it with the one before.
    fn begin(&mut self, next: Burst) {
        let Some(done) = self.burst.replace(next) else { return };
        let Some(before) = self.before.replace(done) else { return };
        if done.arrived.saturating_sub(before.arrived) > GAP {
            *self = Self { burst: self.burst, ..Self::default() };
            return;
        }
        let sent = millis(done.sent.saturating_duration_since(before.sent));
        let arrived = millis(done.arrived) - millis(before.arrived);
        self.point(arrived - sent, done.arrived, sent);
    }

    fn point(&mut self, variation: f64, arrived: Duration, elapsed: f64) {
        self.deltas = self.deltas.saturating_add(1).min(MOST_DELTAS);
        self.delay += variation;
        self.smoothed = SMOOTHING * self.smoothed + (1.0 - SMOOTHING) * self.delay;
        let first = *self.first.get_or_insert(arrived);
        self.points.push_back((millis(arrived.saturating_sub(first)), self.smoothed));
        if self.points.len() > POINTS {
            self.points.pop_front();
        }
        if self.points.len() == POINTS {
            let trend = slope(&self.points) * f64::from(self.deltas) * GAIN;
            self.judge(trend, elapsed);
            self.adapt(trend, elapsed);
            self.last = trend;
        }
    }

    fn judge(&mut self, trend: f64, elapsed: f64) {
        if trend > self.threshold {
            self.over_for += elapsed;
            if self.over_for > OVERUSE && trend >= self.last {
                self.over_for = 0.0;
                self.load = Load::Over;
            }
        } else {
            self.over_for = 0.0;
            self.load = if trend < -self.threshold { Load::Under } else { Load::Normal };
        }
    }

    fn adapt(&mut self, trend: f64, elapsed: f64) {
        // A spike far above the threshold is a change of route, and nothing to get used to.
        if trend.abs() > self.threshold + 15.0 {
            return;
        }
        let pace = if trend.abs() > self.threshold { UP } else { DOWN };
        let moved = self.threshold + pace * (trend.abs() - self.threshold) * elapsed.min(100.0);
        self.threshold = moved.clamp(6.0, 600.0);
    }
}

/// The slope of the line with the least squares.
fn slope(points: &VecDeque<(f64, f64)>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "twenty points")]
    let count = points.len() as f64;
    let x = points.iter().map(|p| p.0).sum::<f64>() / count;
    let y = points.iter().map(|p| p.1).sum::<f64>() / count;
    let (above, below) = points
        .iter()
        .fold((0.0, 0.0), |(above, below), p| (above + (p.0 - x) * (p.1 - y), below + (p.0 - x) * (p.0 - x)));
    if below == 0.0 { 0.0 } else { above / below }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
