//! When a media connection is given up and made anew.

/// How long a connection may be interrupted, in milliseconds.
const PATIENCE_MS: f64 = 3_000.0;
/// How long it may take to come about, in milliseconds; doubles with every attempt that fails.
const CONNECT_WITHIN_MS: f64 = 10_000.0;

/// What the browser says about the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// Media flows.
    Connected,
    /// Nothing comes any more; it may come back by itself.
    Interrupted,
    /// It will not come back.
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Connecting { since: f64 },
    Connected,
    Interrupted { since: f64 },
    Failed,
}

/// The condition of the media connection over all its attempts. Times are milliseconds of a clock that only
/// runs forward.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Health {
    state: State,
    failures: u32,
}

impl Health {
    /// A connection that is being made.
    pub fn connecting(now: f64) -> Self {
        Self { state: State::Connecting { since: now }, failures: 0 }
    }

    /// Another attempt.
    pub fn again(&mut self, now: f64) {
        self.failures = self.failures.saturating_add(1);
        self.state = State::Connecting { since: now };
    }

    /// Takes in what the browser says.
    pub fn report(&mut self, report: Report, now: f64) {
        self.state = match (report, self.state) {
            (Report::Connected, _) => {
                self.failures = 0;
                State::Connected
            }
            (Report::Interrupted, State::Connected) => State::Interrupted { since: now },
            (Report::Interrupted, state) => state,
            (Report::Failed, State::Connecting { since }) if self.failures > 0 => State::Connecting { since },
            (Report::Failed, _) => State::Failed,
        };
    }

    /// Whether media flows.
    pub fn is_good(&self) -> bool {
        self.state == State::Connected
    }

    /// Whether it is time for a new connection.
    pub fn is_over(&self, now: f64) -> bool {
        match self.state {
            State::Connected => false,
            State::Failed => true,
            State::Interrupted { since } => now - since >= PATIENCE_MS,
            State::Connecting { since } => now - since >= CONNECT_WITHIN_MS * 2_f64.powi(self.failures.min(3) as i32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interruption_is_borne_for_three_seconds() {
        let mut health = Health::connecting(0.0);
        health.report(Report::Connected, 300.0);
        assert!(health.is_good() && !health.is_over(1e9));
        health.report(Report::Interrupted, 1_000.0);
        assert!(!health.is_good() && !health.is_over(3_999.0) && health.is_over(4_000.0));
        health.report(Report::Connected, 3_000.0);
        assert!(!health.is_over(9_000.0));
    }

    #[test]
    fn a_failure_is_answered_at_once_and_repeated_ones_with_patience() {
        let mut health = Health::connecting(0.0);
        health.report(Report::Failed, 100.0);
        assert!(health.is_over(100.0));
        health.again(100.0);
        health.report(Report::Failed, 200.0);
        assert!(!health.is_over(300.0));
        assert!(health.is_over(20_100.0));
    }

    #[test]
    fn a_connection_that_never_comes_is_given_up() {
        let health = Health::connecting(0.0);
        assert!(!health.is_over(9_999.0) && health.is_over(10_000.0));
    }
}
