//! How much a connection carries: congestion control at the sending side (draft-ietf-rmcat-gcc-02, simplified).
//!
//! Several opinions are asked for, and the lowest counts: delay that grows means that a queue fills ([`trend`]), delay
//! that stands or loss that stays mean that it is full ([`standing`]). A link that carries all that is sent says nothing
//! about what more it would carry; that is found out by sending more for a moment ([`probe`]).

mod acked;
mod probe;
mod standing;
mod trend;

use std::time::Duration;
use std::time::Instant;

use self::acked::Acked;
use self::probe::Probe;
use self::standing::Standing;
use self::trend::Load;
use self::trend::Trend;
use crate::arrivals::Fate;
use crate::timers::after;

/// What a connection is believed to carry before anything is known: a good home connection. A bad one shows within
/// the first reports, a good one would take seconds to show.
const FIRST: f64 = 2_500_000.0;

/// The estimate stays within these, in bits per second.
const LEAST: f64 = 60_000.0;
const MOST: f64 = 30_000_000.0;

/// What is kept of the acknowledged rate when a queue fills.
const BACK_OFF: f64 = 0.85;

/// What is kept of the estimate at one step. Of somebody who is sent little, nothing else is known than that there is a
/// queue; and a server that was late for a moment looks like one.
const KEPT: f64 = 0.4;

/// Growth while nothing speaks against it, per second.
const GROWTH: f64 = 1.08;

/// An estimate is not believed above this much of what really arrived: nothing has shown that it would.
const UNPROVEN: f64 = 1.2;

/// Loss below which the estimate may grow, and from which it falls.
const LITTLE_LOSS: f64 = 0.02;
const MUCH_LOSS: f64 = 0.10;

/// The shortest time between two steps down, so that one full queue is answered once.
const STEP: Duration = Duration::from_millis(300);

/// Packets and time that loss is counted over.
const LOSS_PACKETS: u32 = 20;
const LOSS_TIME: Duration = Duration::from_millis(400);

/// The estimate for one connection.
#[derive(Debug)]
pub(crate) struct Estimate {
    rate: f64,
    trend: Trend,
    standing: Standing,
    acked: Acked,
    probe: Probe,
    loss: Loss,
    load: Load,
    /// Whether this side is late itself, so that delay says nothing about the link, and what is sent to try it out makes
    /// it worse.
    strained: bool,
    grown_at: Option<Instant>,
    fell_at: Option<Instant>,
}

/// Losses since they were last judged.
#[derive(Debug, Default)]
struct Loss {
    packets: u32,
    lost: u32,
    since: Option<Instant>,
    /// The last judgement.
    share: f64,
}

impl Default for Estimate {
    fn default() -> Self {
        Self {
            rate: FIRST,
            trend: Trend::default(),
            standing: Standing::default(),
            acked: Acked::default(),
            probe: Probe::default(),
            loss: Loss::default(),
            load: Load::default(),
            strained: false,
            grown_at: None,
            fell_at: None,
        }
    }
}

impl Estimate {
    /// Bits per second.
    pub(crate) fn rate(&self) -> u64 {
        bits(self.rate)
    }

    /// Whether this side is late itself, from here on.
    pub(crate) fn strain(&mut self, strained: bool) {
        self.strained = strained;
    }

    /// Whether the receiver has ever reported what arrives. Without that, nothing is known, and nothing is limited.
    pub(crate) fn is_informed(&self) -> bool {
        self.grown_at.is_some()
    }

    /// Takes what became of packets, in the order in which they were sent.
    pub(crate) fn take(&mut self, fates: &[Fate], now: Instant) {
        let mut over = false;
        for fate in fates {
            self.acked.take(fate);
            self.probe.take(fate);
            over |= self.trend.take(fate) == Load::Over;
        }
        self.standing.take(fates);
        if let Some(last) = fates.last() {
            self.probe.reported(last.sent, now);
        }
        self.load = match self.trend.load() {
            _ if self.standing.stands() => Load::Over,
            // Chance delays packets, too; but never all of them.
            _ if !self.standing.is_queued() => Load::Normal,
            _ if over => Load::Over,
            load => load,
        };
        if let Some(proven) = self.probe.result(now).filter(|_| self.load != Load::Over) {
            self.rate = self.rate.max(proven);
        }
        match self.load {
            // Loss goes on to count: a link that is really full begins to lose soon.
            Load::Over if self.strained => self.grown_at = Some(now),
            Load::Over => self.back_off(now),
            Load::Normal => self.grow(now),
            // The queue drains; what empties it should not be made more.
            Load::Under => self.grown_at = Some(now),
        }
        self.count_losses(fates, now);
        self.rate = self.rate.clamp(LEAST, MOST);
    }

    /// Whether more should be sent for a moment, up to `wanted` bits per second; returns the octets to add now.
    pub(crate) fn padding(&mut self, wanted: u64, sending: u64, now: Instant) -> usize {
        let calm = self.load == Load::Normal && self.loss.share < MUCH_LOSS && !self.strained;
        let rested = self.fell_at.is_none_or(|at| after(at, probe::REST) <= now);
        self.probe.padding(wanted, sending, self.rate(), calm && rested, now)
    }

    /// When [`padding`](Self::padding) has something to add next.
    pub(crate) fn probes_at(&self) -> Option<Instant> {
        self.probe.wake_at()
    }

    /// A queue fills: back to what got through, at most once per [`STEP`].
    fn back_off(&mut self, now: Instant) {
        self.probe.stop(now);
        if self.fell_at.is_some_and(|at| after(at, STEP) > now) {
            return;
        }
        let through = self.acked.rate().unwrap_or(self.rate);
        self.rate = self.rate.min((through * BACK_OFF).max(self.rate * KEPT));
        self.fell_at = Some(now);
        self.grown_at = Some(now);
    }

    fn grow(&mut self, now: Instant) {
        let since = self.grown_at.replace(now).map_or(0.0, |at| now.saturating_duration_since(at).as_secs_f64());
        if self.loss.share > LITTLE_LOSS {
            return;
        }
        // What is not sent is not proven: without this bound the estimate would run away while little flows.
        let proven = self.acked.rate().map_or(self.rate, |acked| acked * UNPROVEN);
        let grown = self.rate * GROWTH.powf(since.min(1.0));
        self.rate = grown.min(proven.max(self.rate));
    }

    fn count_losses(&mut self, fates: &[Fate], now: Instant) {
        for fate in fates {
            self.loss.packets = self.loss.packets.saturating_add(1);
            self.loss.lost = self.loss.lost.saturating_add(u32::from(fate.arrived.is_none()));
        }
        let since = *self.loss.since.get_or_insert(now);
        if self.loss.packets < LOSS_PACKETS || after(since, LOSS_TIME) > now {
            return;
        }
        let share = f64::from(self.loss.lost) / f64::from(self.loss.packets);
        self.loss = Loss { share, since: Some(now), ..Loss::default() };
        if share > MUCH_LOSS {
            let through = self.acked.rate().unwrap_or(self.rate);
            self.rate = self.rate.min((self.rate * (1.0 - 0.5 * share)).max(through));
            self.fell_at = Some(now);
            self.probe.stop(now);
        }
    }
}

/// A rate as a whole number of bits per second.
fn bits(rate: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rates lie between zero and MOST")]
    let bits = rate.clamp(0.0, MOST) as u64;
    bits
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "simulated numbers are small")]
mod tests;
