//! Which meeting lives on which workers.

use std::collections::BTreeMap;
use std::collections::HashMap;

use domain::MeetingId;

/// Where meetings live.
pub(super) struct Directory {
    /// How many people of one meeting a worker takes before another one takes the next.
    seats_per_worker: usize,
    /// Seats ever given.
    seats: u64,
    /// The seats taken, by worker.
    meetings: HashMap<MeetingId, BTreeMap<usize, usize>>,
}

impl Directory {
    pub(super) fn new(seats_per_worker: usize) -> Self {
        Self { seats_per_worker, seats: 0, meetings: HashMap::new() }
    }

    /// The seats ever given: the number of the next.
    pub(super) fn seats(&self) -> u64 {
        self.seats
    }

    /// The worker for the next seat in a meeting: the one with the fewest people, of those on which the meeting is, or of
    /// all others once those are crowded.
    pub(super) fn place(&self, meeting: &MeetingId, workers: usize) -> usize {
        let mut load = vec![0; workers];
        for (worker, taken) in self.meetings.values().flatten() {
            if let Some(load) = load.get_mut(*worker) {
                *load += taken;
            }
        }
        let nowhere = BTreeMap::new();
        let here = self.meetings.get(meeting).unwrap_or(&nowhere);
        let is_crowded = here.values().all(|taken| *taken >= self.seats_per_worker);
        let may = |worker: &usize| here.len() >= workers || here.contains_key(worker) != is_crowded;
        let least = load.iter().enumerate().filter(|(worker, _)| may(worker)).min_by_key(|(_, taken)| **taken);
        least.map_or(0, |(worker, _)| worker)
    }

    /// The workers on which a meeting is, besides this one.
    pub(super) fn others(&self, meeting: &MeetingId, worker: usize) -> impl Iterator<Item = usize> {
        self.meetings.get(meeting).into_iter().flat_map(BTreeMap::keys).copied().filter(move |other| *other != worker)
    }

    /// A seat in a meeting is taken.
    pub(super) fn enter(&mut self, meeting: &MeetingId, worker: usize) {
        self.seats += 1;
        *self.meetings.entry(meeting.clone()).or_default().entry(worker).or_default() += 1;
    }

    /// A seat is given up.
    pub(super) fn leave(&mut self, meeting: &MeetingId, worker: usize) {
        let Some(here) = self.meetings.get_mut(meeting) else { return };
        if let Some(taken) = here.get_mut(&worker) {
            *taken -= 1;
        }
        here.retain(|_, taken| *taken > 0);
        if here.is_empty() {
            self.meetings.remove(meeting);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CROWD: usize = 10;

    fn meeting(number: u8) -> MeetingId {
        MeetingId::from_entropy([number; 16])
    }

    fn enter(directory: &mut Directory, number: u8, workers: usize) -> usize {
        let worker = directory.place(&meeting(number), workers);
        directory.enter(&meeting(number), worker);
        worker
    }

    #[test]
    fn a_meeting_stays_on_its_worker_until_that_is_crowded_and_then_spreads_evenly() {
        let mut directory = Directory::new(CROWD);
        let first: Vec<usize> = (0..CROWD).map(|_| enter(&mut directory, 1, 3)).collect();
        assert!(first.iter().all(|worker| *worker == first[0]), "{first:?}");
        let second: Vec<usize> = (0..CROWD).map(|_| enter(&mut directory, 1, 3)).collect();
        assert!(second.iter().all(|worker| *worker == second[0] && *worker != first[0]), "{second:?}");
        assert_eq!(directory.others(&meeting(1), second[0]).collect::<Vec<_>>(), [first[0]]);
        let rest: Vec<usize> = (0..4 * CROWD).map(|_| enter(&mut directory, 1, 3)).collect();
        let on = |worker: usize| rest.iter().filter(|other| **other == worker).count();
        assert_eq!((on(first[0]), on(second[0])), (CROWD, CROWD), "all three have the same in the end");
    }

    #[test]
    fn who_leaves_makes_room_and_an_empty_part_is_forgotten() {
        let mut directory = Directory::new(CROWD);
        let workers: Vec<usize> = (0..=CROWD).map(|_| enter(&mut directory, 1, 2)).collect();
        let (first, last) = (workers[0], workers[CROWD]);
        assert_ne!(first, last);
        directory.leave(&meeting(1), last);
        assert_eq!(directory.others(&meeting(1), first).count(), 0);
        directory.leave(&meeting(1), first);
        assert_eq!(enter(&mut directory, 1, 2), first, "there is room again");
        (0..CROWD).for_each(|_| directory.leave(&meeting(1), first));
        assert!(directory.meetings.is_empty());
    }
}
