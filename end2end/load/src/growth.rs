//! A webinar that grows step by step, and is measured at each: what a packet and a receiver cost, and how many
//! receivers one core carries.

use std::io::Write;

use crate::client::Shape;
use crate::measure::Figures;
use crate::measure::Probe;
use crate::measure::measure;
use crate::scene;
use crate::stage::Stage;

/// Who comes in at once: enough to be quick, few enough not to disturb those who are there.
const AT_ONCE: usize = 16;

/// From here on a server carries too much.
const MOST_LOST_PERCENT: f64 = 1.0;
const LATEST_MS: f64 = 50.0;

/// How a webinar grows.
#[derive(Debug)]
pub(crate) struct Growth {
    /// Receivers at each measurement.
    pub(crate) steps: Vec<usize>,
    /// Receivers of one room; the next ones have a room and a speaker of their own.
    pub(crate) per_room: usize,
    /// Receivers that decrypt everything, time it and report on it as browsers do.
    pub(crate) read: usize,
}

impl Growth {
    /// Grows until the last step, or until the server carries no more; tells each step.
    pub(crate) fn run(
        &self,
        stage: &mut Stage,
        probe: Probe,
        arrange: impl Fn(Vec<Shape>) -> Vec<Shape>,
        mut tell: impl FnMut(&Figures) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut there: usize = 0;
        for step in &self.steps {
            let rooms = there.div_ceil(self.per_room)..step.div_ceil(self.per_room);
            stage.admit(arrange(rooms.map(scene::speaker).collect()), AT_ONCE)?;
            let listeners = (there..*step).map(|n| scene::listener(n, n / self.per_room, n < self.read));
            stage.admit(arrange(listeners.collect()), AT_ONCE)?;
            there = there.max(*step);
            let figures = measure(stage, probe)?;
            tell(&figures)?;
            if is_too_much(&figures) {
                break;
            }
        }
        Ok(())
    }
}

/// Whether a server carried more than it can.
pub(crate) fn is_too_much(figures: &Figures) -> bool {
    figures.lost_percent >= MOST_LOST_PERCENT || figures.p99_ms >= LATEST_MS
}

/// A heading for the rows of [`row`].
pub(crate) fn heading(out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "| receivers | packets/s | µs per packet | core | lost | p50 / p99 | memory | generator |")?;
    writeln!(out, "|--:|--:|--:|--:|--:|--:|--:|--:|")
}

/// One step as a row of a table.
pub(crate) fn row(out: &mut impl Write, figures: &Figures) -> std::io::Result<()> {
    let Figures { receivers, packets_per_second, lost_percent, p50_ms, p99_ms, server, generator_percent, .. } =
        figures;
    write!(out, "| {receivers} | {packets_per_second:.0} ")?;
    match server {
        Some(server) => write!(out, "| {:.2} | {:.0} % ", server.us_per_packet, server.percent_of_a_core)?,
        None => write!(out, "| | ")?,
    }
    let memory = server.as_ref().map(|server| format!("{} MiB", server.memory_kib / 1024)).unwrap_or_default();
    writeln!(out, "| {lost_percent:.3} % | {p50_ms:.1} / {p99_ms:.1} ms | {memory} | {generator_percent:.0} % |")
}
