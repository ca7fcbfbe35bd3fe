//! The scenes that stay as they are: measured for a while, or there to be looked at.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use crate::client::Shape;
use crate::measure::Figures;
use crate::measure::Probe;
use crate::measure::measure;
use crate::stage::Stage;
use crate::stage::Way;

/// Who comes in at once.
const AT_ONCE: usize = 16;

/// Joins everybody, lets them watch for a while, and measures.
pub(crate) fn run(way: &Way, shapes: Vec<Shape>, tile: u16, probe: Probe) -> anyhow::Result<Figures> {
    let mut stage = Stage::open(way, tile)?;
    let (sending, watching) = shapes.into_iter().partition(|shape| shape.sends);
    stage.admit(sending, AT_ONCE)?;
    stage.admit(watching, AT_ONCE)?;
    measure(&mut stage, probe)
}

/// Joins everybody and lets them stay until the input ends; then all of them leave.
pub(crate) fn stay(way: &Way, shapes: Vec<Shape>) -> anyhow::Result<()> {
    let mut stage = Stage::open(way, 0)?;
    stage.admit(shapes, AT_ONCE)?;
    writeln!(std::io::stdout(), "{} are there", stage.fleet.clients().count())?;
    let over = Arc::new(AtomicBool::new(false));
    let end = over.clone();
    std::thread::spawn(move || {
        // An input that cannot be read has ended, too.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        end.store(true, Ordering::Relaxed);
    });
    stage.run_until(|_| over.load(Ordering::Relaxed))?;
    stage.clear()
}
