//! Who is heard, and who is told to speak.

use domain::ParticipantId;

use super::world::World;
use crate::Event;

/// What a client was last told about speakers.
fn speakers(world: &World, who: usize) -> Option<(Option<ParticipantId>, Vec<ParticipantId>)> {
    world.clients[who].told.iter().rev().find_map(|event| match event {
        Event::Speakers { dominant, levels } => {
            Some((dominant.clone(), levels.iter().map(|l| l.participant.clone()).collect()))
        }
        _ => None,
    })
}

#[test]
fn the_loudest_of_many_are_heard() {
    let mut world = World::new();
    for _ in 0..5 {
        let who = world.join(2, 1);
        world.clients[who].voice = Some(-90);
    }
    world.run(2000);
    world.clients[3].voice = Some(-20);
    world.clients[4].voice = Some(-25);
    world.run(1000);
    world.forget();
    world.run(400);
    let mut heard: Vec<u8> = world.clients[0].got.iter().map(|g| g.from).collect();
    heard.sort_unstable();
    heard.dedup();
    assert_eq!(heard, [4, 5]);
    let mut heard: Vec<u8> = world.clients[3].got.iter().map(|g| g.from).collect();
    heard.sort_unstable();
    heard.dedup();
    assert!(heard.contains(&5) && heard.len() == 2 && !heard.contains(&4), "never one's own: {heard:?}");
}

#[test]
fn a_slot_that_changes_its_voice_stays_one_stream() {
    let mut world = World::new();
    for _ in 0..3 {
        let who = world.join(1, 1);
        world.clients[who].voice = Some(-90);
    }
    world.run(1500);
    world.forget();
    for (loud, silent) in [(1, 2), (2, 1), (1, 2)] {
        world.clients[loud].voice = Some(-20);
        world.clients[silent].voice = Some(-90);
        world.run(2000);
    }
    let got = &world.clients[0].got;
    assert!(got.iter().any(|g| g.from == 2) && got.iter().any(|g| g.from == 3));
    for pair in got.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1);
        let step = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
        assert!((1..48_000).contains(&step), "{pair:?}");
    }
}

#[test]
fn everybody_is_told_who_speaks_five_times_a_second_at_most() {
    let mut world = World::room(2);
    world.clients[0].voice = Some(-20);
    world.clients[1].voice = Some(-90);
    world.run(1000);
    let ann = world.clients[0].participant();
    assert_eq!(speakers(&world, 1), Some((Some(ann.clone()), vec![ann.clone()])));
    world.forget();
    for step in 0..100_i8 {
        world.clients[0].voice = Some(-20 - (step % 7) * 5);
        world.run(20);
    }
    let told = world.clients[1].told.iter().filter(|e| matches!(e, Event::Speakers { .. })).count();
    assert!((1..=10).contains(&told), "{told} in two seconds");
    world.clients[0].voice = None;
    world.run(2000);
    assert_eq!(speakers(&world, 1), Some((Some(ann), vec![])), "silence keeps the last speaker");
    world.forget();
    world.run(2000);
    assert_eq!(speakers(&world, 1), None, "only changes are told");
}
