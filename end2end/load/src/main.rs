//! The load generator: many participants of one meeting, without browsers.
//!
//! `webinar` and `meeting` speak docs/PROTOCOL.md and WebRTC with a running server and measure it; `core` measures the
//! unit alone; `crowd` fills a room for a browser to look at.

mod client;
mod clock;
mod core;
mod cpu;
mod film;
mod fleet;
mod live;
mod scene;
mod signalling;
mod tally;

use std::io::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use clap::Subcommand;
use domain::MeetingId;
use domain::meeting::MeetingPassword;

use crate::live::Run;
use crate::live::Way;
use crate::scene::Scene;
use crate::signalling::Place;
use crate::tally::Summary;

#[derive(Parser)]
#[command(about = "Puts load on Confab's media, and measures")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// One speaker (1.2 Mbit/s and voice), many who watch.
    Webinar {
        #[command(flatten)]
        server: Server,
        /// How many watch.
        #[arg(long, default_value_t = 200)]
        receivers: usize,
    },
    /// A room in which everybody sees everybody.
    Meeting {
        #[command(flatten)]
        server: Server,
        /// How many people.
        #[arg(long, default_value_t = 25)]
        people: usize,
    },
    /// People whose pictures can be watched, until the input ends.
    Crowd {
        #[command(flatten)]
        door: Door,
        /// A folder with a film (VP8 in IVF, keyframes only) for everybody, named after them.
        #[arg(long)]
        films: PathBuf,
    },
    /// Both scenes against the unit alone, in this process and without sockets.
    Core {
        /// Simulated seconds of each scene.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
}

#[derive(clap::Args)]
struct Door {
    /// The server, as `ws://host:port`.
    #[arg(long, default_value = "ws://127.0.0.1:8080")]
    url: String,
    /// The meeting, one that guests may enter and attendees may start.
    #[arg(long)]
    meeting: String,
    /// The meeting's password.
    #[arg(long)]
    password: Option<String>,
    /// The address that media is sent from.
    #[arg(long, default_value = "127.0.0.1")]
    bind: IpAddr,
}

#[derive(clap::Args)]
struct Server {
    #[command(flatten)]
    door: Door,
    /// Seconds of measurement.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// The server's process, to read what it uses of the processor.
    #[arg(long)]
    server_pid: Option<u32>,
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Webinar { server, receivers } => live(server, &Scene::webinar(receivers)),
        Command::Meeting { server, people } => live(server, &Scene::meeting(people)),
        Command::Crowd { door, films } => live::stay(&way(door)?, &Scene::crowd(&films)?),
        Command::Core { seconds } => {
            core("1 to 200", &Scene::webinar(200), seconds)?;
            core("25 to 25", &Scene::meeting(25), seconds)
        }
    }
}

fn way(door: Door) -> anyhow::Result<Way> {
    let password = door.password.map(MeetingPassword::parse).transpose()?;
    let place = Place { url: door.url, meeting: MeetingId::find_in(&door.meeting)?, password };
    Ok(Way { place, bind: door.bind })
}

fn live(server: Server, scene: &Scene) -> anyhow::Result<()> {
    let time = Duration::from_secs(server.seconds);
    let run = Run { way: way(server.door)?, time, server: server.server_pid };
    let report = live::run(&run, scene)?;
    let mut out = std::io::stdout().lock();
    delivered(&mut out, &report.summary)?;
    let seconds = report.time.as_secs_f64();
    if let Some(used) = report.server {
        let per_packet = |cpu: f64| cpu * 1e6 / report.summary.packets.max(1) as f64;
        writeln!(
            out,
            "server: {:.2} µs of processor time per packet ({:.2} in the media workers), {:.0} % of a core",
            per_packet(used.process),
            per_packet(used.media),
            used.process / seconds * 100.0
        )?;
    }
    writeln!(out, "generator: {:.0} % of a core", report.generator / seconds * 100.0)?;
    Ok(())
}

fn core(name: &str, scene: &Scene, seconds: u64) -> anyhow::Result<()> {
    let report = core::run(scene, Duration::from_secs(seconds))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{name}, the unit alone:")?;
    delivered(&mut out, &report.summary)?;
    let per_packet = report.cpu as f64 / 1000.0 / report.forwarded.max(1) as f64;
    writeln!(out, "unit: {per_packet:.2} µs of processor time per packet forwarded")?;
    Ok(())
}

fn delivered(out: &mut impl Write, summary: &Summary) -> std::io::Result<()> {
    let Summary { packets, octets, lost, p50_ms, p99_ms } = summary;
    let percent = *lost as f64 * 100.0 / (packets + lost).max(1) as f64;
    writeln!(out, "{packets} packets delivered, {} MB; {lost} lost ({percent:.3} %)", octets / 1_000_000)?;
    writeln!(out, "latency: p50 {p50_ms:.2} ms, p99 {p99_ms:.2} ms")
}
