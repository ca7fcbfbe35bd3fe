//! The `confab` program: reads what was decided, serves until it is told to stop, and begins anew after a full disk.

use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use clap::Subcommand;
use futures::FutureExt;
use server::boot;
use server::boot::Running;
use server::clock;
use server::config::Config;
use server::config::Error;
use server::doctor;
use server::password_link;
use server::revival::Program;
use server::revival::Revivals;
use tokio::signal::unix::Signal;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;
use tracing::error;
use tracing::info;
use tracing::warn;
use tracing_subscriber::EnvFilter;

/// The database walks its queries recursively; 2 MiB, the usual, are too few for it in debug builds.
const STACK: usize = 10 * 1024 * 1024;

/// How long the store may take to close itself, and how often we look whether it has.
const CLOSING: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Confab: open a link and meet.
#[derive(Parser)]
#[command(name = "confab", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Serves pages and meetings until it is told to stop.
    Serve {
        /// The configuration; confab.toml in this folder, if there is one.
        #[arg(long, env = "CONFAB_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Says whether the configuration can be used.
    CheckConfig {
        /// The configuration; confab.toml in this folder, if there is one.
        #[arg(long, env = "CONFAB_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Says what stands in the way of meetings on this machine, and what to open or change. Fails if anything does.
    Doctor {
        /// The configuration; confab.toml in this folder, if there is one.
        #[arg(long, env = "CONFAB_CONFIG")]
        config: Option<PathBuf>,
        /// For programs: one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Prints a one-time link with which somebody chooses a new password, while Confab is stopped.
    PasswordLink {
        /// The address that the person signs in with.
        address: String,
        /// The configuration; confab.toml in this folder, if there is one.
        #[arg(long, env = "CONFAB_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Says which version this is.
    Version,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Serve { config } => serve(config.as_deref()).map(|()| ExitCode::SUCCESS),
        Task::CheckConfig { config } => check_config(config.as_deref()).map(|()| ExitCode::SUCCESS),
        Task::Doctor { config, json } => doctor(config.as_deref(), json),
        Task::PasswordLink { address, config } => password_link(config.as_deref(), address).map(|()| ExitCode::SUCCESS),
        Task::Version => say(concat!("confab ", env!("CARGO_PKG_VERSION"))).map(|()| ExitCode::SUCCESS),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            // Nobody is left to hear it if standard error is closed.
            let _ = writeln!(std::io::stderr(), "confab: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn read(file: Option<&Path>) -> Result<Config, Error> {
    let environment = std::env::vars_os().filter_map(|(name, value)| {
        // A variable of ours that is not UTF-8 shall be complained about, not skipped.
        Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
    });
    Config::read(file, environment)
}

fn check_config(file: Option<&Path>) -> anyhow::Result<()> {
    read(file)?;
    say("The configuration can be used.")
}

fn doctor(file: Option<&Path>, json: bool) -> anyhow::Result<ExitCode> {
    let examined = doctor::examine(read(file));
    let report = runtime()?.block_on(async { tokio::spawn(examined).await }).context("the examination broke off")?;
    if json {
        say(&serde_json::to_string_pretty(&report)?)?;
    } else {
        report.findings.iter().try_for_each(|finding| say(&finding.to_string()))?;
    }
    Ok(if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn password_link(file: Option<&Path>, address: String) -> anyhow::Result<()> {
    let made = password_link::make_offline(read(file)?, address);
    let link = runtime()?.block_on(async { tokio::spawn(made).await }).context("making the link broke off")??;
    say(&format!("Start Confab again, and open this link within 24 hours to choose a new password: {link}"))
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.enable_all().thread_stack_size(STACK).build().context("the runtime does not start")
}

/// How serving ends.
enum End {
    /// Somebody told it to.
    Told,
    /// It is to begin anew, in a process that knows this.
    Anew(Revivals),
}

fn serve(file: Option<&Path>) -> anyhow::Result<()> {
    let program = Program::noted();
    let config = read(file)?;
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(&config.log))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .init();
    let end = runtime()?.block_on(serve_until_the_end(config, program.revivals()))?;
    match end {
        End::Told => Ok(()),
        End::Anew(known) => Err(program.begin_anew(known)),
    }
}

async fn serve_until_the_end(config: Config, revivals: Revivals) -> anyhow::Result<End> {
    let mut orders = Orders::listen()?;
    let decided = config.clone();
    let end = match tokio::spawn(boot::start(config)).await.context("the start broke off")? {
        Ok(running) => {
            announce(&running, &decided, revivals)?;
            let end = tokio::select! {
                () = orders.heard() => End::Told,
                known = running.revival(revivals) => End::Anew(known),
            };
            running.stop().await;
            end
        }
        Err(error) if revivals.happened() => tokio::select! {
            () = orders.heard() => End::Told,
            known = patience(&error, revivals) => End::Anew(known),
        },
        Err(error) => return Err(error),
    };
    last_task_ended().await;
    // Whoever told it to stop meanwhile does not want it anew.
    Ok(if orders.heard().now_or_never().is_some() { End::Told } else { end })
}

/// The signals that tell it to stop.
struct Orders {
    terminate: Signal,
    interrupt: Signal,
}

impl Orders {
    fn listen() -> anyhow::Result<Self> {
        let terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be heard")?;
        let interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be heard")?;
        Ok(Self { terminate, interrupt })
    }

    async fn heard(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => info!("Stopping: SIGTERM"),
            _ = self.interrupt.recv() => info!("Stopping: SIGINT"),
        }
    }
}

/// Says where it serves. Only at a start by hand somebody must be there to read it.
fn announce(running: &Running, decided: &Config, revivals: Revivals) -> anyhow::Result<()> {
    match greet(running, decided) {
        Err(error) if revivals.happened() => warn!(error = %error, "Confab is ready, and cannot say so"),
        said => said?,
    }
    Ok(())
}

fn greet(running: &Running, decided: &Config) -> anyhow::Result<()> {
    if let Some(link) = &running.set_up_link {
        say(&format!("Open this link once to make the first administrator: {link}"))?;
    }
    say(&format!("Confab is ready at {}", decided.origin(running.addr)))?;
    if let Some(guidance) = boot::guidance(decided, running.addr) {
        say(&guidance)?;
    }
    Ok(())
}

/// Waits after a start that nobody watched and that failed, maybe because the disk is full again: the next process tries it
/// once more.
async fn patience(error: &anyhow::Error, revivals: Revivals) -> Revivals {
    let known = revivals.refused_at(clock::now());
    let pause = known.pause();
    error!(error = %format!("{error:#}"), "Confab could not start anew, and tries again in {} s", pause.as_secs());
    tokio::time::sleep(pause).await;
    known.revived_at(clock::now())
}

/// Waits until no task is left.
///
/// Once nobody holds the store any more, it closes itself in tasks of its own and tells nobody when it is done. The end of
/// the runtime would break them off in the middle of a transaction, which the database reports as an error.
async fn last_task_ended() {
    let tasks = tokio::runtime::Handle::current().metrics();
    let mut look = tokio::time::interval(LOOK_EVERY);
    let ended = async {
        while tasks.num_alive_tasks() > 0 {
            look.tick().await;
        }
    };
    if tokio::time::timeout(CLOSING, ended).await.is_err() {
        warn!("The store did not close itself in time; what it has acknowledged is on the disk all the same");
    }
}

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("standard output is closed")
}
