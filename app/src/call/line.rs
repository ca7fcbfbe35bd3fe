//! When the signalling connection is opened, tried, given up and opened again. Pure: the time comes in, wishes
//! come out; `socket` performs them.

use super::retry::Retry;

/// A ping goes out after this silence, in milliseconds.
const PING_AFTER_MS: f64 = 5_000.0;
/// Silence after which the connection counts as dead, in milliseconds.
const DEAD_AFTER_MS: f64 = 10_000.0;
/// How long a ping must have been unanswered before the connection counts as dead. A tab in the background
/// is woken so rarely that silence alone proves nothing.
const ANSWER_WITHIN_MS: f64 = 4_000.0;
/// How long an attempt to connect may take, in milliseconds.
const OPEN_WITHIN_MS: f64 = 8_000.0;

/// What happened to the connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    /// The socket is open.
    Opened,
    /// A message came.
    Heard,
    /// The server let this person in, or has them wait for the organiser.
    Admitted,
    /// The server answered that it has no time for this person, who has been in before. `chance` in `0.0..1.0` spreads the
    /// next attempts.
    Refused {
        /// Milliseconds that the next attempt waits at least.
        wait: f64,
        /// Random.
        chance: f64,
    },
    /// The socket closed, or could not be opened. `chance` in `0.0..1.0` spreads the next attempts.
    Closed {
        /// Random.
        chance: f64,
    },
    /// The browser says that the network changed or came back.
    NetworkChanged,
    /// Time went by.
    Tick,
}

/// What must be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Do {
    /// Open a new socket, dropping an old one.
    Connect,
    /// Send a ping.
    Ping,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Opening { since: f64 },
    Open { heard: f64, asked: Option<f64> },
    Waiting { until: f64 },
}

/// The signalling connection of one visit, over as many sockets as it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    state: State,
    retry: Retry,
}

impl Line {
    /// A line whose first socket is being opened at `now` (milliseconds of any clock that only runs forward).
    pub fn opening(now: f64) -> Self {
        Self { state: State::Opening { since: now }, retry: Retry::default() }
    }

    /// Takes in what happened at `now` and says what to do.
    pub fn handle(&mut self, input: Input, now: f64) -> Option<Do> {
        match (input, self.state) {
            (Input::Opened, _) => {
                self.state = State::Open { heard: now, asked: None };
                None
            }
            (Input::Heard, State::Open { .. }) => {
                self.state = State::Open { heard: now, asked: None };
                None
            }
            (Input::Admitted, State::Open { .. }) => {
                // An open socket is not yet a working server: a proxy may stand in front of a dead one. Nor is a word: it
                // may be that the server is stopping, or busy.
                self.retry.succeeded();
                None
            }
            (Input::Refused { wait, chance }, State::Open { .. }) => {
                self.state = State::Waiting { until: now + wait + self.retry.failed(chance) };
                None
            }
            (Input::Closed { chance }, State::Opening { .. } | State::Open { .. }) => {
                self.state = State::Waiting { until: now + self.retry.failed(chance) };
                None
            }
            (Input::NetworkChanged, State::Open { heard, .. }) => {
                self.state = State::Open { heard, asked: Some(now) };
                Some(Do::Ping)
            }
            (Input::NetworkChanged, State::Waiting { .. }) => self.connect(now),
            (Input::Tick, _) => self.tick(now),
            (
                Input::Heard | Input::Admitted | Input::Refused { .. } | Input::Closed { .. } | Input::NetworkChanged,
                _,
            ) => None,
        }
    }

    fn tick(&mut self, now: f64) -> Option<Do> {
        match self.state {
            State::Opening { since } if now - since >= OPEN_WITHIN_MS => self.connect(now),
            State::Waiting { until } if now >= until => self.connect(now),
            State::Open { heard, asked: Some(asked) }
                if now - heard >= DEAD_AFTER_MS && now - asked >= ANSWER_WITHIN_MS =>
            {
                self.connect(now)
            }
            State::Open { heard, asked: None } if now - heard >= PING_AFTER_MS => {
                self.state = State::Open { heard, asked: Some(now) };
                Some(Do::Ping)
            }
            State::Opening { .. } | State::Waiting { .. } | State::Open { .. } => None,
        }
    }

    fn connect(&mut self, now: f64) -> Option<Do> {
        self.state = State::Opening { since: now };
        Some(Do::Connect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> Line {
        let mut line = Line::opening(0.0);
        line.handle(Input::Opened, 100.0);
        line.handle(Input::Heard, 100.0);
        line.handle(Input::Admitted, 100.0);
        line
    }

    #[test]
    fn silence_is_pinged_and_then_given_up() {
        let mut line = open();
        assert_eq!(line.handle(Input::Tick, 5_000.0), None);
        assert_eq!(line.handle(Input::Tick, 5_100.0), Some(Do::Ping));
        assert_eq!(line.handle(Input::Tick, 6_000.0), None);
        assert_eq!(line.handle(Input::Tick, 10_100.0), Some(Do::Connect));
    }

    #[test]
    fn an_answer_keeps_the_connection() {
        let mut line = open();
        assert_eq!(line.handle(Input::Tick, 5_100.0), Some(Do::Ping));
        line.handle(Input::Heard, 5_150.0);
        assert_eq!(line.handle(Input::Tick, 10_100.0), None);
        assert_eq!(line.handle(Input::Tick, 10_150.0), Some(Do::Ping));
    }

    #[test]
    fn a_tab_that_slept_asks_before_it_gives_up() {
        let mut line = open();
        assert_eq!(line.handle(Input::Tick, 60_000.0), Some(Do::Ping));
        assert_eq!(line.handle(Input::Tick, 61_000.0), None);
        line.handle(Input::Heard, 61_050.0);
        assert_eq!(line.handle(Input::Tick, 62_000.0), None);
    }

    #[test]
    fn a_closed_connection_is_tried_again_with_growing_waits() {
        let mut line = open();
        line.handle(Input::Closed { chance: 0.0 }, 1_000.0);
        assert_eq!(line.handle(Input::Tick, 1_299.0), None);
        assert_eq!(line.handle(Input::Tick, 1_300.0), Some(Do::Connect));
        line.handle(Input::Closed { chance: 0.0 }, 1_400.0);
        assert_eq!(line.handle(Input::Tick, 1_999.0), None);
        assert_eq!(line.handle(Input::Tick, 2_000.0), Some(Do::Connect));
        line.handle(Input::Opened, 2_050.0);
        line.handle(Input::Heard, 2_060.0);
        line.handle(Input::Closed { chance: 0.0 }, 2_100.0);
        assert_eq!(line.handle(Input::Tick, 3_299.0), None, "it may have said that it is stopping");
        assert_eq!(line.handle(Input::Tick, 3_300.0), Some(Do::Connect));
        line.handle(Input::Opened, 3_350.0);
        line.handle(Input::Admitted, 3_360.0);
        line.handle(Input::Closed { chance: 0.0 }, 3_400.0);
        assert_eq!(line.handle(Input::Tick, 3_700.0), Some(Do::Connect), "being let in starts the count anew");
    }

    #[test]
    fn whoever_is_refused_waits_as_long_as_the_server_says_and_a_little_more_each_time() {
        let mut line = open();
        for (at, pause) in [(10_000.0, 300.0), (20_000.0, 600.0)] {
            assert_eq!(line.handle(Input::Refused { wait: 3_000.0, chance: 0.0 }, at), None);
            assert_eq!(line.handle(Input::Closed { chance: 0.0 }, at + 1.0), None, "the pause stays as it is");
            assert_eq!(line.handle(Input::Tick, at + 3_000.0 + pause - 1.0), None);
            assert_eq!(line.handle(Input::Tick, at + 3_000.0 + pause), Some(Do::Connect));
            line.handle(Input::Opened, at + 4_000.0);
            line.handle(Input::Heard, at + 4_000.0);
        }
    }

    #[test]
    fn a_network_that_came_back_is_used_at_once() {
        let mut line = open();
        line.handle(Input::Closed { chance: 0.0 }, 1_000.0);
        assert_eq!(line.handle(Input::NetworkChanged, 1_001.0), Some(Do::Connect));
        assert_eq!(line.handle(Input::NetworkChanged, 1_002.0), None, "one attempt at a time");
        assert_eq!(open().handle(Input::NetworkChanged, 200.0), Some(Do::Ping));
    }

    #[test]
    fn an_attempt_that_hangs_is_given_up() {
        let mut line = Line::opening(0.0);
        assert_eq!(line.handle(Input::Tick, 7_999.0), None);
        assert_eq!(line.handle(Input::Tick, 8_000.0), Some(Do::Connect));
    }
}
