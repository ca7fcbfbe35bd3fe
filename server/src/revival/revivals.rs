//! How patiently a server looks for room on its disk. Pure.

use std::fmt;
use std::time::Duration;

use domain::Timestamp;

/// The pause before each look.
const PAUSE: Duration = Duration::from_secs(3);

/// The longest one. It doubles with each new process that did not help: everybody in a meeting notices one.
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// A process that was refused nothing for so long has helped.
const PEACE: Duration = Duration::from_secs(10 * 60);

/// What a process knows of those before it that took their own place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revivals {
    last: Option<Timestamp>,
    /// How many, one soon after the other, did not help.
    in_vain: u32,
}

impl Revivals {
    /// Reads what [`Display`](fmt::Display) wrote; `None` if it is something else.
    pub fn parse(text: &str) -> Option<Self> {
        let (last, in_vain) = text.split_once(' ')?;
        Some(Self { last: Some(Timestamp::from_millis(last.parse().ok()?)), in_vain: in_vain.parse().ok()? })
    }

    /// Whether this process took the place of another one.
    pub fn happened(&self) -> bool {
        self.last.is_some()
    }

    /// What is known once the disk refused a change, or the start failed, at `now`.
    #[must_use]
    pub fn refused_at(self, now: Timestamp) -> Self {
        let helped = self.last.is_none_or(|last| now.since(last) >= PEACE);
        Self { in_vain: if helped { 0 } else { self.in_vain.saturating_add(1) }, ..self }
    }

    /// How long to wait before each look whether another process would help.
    pub fn pause(&self) -> Duration {
        PAUSE.saturating_mul(2_u32.saturating_pow(self.in_vain)).min(LONGEST_PAUSE)
    }

    /// What the process knows that begins at `now`.
    #[must_use]
    pub fn revived_at(self, now: Timestamp) -> Self {
        Self { last: Some(now), ..self }
    }
}

impl fmt::Display for Revivals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.last.map_or(0, Timestamp::as_millis), self.in_vain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pauses of processes that are refused something so many seconds after they began, each of which ends at once then.
    #[track_caller]
    fn check(lives: &[u64], pauses: &[u64]) {
        let mut now = Timestamp::from_millis(1_767_225_600_000);
        let mut known = Revivals::default();
        let mut waited = Vec::new();
        for life in lives {
            now = now.later(Duration::from_secs(*life));
            known = known.refused_at(now);
            waited.push(known.pause().as_secs());
            known = Revivals::parse(&known.revived_at(now).to_string()).unwrap();
        }
        assert_eq!(waited, pauses);
    }

    #[test]
    fn while_processes_help_the_pause_is_short() {
        check(&[5, 86_400, 600, 3_600], &[3, 3, 3, 3]);
    }

    #[test]
    fn it_doubles_up_to_five_minutes_while_they_do_not() {
        check(&[86_400, 1, 1, 1, 1, 1, 1, 1, 1], &[3, 6, 12, 24, 48, 96, 192, 300, 300]);
        check(&[1; 100], &[[3, 6, 12, 24, 48, 96, 192].as_slice(), &[300; 93]].concat());
    }

    #[test]
    fn one_that_helps_ends_that() {
        check(&[1, 1, 599, 600, 1], &[3, 6, 12, 3, 6]);
    }

    #[test]
    fn a_clock_that_was_set_back_is_no_peace() {
        let known = Revivals::default().revived_at(Timestamp::from_millis(1_000_000));
        assert_eq!(known.refused_at(Timestamp::from_millis(5)).pause(), 2 * PAUSE);
    }

    #[test]
    fn only_a_process_that_was_told_took_the_place_of_another() {
        assert!(!Revivals::default().happened());
        for text in ["", "5", "now 1", "5 -1", "5 1 2"] {
            assert_eq!(Revivals::parse(text), None, "{text}");
        }
        assert!(Revivals::parse("5 1").is_some_and(|known| known.happened()));
    }
}
