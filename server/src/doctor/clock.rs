//! Whether this machine knows what time it is: certificates, sessions and access to relays hang on it.

use std::process::Command;
use std::time::UNIX_EPOCH;

use domain::Timestamp;

use super::report::Finding;

const CHECK: &str = "clock";

/// What speaks for and against the clock.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// When this program was written to the disk: surely not in the future.
    installed_at: Option<Timestamp>,
    /// Whether the system says that its clock is kept right; none where it does not say.
    synchronised: Option<bool>,
}

pub(super) async fn probe() -> Facts {
    // A task that broke off is one more system that does not say.
    let synchronised = tokio::task::spawn_blocking(synchronised).await.ok().flatten();
    Facts { installed_at: installed_at(), synchronised }
}

fn installed_at() -> Option<Timestamp> {
    let written = std::env::current_exe().ok()?.metadata().ok()?.modified().ok()?;
    let since = written.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?))
}

/// Asks systemd, which asks the kernel; other systems do not say.
fn synchronised() -> Option<bool> {
    let asked = Command::new("timedatectl").args(["show", "--property=NTPSynchronized", "--value"]).output().ok()?;
    match String::from_utf8_lossy(&asked.stdout).trim() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

pub(super) fn judge(facts: &Facts, now: Timestamp) -> Vec<Finding> {
    if let Some(installed_at) = facts.installed_at.filter(|installed_at| *installed_at > now) {
        let found = format!("it says {now}, but this program was installed at {installed_at}");
        return vec![Finding::fail(CHECK, found, "Set it, and keep it right with `timedatectl set-ntp true`.")];
    }
    vec![match facts.synchronised {
        Some(true) => Finding::ok(CHECK, format!("it says {now} and is kept right")),
        Some(false) => Finding::warn(
            CHECK,
            format!("it says {now}, and nothing keeps it right"),
            "`timedatectl set-ntp true`, or any other NTP client.",
        ),
        None => {
            Finding::ok(CHECK, format!("it says {now}; whether anything keeps it right, this system does not tell"))
        }
    }]
}

#[cfg(test)]
mod tests {
    use super::super::report::Verdict;
    use super::super::report::check;
    use super::*;

    #[test]
    fn a_clock_that_is_behind_or_left_alone_is_said() {
        let at = Timestamp::from_millis;
        let judged = |installed, synchronised| {
            judge(&Facts { installed_at: Some(at(installed)), synchronised }, at(1_767_225_600_000))
        };
        check(judged(1, Some(true)), &[(Verdict::Ok, "2026-01-01T00:00:00.000Z and is kept right")]);
        check(judged(1, None), &[(Verdict::Ok, "does not tell")]);
        check(judged(1, Some(false)), &[(Verdict::Warn, "NTP")]);
        check(judged(1_767_225_600_001, Some(true)), &[(Verdict::Fail, "was installed at")]);
    }
}
