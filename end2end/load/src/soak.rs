//! People come and go for a long time: what the server holds before, meanwhile and when all have left.

mod readings;

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;
use std::time::Instant;

use anyhow::ensure;

use self::readings::Readings;
use crate::clock;
use crate::scene;
use crate::stage::Stage;
use crate::stage::Way;

/// How long somebody stays, from and to.
const STAY: (u64, u64) = (10, 60);

/// One of so many goes as if the power had gone; the others say goodbye.
const RUDE: u64 = 4;

/// Rows of the table while people come and go.
const ROWS: u32 = 12;

/// A seat is kept for a minute after its connection was lost; by then everything must be gone.
const CLEARED: Duration = Duration::from_secs(90);

/// The highest memory of the last two thirds of the time may be this much above that of the first, in percent. Highest,
/// because the database lets what it has gathered grow for some minutes, and then writes it away.
const MOST_GROWTH: u64 = 10;

/// Only then: buffers and the allocator's stores fill for some minutes.
const WARM: Duration = Duration::from_secs(600);

/// A soak.
#[derive(Debug)]
pub(crate) struct Soak {
    pub(crate) people: usize,
    pub(crate) time: Duration,
    pub(crate) server: u32,
    /// `host:port` of the server's metrics.
    pub(crate) metrics: String,
}

/// Who is there until when.
struct Turnover {
    chance: Chance,
    until: BTreeMap<usize, Instant>,
    came: usize,
}

impl Soak {
    /// Runs, tells a row now and then, and complains if anything is left in the end.
    pub(crate) fn run(&self, way: &Way, out: &mut impl Write) -> anyhow::Result<()> {
        let mut stage = Stage::open(way, scene::MEETING_TILE)?;
        let before = self.read()?;
        Readings::heading(out)?;
        before.row(out, "before", 0)?;
        let mut turnover = Turnover { chance: Chance(1), until: BTreeMap::new(), came: 0 };
        let begun = clock::monotonic();
        let mut memories = Vec::new();
        for row in 1..=ROWS {
            while begun.elapsed() < self.time * row / ROWS {
                turnover.turn(&mut stage, self.people)?;
                stage.run(Duration::from_millis(200))?;
            }
            let readings = self.read()?;
            memories.push(readings.memory_kib);
            readings.row(out, &format!("{} min", begun.elapsed().as_secs() / 60), turnover.came)?;
            // What receivers counted is not looked at here, and would fill the memory.
            stage.fleet.forget();
        }
        stage.clear()?;
        let after = self.cleared()?;
        after.row(out, "after", turnover.came)?;
        judge(out, &before, &memories, &after)?;
        if self.time >= WARM {
            judge_memory(&memories)?;
        }
        writeln!(out, "nothing leaked")?;
        Ok(())
    }

    fn read(&self) -> anyhow::Result<Readings> {
        Readings::take(self.server, &self.metrics)
    }

    /// Waits until the server says that nobody is there any more, or ought to.
    fn cleared(&self) -> anyhow::Result<Readings> {
        let deadline = clock::monotonic() + CLEARED;
        let pause = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        loop {
            let readings = self.read()?;
            if readings.is_empty() || clock::monotonic() > deadline {
                return Ok(readings);
            }
            pause.block_on(async { tokio::time::sleep(Duration::from_secs(1)).await });
        }
    }
}

impl Turnover {
    /// Those whose time is over leave, and others take their places.
    fn turn(&mut self, stage: &mut Stage, people: usize) -> anyhow::Result<()> {
        let now = clock::monotonic();
        let over: Vec<usize> = self.until.iter().filter(|(_, until)| **until <= now).map(|(index, _)| *index).collect();
        for index in over {
            self.until.remove(&index);
            stage.dismiss(index, self.chance.below(RUDE) != 0)?;
        }
        while self.until.len() < people {
            let index = stage.invite(scene::visitor(self.came))?;
            self.came += 1;
            let stay = STAY.0 + self.chance.below(STAY.1 - STAY.0);
            self.until.insert(index, now + Duration::from_secs(stay));
        }
        stage.show();
        Ok(())
    }
}

/// Says what was kept that should not be.
fn judge(out: &mut impl Write, before: &Readings, memories: &[u64], after: &Readings) -> anyhow::Result<()> {
    let (first, later) = highest(memories);
    writeln!(out, "\nhighest memory: {} MiB in the first third, {} MiB afterwards", first / 1024, later / 1024)?;
    ensure!(after.is_empty(), "somebody is still there: seats, connections or meetings are not zero");
    ensure!(after.files <= before.files, "{} files or sockets were not closed", after.files - before.files);
    Ok(())
}

fn judge_memory(memories: &[u64]) -> anyhow::Result<()> {
    let (first, later) = highest(memories);
    ensure!(later * 100 <= first * (100 + MOST_GROWTH), "the memory grows");
    Ok(())
}

/// The highest memory of the first third of the time, and of the rest.
fn highest(memories: &[u64]) -> (u64, u64) {
    let (first, later) = memories.split_at(memories.len().div_ceil(3));
    let most = |part: &[u64]| part.iter().copied().max().unwrap_or_default();
    (most(first), most(later))
}

/// Chance that is the same in every run (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_rises_and_falls_does_not_grow() {
        assert_eq!(highest(&[146, 115, 116, 119, 151, 150]), (146, 151));
        assert!(judge_memory(&[146, 115, 116, 119, 151, 150]).is_ok());
        assert!(judge_memory(&[100, 110, 120, 130, 140, 150]).is_err());
    }

    #[test]
    fn chance_is_the_same_in_every_run_and_reaches_everything() {
        let draw = || {
            let mut chance = Chance(1);
            (0..100).map(|_| chance.below(4)).collect::<Vec<_>>()
        };
        assert_eq!(draw(), draw());
        assert!((0..4).all(|n| draw().contains(&n)));
    }
}
