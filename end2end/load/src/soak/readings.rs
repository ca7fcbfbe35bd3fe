//! What a server holds at a moment, by its metrics and by /proc.

use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use anyhow::Context;
use anyhow::ensure;

use crate::process;

/// How long the server may take to tell.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is counted of people: all zero when nobody is there.
const GAUGES: [(&str, &str); 5] = [
    ("seats", "confab_seats"),
    ("signalling", "confab_websocket_sessions"),
    ("meetings", "confab_meetings_running"),
    ("peers", "confab_media_connections"),
    ("rooms", "confab_media_conferences"),
];

/// What a server holds.
#[derive(Debug)]
pub(super) struct Readings {
    pub(super) memory_kib: u64,
    pub(super) files: usize,
    threads: usize,
    /// In the order of [`GAUGES`].
    gauges: Vec<u64>,
}

impl Readings {
    /// Reads them.
    pub(super) fn take(server: u32, metrics: &str) -> anyhow::Result<Self> {
        let text = fetch(metrics)?;
        let gauges = GAUGES.iter().map(|(_, name)| value(&text, name)).collect::<Result<_, _>>()?;
        let (threads, files) = process::threads_and_files(server)?;
        Ok(Self { memory_kib: process::memory(server)?, files, threads, gauges })
    }

    /// Whether nobody is there.
    pub(super) fn is_empty(&self) -> bool {
        self.gauges.iter().all(|gauge| *gauge == 0)
    }

    pub(super) fn heading(out: &mut impl Write) -> std::io::Result<()> {
        write!(out, "| when | came so far | memory | threads | files |")?;
        for (name, _) in GAUGES {
            write!(out, " {name} |")?;
        }
        writeln!(out, "\n|---|--:|--:|--:|--:|{}", "--:|".repeat(GAUGES.len()))
    }

    pub(super) fn row(&self, out: &mut impl Write, when: &str, came: usize) -> std::io::Result<()> {
        let Self { memory_kib, files, threads, gauges } = self;
        write!(out, "| {when} | {came} | {} MiB | {threads} | {files} |", memory_kib / 1024)?;
        for gauge in gauges {
            write!(out, " {gauge} |")?;
        }
        writeln!(out)?;
        // Whoever reads this wants each row when it is there.
        out.flush()
    }
}

fn fetch(server: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(server).with_context(|| server.to_owned())?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET /metrics HTTP/1.0\r\nHost: {server}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    ensure!(
        answer.split(' ').nth(1) == Some("200"),
        "the server shows no metrics: set metrics.from = [\"127.0.0.1\"] in its configuration"
    );
    Ok(answer)
}

fn value(text: &str, name: &str) -> anyhow::Result<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    Ok(line.with_context(|| format!("{name} is not among the metrics"))?.trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_is_found_by_its_whole_name() {
        let text = "# HELP confab_seats x\nconfab_seats_total 4\nconfab_seats 7\r\n";
        assert_eq!(value(text, "confab_seats").unwrap(), 7);
        assert!(value(text, "confab_rooms").is_err());
    }
}
