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

fn run(seed: u64, loss: f64) {
    let mut world = World::new(seed, loss);
    while world.elapsed() < LENGTH {
        world.step();
    }
    assert!(world.checks.packets > 0, "seed {seed}: next to nothing flowed");
}

#[test]
fn whatever_happens_every_stream_is_one_that_a_browser_can_play() {
    for seed in FOUND.into_iter().chain(0..RUNS) {
        run(seed, 0.0);
    }
}

#[test]
fn senders_whose_packets_get_lost_doubled_and_late_break_no_stream() {
    for seed in FOUND.into_iter().chain(0..RUNS) {
        run(seed, 0.04);
    }
}
