//! What a process has used of the processor, from /proc.

use std::fs;

use anyhow::Context;

/// Ticks per second of the figures in /proc; 100 on Linux wherever we run.
const TICKS: f64 = 100.0;

/// Processor time in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Of the whole process.
    pub(crate) process: f64,
    /// Of its media workers alone.
    pub(crate) media: f64,
}

/// Reads what a process has used so far.
pub(crate) fn usage(pid: u32) -> anyhow::Result<Usage> {
    let process = seconds(&format!("/proc/{pid}/stat"))?;
    let mut media = 0.0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let path = task?.path();
        let name = fs::read_to_string(path.join("comm")).unwrap_or_default();
        if name.starts_with("media-") {
            media += seconds(&path.join("stat").to_string_lossy())?;
        }
    }
    Ok(Usage { process, media })
}

fn seconds(path: &str) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(path).with_context(|| format!("reading {path}"))?;
    // The name in brackets may hold anything; the numbers follow the last bracket. utime and stime are the
    // 14th and 15th field, so the 12th and 13th after it.
    let (_, fields) = stat.rsplit_once(')').context("no name in it")?;
    let ticks: u64 = fields.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    Ok(ticks as f64 / TICKS)
}
