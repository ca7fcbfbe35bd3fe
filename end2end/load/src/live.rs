//! A run against a server, through its real doors.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::Context;
use domain::ParticipantId;

use crate::cpu;
use crate::cpu::Usage;
use crate::fleet::Fleet;
use crate::scene::Scene;
use crate::signalling::Line;
use crate::signalling::Place;
use crate::tally::Summary;

/// Time between the last connection and the first measurement, for keyframes and buffers to settle.
const SETTLE: Duration = Duration::from_secs(2);

/// What a run is about.
pub(crate) struct Run {
    pub(crate) place: Place,
    pub(crate) bind: IpAddr,
    pub(crate) time: Duration,
    /// The server's process, to read what it uses.
    pub(crate) server: Option<u32>,
}

/// What a run has shown.
pub(crate) struct Report {
    pub(crate) summary: Summary,
    pub(crate) time: Duration,
    pub(crate) server: Option<Usage>,
    /// What the generator itself used; near the time it took, it was the bottleneck.
    pub(crate) generator: f64,
}

/// Joins everybody, lets them watch for a while, and measures.
pub(crate) fn run(run: &Run, scene: &Scene) -> anyhow::Result<Report> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut fleet = Fleet::new(scene.shapes.clone(), run.bind)?;
    let lines = runtime.block_on(join(run, scene, &mut fleet))?;
    fleet.connect()?;
    runtime.block_on(look(scene, &fleet, lines))?;
    fleet.run(SETTLE)?;
    fleet.tally.clear();
    let usage = || run.server.map(cpu::usage).transpose();
    let (before, own) = (usage()?, cpu::usage(std::process::id())?.process);
    fleet.run(run.time)?;
    let (after, own) = (usage()?, cpu::usage(std::process::id())?.process - own);
    let server = before
        .zip(after)
        .map(|(before, after)| Usage { process: after.process - before.process, media: after.media - before.media });
    Ok(Report { summary: fleet.tally.summary(), time: run.time, server, generator: own })
}

/// Opens all signalling connections and has all offers answered.
async fn join(run: &Run, scene: &Scene, fleet: &mut Fleet) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for client in &mut fleet.clients {
        let name = format!("Load {}", client.index + 1);
        let mut line = Line::open(&run.place, &name).await.with_context(|| name.clone())?;
        let answer = line.offer(client.offer()?).await.context(name)?;
        client.answered(&answer)?;
        line.publish(scene.publishing(client.index)).await?;
        lines.push(line);
    }
    Ok(lines)
}

/// Says what everybody looks at; the connections stay open for as long as the runtime lives.
async fn look(scene: &Scene, fleet: &Fleet, lines: Vec<Line>) -> anyhow::Result<()> {
    let people: Vec<ParticipantId> = lines.iter().map(|line| line.you.clone()).collect();
    for (client, mut line) in fleet.clients.iter().zip(lines) {
        line.want(scene.wishes(client, &people)).await?;
        tokio::spawn(line.hold());
    }
    Ok(())
}
