//! One meeting whose people sit at two units.

use std::time::Duration;

use domain::MeetingId;
use domain::wire::Source;
use domain::wire::TrackId;
use domain::wire::Wish;

use super::client::Got;
use super::line::good;
use super::line::lossy;
use super::world::MUTED;
use super::world::World;
use crate::Event;
use crate::Input;
use crate::SeatKey;
use crate::UnitKey;

/// Two units, each with its own people.
struct Pair {
    halves: [World; 2],
}

/// Somebody: at which unit, and their index there.
type Who = (usize, usize);

impl Pair {
    fn new() -> Self {
        let mut first = World::new();
        let mut second = World::at(first.now, 6);
        first.others = vec![UnitKey(1)];
        second.others = vec![UnitKey(0)];
        Self { halves: [first, second] }
    }

    /// One person at each unit.
    fn couple() -> (Self, Who, Who) {
        let mut pair = Self::new();
        let (ann, ben) = (pair.join(0), pair.join(1));
        pair.run(2000);
        (pair, ann, ben)
    }

    fn join(&mut self, unit: usize) -> Who {
        (unit, self.halves[unit].join(2, 2))
    }

    fn run(&mut self, ms: u64) {
        for _ in 0..ms / 5 {
            self.halves.iter_mut().for_each(|half| half.run(5));
            for from in 0..2 {
                for (UnitKey(to), batch) in std::mem::take(&mut self.halves[from].relays) {
                    let now = self.halves[to].now;
                    self.halves[to].sfu.handle(Input::Relay { from: UnitKey(from), batch }, now);
                }
            }
        }
    }

    fn want(&mut self, (unit, receiver): Who, sender: Who, max_height: u16) {
        let track = TrackId { participant: self.participant(sender), source: Source::Camera };
        let slot = self.halves[unit].clients[receiver].video_slots[0].to_string();
        self.halves[unit].want(receiver, vec![Wish { slot, track, max_height, priority: 1 }]);
    }

    fn participant(&self, (unit, index): Who) -> domain::ParticipantId {
        self.halves[unit].clients[index].participant()
    }

    fn leave(&mut self, (unit, index): Who) {
        let half = &mut self.halves[unit];
        let seat = half.clients[index].seat;
        half.sfu.handle(Input::Leave { seat }, half.now);
    }

    fn seen(&self, (unit, index): Who) -> Vec<Got> {
        self.halves[unit].on_slot(index, 0)
    }

    fn sounds(&self, (unit, index): Who) -> usize {
        self.halves[unit].clients[index].got.iter().filter(|got| got.layer == 'a').count()
    }

    fn forget(&mut self) {
        self.halves.iter_mut().for_each(World::forget);
    }

    /// Whether somebody was told that their first video slot is empty now.
    fn lost_sight(&self, (unit, index): Who) -> bool {
        let client = &self.halves[unit].clients[index];
        let slot = client.video_slots[0].to_string();
        let slots = client.told.iter().rev().filter_map(|event| match event {
            Event::Slots(slots) => slots.iter().find(|told| told.slot == slot),
            _ => None,
        });
        slots.take(1).any(|told| told.track.is_none())
    }

    /// The layers that somebody's camera was last told to send.
    fn asked(&self, (unit, index): Who) -> Option<Vec<String>> {
        self.halves[unit].clients[index].told.iter().rev().find_map(|event| match event {
            Event::Send { source: Source::Camera, layers } => Some(layers.clone()),
            _ => None,
        })
    }
}

fn assert_one_stream(got: &[Got]) {
    assert!(got.len() > 20, "{} pictures", got.len());
    assert!(got[0].keyframe);
    for pair in got.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1);
        assert!(pair[0].layer == pair[1].layer || pair[1].keyframe);
    }
}

#[test]
fn people_at_two_units_see_and_hear_each_other() {
    let (mut pair, ann, ben) = Pair::couple();
    pair.want(ann, ben, 720);
    pair.want(ben, ann, 180);
    pair.run(2000);
    assert_one_stream(&pair.seen(ann));
    assert_one_stream(&pair.seen(ben));
    assert_eq!(pair.seen(ann).last().unwrap().layer, 'h');
    assert_eq!(pair.seen(ben).last().unwrap().layer, 'l');
    assert!(pair.sounds(ann) > 90 && pair.sounds(ben) > 90);
    let told = |(unit, index): Who| {
        pair.halves[unit].clients[index]
            .told
            .iter()
            .any(|event| matches!(event, Event::Speakers { levels, .. } if levels.len() == 2))
    };
    assert!(told(ann) && told(ben), "everybody is told of everybody who speaks");
}

#[test]
fn what_nobody_looks_at_over_there_is_not_sent_until_somebody_does() {
    let (mut pair, ann, ben) = Pair::couple();
    pair.halves[0].clients[0].obeys = true;
    pair.want(ben, ann, 180);
    pair.run(6000);
    assert_eq!(pair.asked(ann), Some(vec!["l".to_owned()]));
    pair.want(ben, ann, 720);
    pair.run(2000);
    assert_one_stream(&pair.seen(ben));
    assert_eq!(pair.seen(ben).last().unwrap().layer, 'h');
    let near = pair.join(0);
    pair.run(1000);
    pair.want(near, ann, 180);
    pair.want(ben, ben, 180);
    pair.run(6000);
    assert_eq!(pair.asked(ann), Some(vec!["l".to_owned()]), "each part has its say");
    assert_one_stream(&pair.seen(near));
}

#[test]
fn who_leaves_mutes_or_moves_is_gone_over_there_too() {
    let (mut pair, ann, ben) = Pair::couple();
    pair.want(ben, ann, 720);
    pair.run(1000);
    pair.halves[0].publish(0, MUTED);
    pair.run(200);
    assert!(pair.lost_sight(ben));
    pair.halves[0].publish(0, super::world::ON);
    pair.run(1000);
    assert!(!pair.lost_sight(ben));
    pair.leave(ann);
    pair.run(200);
    assert!(pair.lost_sight(ben));
    assert_eq!(pair.halves[0].sfu.counters().conferences, 0);
    let again = pair.join(0);
    pair.run(2000);
    pair.want(ben, again, 720);
    pair.forget();
    pair.run(1000);
    assert_one_stream(&pair.seen(ben));
    // The same person at the other unit: that seat is the later one.
    let (participant, half) = (pair.participant(again), &mut pair.halves[1]);
    let meeting = MeetingId::from_entropy([1; 16]);
    half.sfu.handle(Input::Enter { seat: SeatKey(250), meeting, participant, others: vec![UnitKey(0)] }, half.now);
    pair.run(200);
    assert_eq!(pair.halves[0].sfu.counters().conferences, 0, "the earlier seat was given up");
}

#[test]
fn a_unit_that_is_lost_takes_its_people_along_and_they_come_back() {
    let (mut pair, ann, ben) = Pair::couple();
    pair.want(ben, ann, 720);
    pair.run(1000);
    assert!(!pair.lost_sight(ben));
    let mut fresh = World::at(pair.halves[0].now, 4);
    fresh.others = vec![UnitKey(1)];
    pair.halves[0] = fresh;
    let half = &mut pair.halves[1];
    half.sfu.handle(Input::Lost { unit: UnitKey(0) }, half.now);
    pair.run(200);
    assert!(pair.lost_sight(ben));
    let ann = pair.join(0);
    pair.run(2000);
    pair.want(ben, ann, 720);
    pair.want(ann, ben, 720);
    pair.forget();
    pair.run(1500);
    assert_one_stream(&pair.seen(ben));
    assert!(pair.seen(ann).len() > 20);
}

#[test]
fn what_is_lost_on_the_last_stretch_is_repeated_by_the_part_over_there() {
    let (mut pair, ann, ben) = Pair::couple();
    pair.want(ben, ann, 720);
    pair.run(1000);
    pair.forget();
    pair.halves[1].shape(lossy(good(), 0.05));
    pair.run(3000);
    pair.halves[1].shape(good());
    pair.run(500);
    let mut numbers: Vec<u64> = pair.seen(ben).iter().map(|got| got.seq).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let whole = numbers.last().unwrap() - numbers.first().unwrap() + 1;
    assert_eq!(numbers.len() as u64, whole, "every hole was filled");
    assert!(Duration::from_millis(40) * numbers.len() as u32 > Duration::from_secs(3));
}
