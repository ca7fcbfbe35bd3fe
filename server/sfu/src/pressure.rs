//! How much of the pictures is left out because the machine does not keep up.
//!
//! Whoever is too busy loses packets of everybody at random, sound among them. Leaving out pictures by rule, each
//! receiver's least wanted first, keeps the rest whole.

/// The share of its time that a worker may be busy before it leaves something out.
const TOO_BUSY: f32 = 0.9;

/// The share from which what is late may be late because of it.
const STRAINED: f32 = 0.5;

/// The share below which it gives some of that back.
const AT_EASE: f32 = 0.7;

/// What is left of the pictures after another step down, in percent of what was left before.
const DOWN: u64 = 80;

/// How much is given back at a step, in percent of everything.
const UP: u64 = 10;

/// Notes in a row that must say so before anything is left out. A crowd that comes at once is work, too, and over by then.
const PATIENCE: u32 = 3;

/// The least that is ever left, in percent.
const LEAST: u64 = 5;

/// Whether a worker that is so busy, as a share of its time, delays what passes it enough to be noticed.
pub(crate) fn strains(busy: f32) -> bool {
    busy > STRAINED
}

/// How much is left out at present.
#[derive(Debug, Default)]
pub(crate) struct Pressure {
    shed: u64,
    /// How many notes in a row said that it is too much.
    strained: u32,
}

impl Pressure {
    /// Takes note of the share of its time, 0 to 1, that the worker was busy since the last note. Returns whether
    /// what is left out has changed.
    ///
    /// Down by a factor and up by a sum: quickly out of trouble, slowly back to where it began.
    pub(crate) fn observe(&mut self, busy: f32) -> bool {
        let before = self.shed;
        let left = 100_u64.saturating_sub(before);
        self.strained = if busy > TOO_BUSY { self.strained.saturating_add(1) } else { 0 };
        let left = match busy {
            _ if self.strained >= PATIENCE => (left.saturating_mul(DOWN) / 100).max(LEAST),
            _ if busy < AT_EASE => left.saturating_add(UP).min(100),
            _ => left,
        };
        self.shed = 100_u64.saturating_sub(left);
        self.shed != before
    }

    /// What is left out, in percent of what receivers would be sent of pictures.
    pub(crate) fn shed(&self) -> u64 {
        self.shed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(pressure: &mut Pressure, busy: f32, notes: usize) -> u64 {
        (0..notes).for_each(|_| {
            pressure.observe(busy);
        });
        pressure.shed()
    }

    #[test]
    fn nothing_is_left_out_of_what_can_be_done() {
        assert_eq!(after(&mut Pressure::default(), 0.85, 100), 0);
    }

    #[test]
    fn too_much_work_is_halved_in_a_few_steps_and_never_goes_to_nothing() {
        let mut pressure = Pressure::default();
        assert_eq!(after(&mut pressure, 1.0, 2), 0, "a moment is not enough");
        assert!((50..=60).contains(&after(&mut pressure, 1.0, 4)));
        assert_eq!(after(&mut pressure, 1.0, 100), 95);
    }

    #[test]
    fn in_between_it_stays_and_at_ease_it_comes_back_slowly() {
        let mut pressure = Pressure::default();
        let shed = after(&mut pressure, 0.95, 5);
        assert_eq!(after(&mut pressure, 0.8, 100), shed);
        assert!(after(&mut pressure, 0.3, 3) > 0);
        assert_eq!(after(&mut pressure, 0.3, 10), 0);
        assert!(!pressure.observe(0.3), "nothing changes any more");
    }
}
