//! What was found, for people and for programs.

use std::fmt;

use serde::Serialize;

/// How bad it is. The order is the order of badness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, but worse than it could, or not for long, or it could not be found out.
    Warn,
    /// Something does not work.
    Fail,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub verdict: Verdict,
    /// What was looked at.
    pub check: &'static str,
    /// What was found.
    pub found: String,
    /// What to open or change, where there is something to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { verdict: Verdict::Ok, check, found: found.into(), advice: None }
    }

    pub(super) fn warn(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warn, check, found: found.into(), advice: Some(advice.into()) }
    }

    pub(super) fn fail(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail, check, found: found.into(), advice: Some(advice.into()) }
    }
}

/// One line: the verdict, what was looked at, what was found, what to do.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Fail => "fail",
        };
        write!(f, "{verdict:<4} {}: {}.", self.check, self.found)?;
        self.advice.iter().try_for_each(|advice| write!(f, " {advice}"))
    }
}

/// Everything that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// In the order of looking.
    pub findings: Vec<Finding>,
}

impl Report {
    pub(super) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    pub(super) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    /// Whether nothing failed.
    pub fn passed(&self) -> bool {
        self.findings.iter().all(|finding| finding.verdict < Verdict::Fail)
    }
}

#[cfg(test)]
pub(super) fn check(found: impl IntoIterator<Item = Finding>, wanted: &[(Verdict, &str)]) {
    let found: Vec<Finding> = found.into_iter().collect();
    let verdicts: Vec<Verdict> = found.iter().map(|finding| finding.verdict).collect();
    assert_eq!(verdicts, wanted.iter().map(|(verdict, _)| *verdict).collect::<Vec<_>>(), "{found:#?}");
    for (finding, (_, words)) in found.iter().zip(wanted) {
        assert!(finding.to_string().contains(words), "{words:?} is not in {:?}", finding.to_string());
        assert_eq!(finding.to_string().lines().count(), 1, "{finding}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line_and_only_failures_fail() {
        let mut report = Report::default();
        report.add(Finding::ok("listen", "127.0.0.1:8080 is free"));
        report.add(Finding::warn("clock", "nobody keeps it", "Install an NTP client."));
        let lines: Vec<String> = report.findings.iter().map(Finding::to_string).collect();
        assert_eq!(
            lines,
            ["ok   listen: 127.0.0.1:8080 is free.", "warn clock: nobody keeps it. Install an NTP client."]
        );
        assert!(report.passed());
        report.add(Finding::fail("media", "port 40000 is taken", "Free it."));
        assert!(!report.passed());
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["findings"][2]["verdict"], "fail");
        assert_eq!(json["findings"][0].get("advice"), None);
    }
}
