//! The one place that reads the clock and draws randomness.
#![expect(clippy::disallowed_methods, reason = "time and chance enter the process here and nowhere else")]

use std::time::Instant;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use domain::Timestamp;

/// A point of the monotonic clock, for measuring how long things take.
pub fn monotonic() -> Instant {
    Instant::now()
}

/// What time it is.
pub fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}

/// Random bytes from the operating system.
///
/// # Errors
/// When the operating system has none, which no caller can mend.
pub fn entropy<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
