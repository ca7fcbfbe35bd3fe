//! How well a participant's media gets through, in one word for everybody.

use std::time::Duration;

use domain::wire::Quality;

use crate::arrivals::Fate;
use crate::share::Demand;

/// How often a connection is looked at.
pub(crate) const LOOK: Duration = Duration::from_secs(2);

/// Packets of one look from which a share of losses says something.
pub(crate) const ENOUGH: u32 = 20;

/// From which share of lost packets on a connection is fair, and poor. Repair hides less than this.
const LOST: (f64, f64) = (0.03, 0.10);

/// From which round trip on people begin to talk at the same time, and cannot talk, in seconds.
const ROUND_TRIP: (f64, f64) = (0.3, 0.7);

/// How many times more pictures are wished for than the connection carries.
const SHORTAGE: (f64, f64) = (2.0, 6.0);

/// What is kept of these bounds for a connection that is to be called better: it has to be better by more than a little.
const CALM: f64 = 0.7;

/// Looks in a row that must agree before it is said that a connection is worse, or better.
const WORSE_AFTER: u8 = 2;
const BETTER_AFTER: u8 = 3;

/// What one look at a connection shows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    /// Share of the packets that were lost, in the worse of the two directions.
    pub(crate) lost: f64,
    /// To the client and back.
    pub(crate) round_trip: Duration,
    /// What the client is given, and what it would take.
    pub(crate) demand: Demand,
}

/// What became of packets between two looks.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    packets: u32,
    lost: u32,
}

impl Losses {
    pub(crate) fn count(&mut self, fates: &[Fate]) {
        for fate in fates {
            self.packets = self.packets.saturating_add(1);
            self.lost = self.lost.saturating_add(u32::from(fate.arrived.is_none()));
        }
    }

    /// The share that was lost; zero where there were too few to say.
    pub(crate) fn share(&self) -> f64 {
        if self.packets < ENOUGH { 0.0 } else { f64::from(self.lost) / f64::from(self.packets) }
    }
}

/// The better one is the lesser one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    #[default]
    Good,
    Fair,
    Poor,
}

impl Grade {
    fn of(value: f64, (fair, poor): (f64, f64), scale: f64) -> Self {
        if value >= poor * scale {
            Self::Poor
        } else if value >= fair * scale {
            Self::Fair
        } else {
            Self::Good
        }
    }
}

impl Look {
    fn grade(&self, scale: f64) -> Grade {
        let Demand { granted, wanted } = self.demand;
        let shortage = wanted as f64 / granted.max(1) as f64;
        let grades = [
            Grade::of(self.lost, LOST, scale),
            Grade::of(self.round_trip.as_secs_f64(), ROUND_TRIP, scale),
            Grade::of(shortage, SHORTAGE, scale),
        ];
        grades.into_iter().max().unwrap_or_default()
    }
}

/// The word for one connection, which does not change with every look.
#[derive(Debug, Default)]
pub(crate) struct Grader {
    said: Grade,
    /// What looks in a row have asked for, and how many there were.
    asked: Option<(Grade, u8)>,
}

impl Grader {
    /// Takes a look; `Some` when another word is due.
    pub(crate) fn take(&mut self, look: &Look) -> Option<Quality> {
        let (strict, calm) = (look.grade(1.0), look.grade(CALM));
        let said = self.said;
        let (asked, after) = if strict > said {
            (strict, WORSE_AFTER)
        } else if calm < said {
            (calm, BETTER_AFTER)
        } else {
            self.asked = None;
            return None;
        };
        let (asked, looks) = match self.asked {
            // All looks in a row must agree, so the least of what they ask for counts.
            Some((before, looks)) if (before > said) == (asked > said) => {
                let nearest = if asked > said { before.min(asked) } else { before.max(asked) };
                (nearest, looks.saturating_add(1))
            }
            _ => (asked, 1),
        };
        self.asked = Some((asked, looks));
        (looks >= after).then(|| {
            *self = Self { said: asked, asked: None };
            self.quality()
        })
    }

    fn quality(&self) -> Quality {
        match self.said {
            Grade::Good => Quality::Good,
            Grade::Fair => Quality::Fair,
            Grade::Poor => Quality::Poor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(lost: f64) -> Look {
        Look { lost, ..Look::default() }
    }

    fn said(looks: &[Look]) -> Vec<Option<Quality>> {
        let mut grader = Grader::default();
        looks.iter().map(|look| grader.take(look)).collect()
    }

    #[test]
    fn each_trouble_has_its_bounds() {
        let check = |look: Look, want: Option<Quality>| assert_eq!(said(&[look; 2])[1], want, "{look:?}");
        check(lost(0.02), None);
        check(lost(0.03), Some(Quality::Fair));
        check(lost(0.10), Some(Quality::Poor));
        let far = |ms| Look { round_trip: Duration::from_millis(ms), ..Look::default() };
        check(far(250), None);
        check(far(300), Some(Quality::Fair));
        check(far(700), Some(Quality::Poor));
        let short = |granted, wanted| Look { demand: Demand { granted, wanted }, ..Look::default() };
        check(short(0, 0), None);
        check(short(900_000, 1_700_000), None);
        check(short(500_000, 1_700_000), Some(Quality::Fair));
        check(short(0, 150_000), Some(Quality::Poor));
    }

    #[test]
    fn one_bad_look_says_nothing_and_the_second_says_what_both_show() {
        assert_eq!(said(&[lost(0.5), lost(0.0), lost(0.5), lost(0.0)]), [None; 4]);
        assert_eq!(said(&[lost(0.5), lost(0.04)]), [None, Some(Quality::Fair)]);
        let worse = [lost(0.04), lost(0.04), lost(0.2), lost(0.2)];
        assert_eq!(said(&worse), [None, Some(Quality::Fair), None, Some(Quality::Poor)]);
    }

    #[test]
    fn what_was_bad_must_be_good_for_a_while_and_by_more_than_a_little() {
        let mut looks = vec![lost(0.2), lost(0.2), lost(0.09), lost(0.09), lost(0.09), lost(0.09)];
        assert_eq!(said(&looks)[2..], [None; 4], "hardly better");
        looks.extend([lost(0.0), lost(0.05), lost(0.0)]);
        assert_eq!(said(&looks).last(), Some(&Some(Quality::Fair)), "the worst of three good looks counts");
        looks.extend([lost(0.0); 3]);
        assert_eq!(said(&looks).last(), Some(&Some(Quality::Good)));
    }

    #[test]
    fn a_connection_at_a_bound_keeps_its_word() {
        let looks: Vec<Look> = (0..50).map(|n| lost(if n % 3 == 0 { 0.025 } else { 0.035 })).collect();
        let changes = said(&looks).into_iter().flatten().count();
        assert_eq!(changes, 1);
    }
}
