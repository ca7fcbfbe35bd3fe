//! The one place that reads the clock.

use std::time::Instant;

use nix::time::ClockId;

/// A point of the monotonic clock.
pub(crate) fn monotonic() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "time enters the load generator here and nowhere else")]
    Instant::now()
}

/// Waits until then: for the beat of what is sent.
pub(crate) fn sleep_until(moment: Instant) {
    #[expect(clippy::disallowed_methods, reason = "a beat is time and nothing else")]
    std::thread::sleep(moment.saturating_duration_since(monotonic()));
}

/// What this thread has used of a core, in nanoseconds.
pub(crate) fn thread_cpu() -> u64 {
    let time = nix::time::clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID);
    time.map_or(0, |t| t.tv_sec() as u64 * 1_000_000_000 + t.tv_nsec() as u64)
}
