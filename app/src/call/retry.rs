//! How long to wait before the next attempt to connect.

/// The first wait, in milliseconds.
const FIRST_MS: f64 = 300.0;
/// The longest wait, in milliseconds.
const LONGEST_MS: f64 = 5_000.0;

/// Counts failed attempts in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retry {
    failed: u32,
}

impl Retry {
    /// The wait after one more failure, in milliseconds: doubles from 0.3 s to 5 s.
    ///
    /// `chance` is in `0.0..1.0` and takes up to a fifth away: after a restart of the server not everybody
    /// knocks in the same instant.
    pub fn failed(&mut self, chance: f64) -> f64 {
        let wait = (FIRST_MS * 2_f64.powi(self.failed.min(16) as i32)).min(LONGEST_MS);
        self.failed = self.failed.saturating_add(1);
        wait * (1.0 - 0.2 * chance.clamp(0.0, 1.0))
    }

    /// The connection stands; the next failure is a first one.
    pub fn succeeded(&mut self) {
        self.failed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_five_seconds_and_start_over() {
        let mut retry = Retry::default();
        let waits: Vec<f64> = (0..7).map(|_| retry.failed(0.0)).collect();
        assert_eq!(waits, [300.0, 600.0, 1200.0, 2400.0, 4800.0, 5000.0, 5000.0]);
        retry.succeeded();
        assert_eq!(retry.failed(0.0), 300.0);
    }

    #[test]
    fn chance_only_shortens_a_wait() {
        for chance in [0.0, 0.5, 1.0, 7.0, -1.0] {
            let wait = Retry::default().failed(chance);
            assert!((240.0..=300.0).contains(&wait), "{chance}: {wait}");
        }
    }
}
