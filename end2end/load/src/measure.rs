//! What a running scene is measured by.

use std::time::Duration;

use serde::Serialize;

use crate::process;
use crate::stage::Stage;

/// Time between the last connection and the first measurement, for keyframes, buffers and estimates to settle.
const SETTLE: Duration = Duration::from_secs(8);

/// The server under load: its process, if it is on this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Probe {
    pub(crate) server: Option<u32>,
    pub(crate) time: Duration,
}

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    /// Connections that receive.
    pub(crate) receivers: usize,
    pub(crate) packets: u64,
    pub(crate) packets_per_second: f64,
    pub(crate) lost_percent: f64,
    /// From the sender's application to the receiver's, of those who decrypt.
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) server: Option<Server>,
    /// What the generator itself used, in percent of a core; near 100 it was the bottleneck.
    pub(crate) generator_percent: f64,
    /// How much too late the generator was at most.
    pub(crate) generator_late_ms: f64,
}

/// What the server took.
#[derive(Debug, Serialize)]
pub(crate) struct Server {
    /// Processor time of the whole process per packet delivered, and of the media workers alone.
    pub(crate) us_per_packet: f64,
    pub(crate) media_us_per_packet: f64,
    pub(crate) percent_of_a_core: f64,
    /// The process' proportional share of memory (PSS).
    pub(crate) memory_kib: u64,
}

/// Lets a scene settle, and measures it.
pub(crate) fn measure(stage: &mut Stage, probe: Probe) -> anyhow::Result<Figures> {
    stage.run(SETTLE)?;
    stage.fleet.forget();
    let usage = || probe.server.map(process::usage).transpose();
    let own = || process::usage(std::process::id());
    let (before, own_before) = (usage()?, own()?);
    stage.run(probe.time)?;
    let (after, own_after) = (usage()?, own()?);
    let seconds = probe.time.as_secs_f64();
    let summary = stage.fleet.tally.summary();
    let micros = |used: f64| used * 1e6 / summary.packets.max(1) as f64;
    let server = match (before.zip(after), probe.server) {
        (Some((before, after)), Some(pid)) => {
            let used = after.since(&before);
            Some(Server {
                us_per_packet: micros(used.process),
                media_us_per_packet: micros(used.media),
                percent_of_a_core: used.process / seconds * 100.0,
                memory_kib: process::memory(pid)?,
            })
        }
        _ => None,
    };
    Ok(Figures {
        receivers: stage.fleet.clients().filter(|client| client.shape().receives()).count(),
        packets: summary.packets,
        packets_per_second: summary.packets as f64 / seconds,
        lost_percent: summary.lost_percent(),
        p50_ms: summary.p50_ms,
        p99_ms: summary.p99_ms,
        server,
        generator_percent: own_after.since(&own_before).process / seconds * 100.0,
        generator_late_ms: stage.fleet.latest.as_secs_f64() * 1000.0,
    })
}
