//! The estimate on simulated links.

use super::*;

/// A link: so many bits per second, a queue of so long, a delay, and chance losses.
struct Link {
    rate: f64,
    queue: Duration,
    lose_every: Option<u64>,
    /// How late the other side may look at what has come, by chance.
    jitter: Duration,
    chance: fastrand::Rng,
    looked: Duration,
    way: Duration,
    now: Instant,
    /// Until when the link is busy with what it has taken.
    busy: Instant,
    epoch: Instant,
    sent: u64,
    estimate: Estimate,
    waiting: Vec<Fate>,
    /// For how long the estimate stood clearly above the link's rate, now and at the longest.
    above: Duration,
    longest: Duration,
}

const DELAY: Duration = Duration::from_millis(40);
const TICK: Duration = Duration::from_millis(5);
const PACKET: u32 = 1000;

impl Link {
    fn new(rate: f64) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let now = Instant::now();
        let queue = Duration::from_millis(300);
        let estimate = Estimate::default();
        Self {
            rate,
            queue,
            lose_every: None,
            jitter: Duration::ZERO,
            chance: fastrand::Rng::with_seed(1),
            looked: Duration::ZERO,
            way: DELAY,
            now,
            busy: now,
            epoch: now,
            sent: 0,
            estimate,
            waiting: Vec::new(),
            above: Duration::ZERO,
            longest: Duration::ZERO,
        }
    }

    fn send(&mut self, octets: u32) {
        self.sent += 1;
        self.busy = self.busy.max(self.now);
        let full = self.busy.saturating_duration_since(self.now) > self.queue;
        let chance = self.lose_every.is_some_and(|every| self.sent.is_multiple_of(every));
        let arrived = (!full && !chance).then(|| {
            self.busy += Duration::from_secs_f64(f64::from(octets) * 8.0 / self.rate);
            let late = self.jitter.mul_f64(self.chance.f64());
            // Nothing overtakes.
            self.looked = self.looked.max(self.busy.saturating_duration_since(self.epoch) + self.way + late);
            self.looked
        });
        self.waiting.push(Fate { sent: self.now, octets, piece: None, arrived });
    }

    /// A sender of `wanted` bits per second, or of what the estimate allows; returns the mean estimate.
    fn run(&mut self, wanted: f64, time: Duration) -> f64 {
        let end = self.now + time;
        let (mut owed, mut sum, mut ticks) = (0.0, 0.0, 0.0);
        while self.now < end {
            self.now += TICK;
            let rate = wanted.min(self.estimate.rate);
            owed += rate * TICK.as_secs_f64() / 8.0;
            while owed >= f64::from(PACKET) {
                owed -= f64::from(PACKET);
                self.send(PACKET);
            }
            let padding = self.estimate.padding(bits(wanted), bits(rate), self.now);
            for _ in 0..padding / 250 {
                self.send(250);
            }
            let due = self.now - TICK * 10 - self.way + DELAY;
            if self.waiting.first().is_some_and(|fate| fate.sent <= due) {
                let fates = std::mem::take(&mut self.waiting);
                self.estimate.take(&fates, self.now);
            }
            self.above = if self.estimate.rate > self.rate * 1.1 { self.above + TICK } else { Duration::ZERO };
            self.longest = self.longest.max(self.above);
            sum += self.estimate.rate;
            ticks += 1.0;
        }
        sum / ticks
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_link_that_carries_all_is_believed_to() {
    let mut link = Link::new(20e6);
    let estimate = link.run(3e6, SECOND * 5);
    assert!(estimate >= 2.4e6, "{estimate}");
}

#[test]
fn a_narrow_link_is_found_within_two_seconds_and_held() {
    for rate in [150e3, 500e3, 1.5e6] {
        let mut link = Link::new(rate);
        link.run(4e6, SECOND * 2);
        link.longest = Duration::ZERO;
        let estimate = link.run(4e6, SECOND * 10);
        assert!(estimate > rate * 0.6 && estimate < rate * 1.1, "{rate}: {estimate}");
        assert!(link.longest < SECOND, "{rate}: above what the link carries for {:?}", link.longest);
    }
}

#[test]
fn who_is_late_themselves_blames_delay_on_no_link_but_still_hears_of_losses() {
    let mut link = Link::new(20e6);
    link.run(2e6, SECOND * 2);
    link.estimate.strained = true;
    link.way += Duration::from_millis(200);
    assert!(link.run(2e6, SECOND * 2) >= 2e6);
    link.rate = 500e3;
    link.run(2e6, SECOND * 10);
    assert!(link.estimate.rate < 1e6, "{}", link.estimate.rate);
}

#[test]
fn when_a_cap_lifts_the_full_rate_is_back_within_eight_seconds() {
    let mut link = Link::new(300e3);
    link.run(2.5e6, SECOND * 10);
    link.rate = 20e6;
    let mut waited = 0;
    while link.estimate.rate < 2.5e6 {
        link.run(2.5e6, SECOND / 2);
        waited += 1;
        assert!(waited < 16, "{}", link.estimate.rate);
    }
}

#[test]
fn chance_losses_of_five_percent_do_not_bring_it_down() {
    let mut link = Link::new(20e6);
    link.lose_every = Some(20);
    let estimate = link.run(2e6, SECOND * 10);
    assert!(estimate >= 2e6, "{estimate}");
}

#[test]
fn a_loss_of_a_third_does() {
    let mut link = Link::new(20e6);
    link.lose_every = Some(3);
    link.run(2e6, SECOND * 10);
    assert!(link.estimate.rate() < 1_500_000, "{}", link.estimate.rate());
    assert!(link.estimate.loss.share > 0.2);
}

#[test]
fn little_sent_is_no_reason_to_believe_less() {
    let mut link = Link::new(20e6);
    link.run(100e3, SECOND * 20);
    assert!(link.estimate.rate() >= 2_000_000, "{}", link.estimate.rate());
}

#[test]
fn delays_by_chance_are_no_queue() {
    for millis in [5, 15, 30] {
        let mut link = Link::new(20e6);
        link.jitter = Duration::from_millis(millis);
        let mut lowest = f64::INFINITY;
        for _ in 0..300 {
            link.run(160e3, SECOND / 5);
            lowest = lowest.min(link.estimate.rate);
        }
        assert!(lowest >= 1e6, "± {millis} ms: {lowest}");
    }
}

#[test]
fn a_way_that_has_become_longer_is_no_queue_for_long() {
    let mut link = Link::new(20e6);
    link.run(160e3, SECOND * 5);
    link.way += Duration::from_millis(300);
    let mut waited = 0;
    while link.estimate.rate < 1e6 || waited < 2 {
        link.run(2e6, SECOND / 2);
        waited += 1;
        assert!(waited < 16, "{}", link.estimate.rate);
    }
}
