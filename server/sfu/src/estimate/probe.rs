//! Finding out whether a link carries more: by sending more for a moment, with padding.

use std::time::Duration;
use std::time::Instant;

use crate::arrivals::Fate;
use crate::timers::after;

/// How long more is sent, and the wait for reports beyond the time that they take.
const TIME: Duration = Duration::from_millis(200);
const WAIT: Duration = Duration::from_millis(500);

/// Reports that take longer than this are not waited for.
const LONGEST_LAG: Duration = Duration::from_secs(2);

/// The pause after a probe that showed nothing, which doubles each time up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(1500);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// The pause after the estimate fell.
pub(super) const REST: Duration = Duration::from_millis(1500);

/// A probe goes at most this far above what the link is believed to carry.
const REACH: f64 = 1.5;

/// How far it goes above what is wanted: what arrives is measured a little lower than it is, and what is wanted moves a little;
/// a probe of that alone would end just below it, again and again.
const BEYOND: f64 = 1.2;

/// The beat of padding.
const BEAT: Duration = Duration::from_millis(10);

/// Octets that gather before padding is sent: about one packet.
const LEAST_PADDING: f64 = 250.0;

/// A probe that brought this share of its rate has shown what it brought: chance delays stretch the time over which it came.
const ENOUGH: f64 = 0.75;

#[derive(Debug, Default)]
pub(super) struct Probe {
    running: Option<Running>,
    next_at: Option<Instant>,
    pause: Option<Duration>,
    /// How long it took lately until a packet was reported.
    lag: Duration,
}

#[derive(Debug)]
struct Running {
    since: Instant,
    target: f64,
    padded_at: Instant,
    /// What was sent since the beginning and arrived: the first and last arrival, and the octets after the first.
    arrived: Option<(Duration, Duration)>,
    octets: u64,
}

impl Probe {
    /// The octets of padding to send now, so that `wanted` bits per second are reached from `sending`.
    pub(super) fn padding(&mut self, wanted: u64, sending: u64, rate: u64, calm: bool, now: Instant) -> usize {
        if self.running.is_none() {
            let may = calm && wanted > rate && self.next_at.is_none_or(|at| at <= now);
            if !may {
                return 0;
            }
            let target = (float(wanted) * BEYOND).min(float(rate) * REACH);
            self.running = Some(Running { since: now, target, padded_at: now, arrived: None, octets: 0 });
            return 0;
        }
        let Some(running) = &mut self.running else { return 0 };
        if !calm || after(running.since, TIME) <= now {
            return 0;
        }
        let elapsed = now.saturating_duration_since(running.padded_at).as_secs_f64();
        let missing = (running.target - float(sending)).max(0.0) * elapsed / 8.0;
        if missing < LEAST_PADDING {
            return 0;
        }
        running.padded_at = now;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few kilobytes per beat")]
        let octets = missing.min(60_000.0) as usize;
        octets
    }

    pub(super) fn wake_at(&self) -> Option<Instant> {
        match &self.running {
            Some(running) => Some(after(running.padded_at, BEAT)),
            None => self.next_at,
        }
    }

    pub(super) fn take(&mut self, fate: &Fate) {
        let Some(running) = self.running.as_mut().filter(|r| r.since <= fate.sent) else { return };
        let Some(at) = fate.arrived else { return };
        match &mut running.arrived {
            Some((_, last)) => {
                *last = at.max(*last);
                running.octets = running.octets.saturating_add(u64::from(fate.octets));
            }
            none => *none = Some((at, at)),
        }
    }

    /// Takes note of how long reports take: the way there and back may be long.
    pub(super) fn reported(&mut self, sent: Instant, now: Instant) {
        self.lag = now.saturating_duration_since(sent).min(LONGEST_LAG);
    }

    /// What the probe has shown, once: the rate that got through.
    pub(super) fn result(&mut self, now: Instant) -> Option<f64> {
        let running = self.running.as_ref()?;
        let (first, last) = running.arrived?;
        let time = last.saturating_sub(first);
        let rate = if time.is_zero() { 0.0 } else { float(running.octets) * 8.0 / time.as_secs_f64() };
        let seen = time >= TIME.mul_f64(0.8);
        if seen && rate >= running.target * ENOUGH {
            let proven = rate.min(running.target);
            self.running = None;
            self.pause = None;
            self.next_at = Some(after(now, Duration::from_millis(100)));
            return Some(proven);
        }
        if after(running.since, TIME.saturating_add(WAIT).saturating_add(self.lag)) <= now {
            self.stop(now);
        }
        None
    }

    /// Gives up a probe, and waits longer before the next one.
    pub(super) fn stop(&mut self, now: Instant) {
        if self.running.take().is_some() {
            let pause = self.pause.map_or(FIRST_PAUSE, |pause| pause.saturating_mul(2).min(LONGEST_PAUSE));
            self.pause = Some(pause);
            self.next_at = Some(after(now, pause));
        }
    }
}

fn float(number: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "rates and octets far below 2^52")]
    let float = number as f64;
    float
}
