//! A run against a server, through its real doors.

use std::io::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use domain::ParticipantId;
use futures::future::join_all;
use futures::future::pending;
use tokio::runtime::Builder;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::cpu;
use crate::cpu::Usage;
use crate::fleet::Fleet;
use crate::scene::Scene;
use crate::signalling::Line;
use crate::signalling::Place;
use crate::tally::Summary;

/// Time between the last connection and the first measurement, for keyframes and buffers to settle.
const SETTLE: Duration = Duration::from_secs(2);

/// Where to go, and the address that media is sent from.
pub(crate) struct Way {
    pub(crate) place: Place,
    pub(crate) bind: IpAddr,
}

/// What a run is about.
pub(crate) struct Run {
    pub(crate) way: Way,
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
    let (runtime, mut fleet, lines) = join(&run.way, scene)?;
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

/// Joins everybody and lets them stay until the input ends; then all of them leave.
pub(crate) fn stay(way: &Way, scene: &Scene) -> anyhow::Result<()> {
    let (runtime, mut fleet, lines) = join(way, scene)?;
    let (leave, left) = watch::channel(());
    let hold = |line: Line| {
        let mut left = left.clone();
        runtime.spawn(line.hold(async move { drop(left.changed().await) }))
    };
    let held: Vec<_> = lines.into_iter().map(hold).collect();
    writeln!(std::io::stdout(), "{} are there", held.len())?;
    let over = Arc::new(AtomicBool::new(false));
    let end = over.clone();
    std::thread::spawn(move || {
        // An input that cannot be read has ended, too.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        end.store(true, Ordering::Relaxed);
    });
    fleet.run_until(|| over.load(Ordering::Relaxed))?;
    drop(leave);
    runtime.block_on(join_all(held));
    Ok(())
}

/// Brings everybody in, with media connected.
fn join(way: &Way, scene: &Scene) -> anyhow::Result<(Runtime, Fleet, Vec<Line>)> {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut fleet = Fleet::new(scene.shapes.clone(), way.bind)?;
    let lines = runtime.block_on(enter(&way.place, scene, &mut fleet))?;
    fleet.connect()?;
    Ok((runtime, fleet, lines))
}

/// Opens all signalling connections and has all offers answered.
async fn enter(place: &Place, scene: &Scene, fleet: &mut Fleet) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for client in &mut fleet.clients {
        let name = client.name().to_owned();
        let mut line = Line::open(place, &name).await.with_context(|| name.clone())?;
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
        tokio::spawn(line.hold(pending()));
    }
    Ok(())
}
