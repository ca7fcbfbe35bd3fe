//! The load generator: many participants of one meeting, without browsers.
//!
//! Most commands speak with a running server and measure it: Confab by docs/PROTOCOL.md, or Janus to compare it with.
//! `core` measures the unit alone; `crowd` fills a room for a browser to look at.

mod burst;
mod client;
mod clock;
mod core;
mod film;
mod fleet;
mod floor;
mod growth;
mod host;
mod live;
mod measure;
mod process;
mod reporter;
mod scene;
mod soak;
mod stage;
mod tally;

use std::io::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use clap::Subcommand;
use domain::MeetingId;
use domain::meeting::MeetingPassword;
use nix::sys::resource::Resource;
use nix::sys::resource::getrlimit;
use nix::sys::resource::setrlimit;
use serde::Serialize;

use crate::burst::Burst;
use crate::client::Shape;
use crate::growth::Growth;
use crate::host::Host;
use crate::host::Place;
use crate::host::VideoRooms;
use crate::measure::Figures;
use crate::measure::Probe;
use crate::soak::Soak;
use crate::stage::Stage;
use crate::stage::Way;

#[derive(Parser)]
#[command(about = "Puts load on Confab's media, or on Janus', and measures")]
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
    /// A room in which everybody sees and hears everybody.
    Meeting {
        #[command(flatten)]
        server: Server,
        /// How many people.
        #[arg(long, default_value_t = 25)]
        people: usize,
    },
    /// A webinar that grows, measured at each step, until more than 1 % is lost or the 99th percentile of the delay
    /// reaches 50 ms.
    Growth {
        #[command(flatten)]
        server: Server,
        /// Receivers at each step.
        #[arg(long, value_delimiter = ',', default_value = "10,50,100,200,500,1000,1500,2000,2500,3000")]
        steps: Vec<usize>,
        /// Receivers of one room; more have a room and a speaker of their own (and need another --meeting).
        #[arg(long, default_value_t = 1000)]
        per_room: usize,
        /// Receivers that decrypt all that they get, time it and report on it as browsers do; the others
        /// read headers and report the same, or the generator, not the server, would be measured.
        #[arg(long, default_value_t = 200)]
        read: usize,
    },
    /// Many join a running webinar at once.
    Burst {
        #[command(flatten)]
        server: Server,
        /// How many watch already.
        #[arg(long, default_value_t = 50)]
        inside: usize,
        /// How many join.
        #[arg(long, default_value_t = 200)]
        joining: usize,
    },
    /// People come and go; nothing may be left of them. The server must show its metrics to this machine.
    Soak {
        #[command(flatten)]
        door: Door,
        /// How many people are there at a time.
        #[arg(long, default_value_t = 50)]
        people: usize,
        #[arg(long, default_value_t = 30.0)]
        minutes: f64,
        /// The server's process.
        #[arg(long)]
        server_pid: u32,
    },
    /// People whose pictures can be watched, until the input ends.
    Crowd {
        #[command(flatten)]
        door: Door,
        /// A folder with a film (VP8 in IVF, keyframes only) for everybody, named after them.
        #[arg(long)]
        films: PathBuf,
    },
    /// What no server can do without: the webinar's packets encrypted for each receiver and handed to the kernel.
    Floor {
        /// How many watch.
        #[arg(long, default_value_t = 200)]
        receivers: usize,
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// Two scenes against the unit alone, in this process and without sockets.
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
    /// The meeting, one that guests may enter and attendees may start; several where there is more than one room.
    #[arg(long, required_unless_present = "janus")]
    meeting: Vec<String>,
    /// The meetings' password.
    #[arg(long)]
    password: Option<String>,
    /// Another server instead: Janus with its VideoRoom plugin, at this address of its WebSocket API.
    #[arg(long, conflicts_with_all = ["meeting", "password"])]
    janus: Option<String>,
    /// The address that media is sent from.
    #[arg(long, default_value = "127.0.0.1")]
    bind: IpAddr,
}

#[derive(clap::Args)]
struct Server {
    #[command(flatten)]
    door: Door,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// The server's process, to read what it takes of the machine.
    #[arg(long)]
    server_pid: Option<u32>,
    /// Tells what was measured as lines of JSON.
    #[arg(long)]
    json: bool,
}

impl Server {
    fn probe(&self) -> Probe {
        Probe { server: self.server_pid, time: Duration::from_secs(self.seconds) }
    }
}

fn main() -> anyhow::Result<()> {
    // Each participant has two sockets.
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most)?;
    match Arguments::parse().command {
        Command::Webinar { server, receivers } => {
            live(server, scene::webinar(receivers, receivers), scene::WEBINAR_TILE)
        }
        Command::Meeting { server, people } => live(server, scene::meeting(people), scene::MEETING_TILE),
        Command::Growth { server, steps, per_room, read } => growth(server, &Growth { steps, per_room, read }),
        Command::Burst { server, inside, joining } => burst(server, &Burst { inside, joining }),
        Command::Soak { door, people, minutes, server_pid } => {
            let metrics = door.url.trim_start_matches("ws://").to_owned();
            let time = Duration::from_secs_f64(minutes * 60.0);
            let soak = Soak { people, time, server: server_pid, metrics };
            soak.run(&way(door)?, &mut std::io::stdout().lock())
        }
        Command::Crowd { door, films } => live::stay(&way(door)?, scene::crowd(&films)?),
        Command::Floor { receivers, seconds } => {
            let floor::Outcome { packets, encrypting, sending } = floor::run(receivers, Duration::from_secs(seconds))?;
            let mut out = std::io::stdout().lock();
            writeln!(out, "1 to {receivers}: {packets} packets")?;
            let (encrypting, sending) = (encrypting / 1000.0, sending / 1000.0);
            writeln!(out, "{encrypting:.2} µs per packet to encrypt, {sending:.2} µs to send over loopback")?;
            Ok(())
        }
        Command::Core { seconds } => {
            core("1 to 200", &scene::webinar(200, 200), scene::WEBINAR_TILE, seconds)?;
            core("25 to 25", &scene::meeting(25), scene::MEETING_TILE, seconds)
        }
    }
}

fn way(door: Door) -> anyhow::Result<Way> {
    let host = match door.janus {
        Some(url) => Host::Janus(VideoRooms { url }),
        None => {
            let meetings = door.meeting.iter().map(|text| MeetingId::find_in(text)).collect::<Result<_, _>>()?;
            let password = door.password.map(MeetingPassword::parse).transpose()?;
            Host::Confab(Place { url: door.url, meetings, password })
        }
    };
    Ok(Way { host, bind: door.bind })
}

fn live(server: Server, shapes: Vec<Shape>, tile: u16) -> anyhow::Result<()> {
    let (probe, json, way) = (server.probe(), server.json, way(server.door)?);
    let figures = live::run(&way, way.host.arrange(shapes), tile, probe)?;
    let mut out = std::io::stdout().lock();
    if json {
        return say_json(&mut out, &figures);
    }
    growth::heading(&mut out)?;
    growth::row(&mut out, &figures)?;
    Ok(())
}

fn growth(server: Server, growth: &Growth) -> anyhow::Result<()> {
    let (probe, json, way) = (server.probe(), server.json, way(server.door)?);
    let mut stage = Stage::open(&way, scene::WEBINAR_TILE)?;
    let mut out = std::io::stdout().lock();
    if !json {
        growth::heading(&mut out)?;
    }
    let tell = |figures: &Figures| match json {
        true => say_json(&mut out, figures),
        false => Ok(growth::row(&mut out, figures)?),
    };
    growth.run(&mut stage, probe, |shapes| way.host.arrange(shapes), tell)
}

fn burst(server: Server, burst: &Burst) -> anyhow::Result<()> {
    let (json, way) = (server.json, way(server.door)?);
    let outcome = burst.run(&way, |shapes| way.host.arrange(shapes))?;
    let mut out = std::io::stdout().lock();
    if json {
        return say_json(&mut out, &outcome);
    }
    writeln!(out, "{} joined {} at once", outcome.joining, outcome.inside)?;
    writeln!(
        out,
        "half of them saw and heard after {:.0} ms, all after {:.0} ms",
        outcome.half_in_ms, outcome.all_in_ms
    )?;
    writeln!(
        out,
        "inside, the longest time without a packet was {:.0} ms (before: {:.0} ms; the generator was {:.0} ms late at most)",
        outcome.longest_gap_ms, outcome.longest_gap_before_ms, outcome.generator_late_ms
    )?;
    Ok(())
}

fn core(name: &str, shapes: &[Shape], tile: u16, seconds: u64) -> anyhow::Result<()> {
    let report = core::run(shapes, tile, Duration::from_secs(seconds))?;
    let mut out = std::io::stdout().lock();
    let summary = &report.summary;
    let lost = summary.lost_percent();
    writeln!(
        out,
        "{name}, the unit alone: {} packets delivered, {} lost ({lost:.3} %)",
        summary.packets, summary.lost
    )?;
    let per_packet = report.cpu as f64 / 1000.0 / report.forwarded.max(1) as f64;
    writeln!(out, "unit: {per_packet:.2} µs of processor time per packet forwarded")?;
    Ok(())
}

fn say_json(out: &mut impl Write, figures: &impl Serialize) -> anyhow::Result<()> {
    writeln!(out, "{}", serde_json::to_string(figures)?)?;
    // Whoever reads this wants each step when it is done.
    out.flush()?;
    Ok(())
}
