//! What a process takes of the machine, from /proc.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;

use anyhow::Context;

/// What the threads of a process have used of the processor so far, in nanoseconds.
#[derive(Clone, Debug)]
pub(crate) struct Usage {
    threads: BTreeMap<String, u64>,
    /// Those that are media workers.
    media: BTreeSet<String>,
}

/// Processor time in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Used {
    /// Of the whole process.
    pub(crate) process: f64,
    /// Of its media workers alone.
    pub(crate) media: f64,
}

impl Usage {
    /// What was used since an earlier reading, by those threads that are still there.
    pub(crate) fn since(&self, before: &Self) -> Used {
        let mut used = Used { process: 0.0, media: 0.0 };
        for (thread, nanos) in &self.threads {
            let seconds = nanos.saturating_sub(before.threads.get(thread).copied().unwrap_or(0)) as f64 / 1e9;
            used.process += seconds;
            if self.media.contains(thread) {
                used.media += seconds;
            }
        }
        used
    }
}

/// Reads what the threads of a process have used so far.
pub(crate) fn usage(pid: u32) -> anyhow::Result<Usage> {
    let mut usage = Usage { threads: BTreeMap::new(), media: BTreeSet::new() };
    let folder = format!("/proc/{pid}/task");
    for task in fs::read_dir(&folder).with_context(|| format!("reading {folder}"))? {
        let task = task?;
        let (path, thread) = (task.path(), task.file_name().to_string_lossy().into_owned());
        // A thread may have ended since the folder was read.
        let Ok(times) = fs::read_to_string(path.join("schedstat")) else { continue };
        let nanos = times.split_whitespace().next().context("no time in it")?.parse()?;
        if fs::read_to_string(path.join("comm")).is_ok_and(|name| name.starts_with("media-")) {
            usage.media.insert(thread.clone());
        }
        usage.threads.insert(thread, nanos);
    }
    Ok(usage)
}

/// What a process keeps in memory, in KiB: pages that it shares with others count in part.
pub(crate) fn memory(pid: u32) -> anyhow::Result<u64> {
    let path = format!("/proc/{pid}/smaps_rollup");
    let rollup = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss in it")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

/// How many threads a process has, and how many files and sockets are open.
pub(crate) fn threads_and_files(pid: u32) -> anyhow::Result<(usize, usize)> {
    let count = |what: &str| anyhow::Ok(fs::read_dir(format!("/proc/{pid}/{what}"))?.count());
    Ok((count("task")?, count("fd")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_takes_something_of_the_machine() {
        let own = std::process::id();
        assert!(memory(own).unwrap() > 100);
        let before = usage(own).unwrap();
        assert!(usage(own).unwrap().since(&before).process >= 0.0);
        assert!(!before.threads.is_empty());
        let (threads, files) = threads_and_files(own).unwrap();
        assert!(threads >= 1 && files >= 3);
    }
}
