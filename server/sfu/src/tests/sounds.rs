//! Who is heard, and who is told to speak.

use domain::ParticipantId;
use domain::wire::Source;
use domain::wire::TrackId;
use domain::wire::Wish;
use str0m::RtcConfig;

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

/// Who a client heard since it forgot.
fn heard(world: &World, who: usize) -> Vec<u8> {
    let mut heard: Vec<u8> = world.clients[who].got.iter().filter(|g| g.layer == 'a').map(|g| g.from).collect();
    heard.sort_unstable();
    heard.dedup();
    heard
}

#[test]
fn a_slot_that_is_wished_for_somebody_carries_nobody_else() {
    let mut world = World::new();
    for _ in 0..4 {
        world.join(1, 1);
    }
    world.clients[1].voice = Some(-90);
    world.clients[2].voice = Some(-10);
    let wish = |world: &World, whose: usize| {
        let track = TrackId { participant: world.clients[whose].participant(), source: Source::Microphone };
        Wish { slot: world.clients[0].audio_slots[0].to_string(), track, max_height: 0, priority: 0 }
    };
    world.want(0, vec![wish(&world, 1)]);
    world.run(2000);
    world.forget();
    world.run(500);
    assert_eq!(heard(&world, 0), [2], "and not the loudest");
    world.want(0, vec![wish(&world, 0)]);
    world.run(100);
    world.forget();
    world.run(500);
    assert!(heard(&world, 0).is_empty(), "a wish for oneself keeps a slot empty");
    world.want(0, vec![]);
    world.run(100);
    world.forget();
    world.run(500);
    assert_eq!(heard(&world, 0), [3], "without a wish it is the loudest again");
}

#[test]
fn who_does_not_say_how_loud_they_are_is_heard() {
    let mut world = World::new();
    for _ in 0..4 {
        let who = world.join(1, 1);
        world.clients[who].voice = Some(-70);
    }
    world.clients[3].measured = false;
    world.run(2000);
    world.forget();
    world.run(500);
    assert_eq!(heard(&world, 0), [4]);
}

fn redundant(config: RtcConfig) -> RtcConfig {
    config.enable_opus(true, true).enable_vp8(true)
}

fn plain(config: RtcConfig) -> RtcConfig {
    config.enable_vp8(true)
}

#[test]
fn sound_is_sent_twice_where_both_sides_have_it_and_once_where_one_has_not() {
    let mut world = World::new();
    let (twice, also, once) =
        (world.join_with(2, 1, redundant), world.join_with(2, 1, redundant), world.join_with(2, 1, plain));
    world.run(2000);
    world.forget();
    world.run(500);
    let sounds = |who: usize, from: u8| {
        let got = world.clients[who].got.iter().filter(move |got| got.layer == 'a' && got.from == from);
        got.map(|got| got.redundant).collect::<Vec<_>>()
    };
    for (receiver, from, wanted) in [(also, 1, true), (once, 1, false), (twice, 3, false), (twice, 2, true)] {
        let sounds = sounds(receiver, from);
        assert!(sounds.len() >= 24, "{} of {from}", sounds.len());
        assert!(sounds.iter().all(|redundant| *redundant == wanted), "{receiver} from {from}: {sounds:?}");
    }
}

#[test]
fn earlier_sound_that_says_it_is_something_else_is_not_passed_on() {
    let mut world = World::new();
    let (liar, once) = (world.join_with(2, 1, redundant), world.join_with(2, 1, plain));
    world.clients[liar].mislabels = Some(96);
    world.run(2000);
    assert_eq!(world.clients[once].got.iter().filter(|got| got.layer == 'a').count(), 0);
    world.clients[liar].mislabels = None;
    world.run(500);
    assert!(world.clients[once].got.iter().any(|got| got.layer == 'a'));
}
