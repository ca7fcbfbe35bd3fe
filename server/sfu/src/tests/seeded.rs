//! Conferences in which anything happens, thousands of times: whatever people, networks and senders do, some things
//! must hold of what every receiver gets.
//!
//! Each run follows from its seed alone. A seed that found a bug stays in [`FOUND`].

mod checks;
mod people;

use std::time::Duration;

use self::people::World;

/// Seeds that failed once.
const FOUND: [u64; 1] = [51];

/// Runs of each kind.
const RUNS: u64 = 1000;

/// How long a run is, in simulated time.
const LENGTH: Duration = Duration::from_secs(4);

/// How long it takes at most until everything that happened has come to rest: keyframes are not asked for all the time.
const REST: Duration = Duration::from_secs(3);

/// A run; returns how many packets left.
fn run(seed: u64, loss: f64, parts: usize) -> u64 {
    let mut world = World::new(seed, loss, parts);
    while world.elapsed() < LENGTH {
        world.step();
    }
    if loss == 0.0 {
        world.rest(REST);
        world.assert_all_is_seen();
    }
    world.checks.packets
}

/// Runs with all these seeds; people may be silent, but hardly all of them.
fn run_all(seeds: u64, loss: f64, parts: impl Fn(u64) -> usize) {
    let packets: u64 = FOUND.into_iter().chain(0..seeds).map(|seed| run(seed, loss, parts(seed))).sum();
    assert!(packets > 500 * seeds, "next to nothing flowed: {packets}");
}

#[test]
fn whatever_happens_every_stream_is_one_that_a_browser_can_play() {
    run_all(RUNS, 0.0, |_| 1);
}

#[test]
fn senders_whose_packets_get_lost_doubled_and_late_break_no_stream() {
    run_all(RUNS, 0.04, |_| 1);
}

#[test]
fn nobody_notices_that_a_conference_is_spread_over_units() {
    run_all(RUNS, 0.0, |seed| 2 + seed as usize % 2);
}

#[test]
fn nor_if_packets_get_lost_between_the_units() {
    run_all(RUNS / 2, 0.04, |_| 2);
}
