//! How many files and connections one process may have open.

use nix::sys::resource::Resource;
use nix::sys::resource::getrlimit;

use super::report::Finding;

const CHECK: &str = "open files";

/// Each person has one connection; the database keeps some hundreds of files open.
const COMFORTABLE: u64 = 8192;
const LEAST: u64 = 512;

/// The limit of this shell; a service has its own.
pub(super) fn probe() -> Option<u64> {
    getrlimit(Resource::RLIMIT_NOFILE).ok().map(|(soft, _)| soft)
}

pub(super) fn judge(limit: Option<u64>) -> Finding {
    let advice = "Set LimitNOFILE=65536 in the systemd unit, or `ulimit -n 65536` where Confab is started by hand.";
    match limit {
        None => Finding::warn(CHECK, "the system does not tell the limit", advice),
        Some(limit) if limit < LEAST => {
            Finding::fail(CHECK, format!("only {limit} may be open at a time here"), advice)
        }
        Some(limit) if limit < COMFORTABLE => {
            let found = format!("{limit} may be open at a time here, which is enough for few people");
            Finding::warn(CHECK, found, advice)
        }
        Some(limit) => Finding::ok(CHECK, format!("{limit} may be open at a time here")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::Verdict;
    use super::super::report::check;
    use super::*;

    #[test]
    fn a_low_limit_is_said() {
        check([judge(Some(65_536))], &[(Verdict::Ok, "65536")]);
        check([judge(Some(1024))], &[(Verdict::Warn, "LimitNOFILE")]);
        check([judge(Some(256))], &[(Verdict::Fail, "LimitNOFILE")]);
        check([judge(None)], &[(Verdict::Warn, "does not tell")]);
    }
}
