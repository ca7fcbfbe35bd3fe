//! How connections are graded.

use domain::wire::Quality;

use super::line::good;
use super::line::lossy;
use super::line::narrow;
use super::world::World;
use crate::Event;

/// What everybody is told about somebody's connection.
fn grades(world: &World, who: usize) -> Vec<Quality> {
    let told = world.clients[who].told.iter();
    told.filter_map(|event| if let Event::Quality(quality) = event { Some(*quality) } else { None }).collect()
}

#[test]
fn a_connection_that_carries_all_is_good_and_stays_so() {
    let mut world = World::room(3);
    for who in 0..3 {
        world.want(who, vec![world.wish(who, 0, (who + 1) % 3, 360)]);
    }
    world.run(20_000);
    for who in 0..3 {
        assert_eq!(grades(&world, who), [Quality::Good]);
    }
}

#[test]
fn losses_are_told_after_two_looks_and_forgiven_after_a_while() {
    let mut world = World::room(2);
    world.want(0, vec![world.wish(0, 0, 1, 360)]);
    world.run(2000);
    world.forget();
    world.shape(lossy(good(), 1.0 / 6.0));
    world.run(7000);
    assert_eq!(grades(&world, 1), [Quality::Poor], "whose packets are lost on the way here");
    assert_eq!(grades(&world, 0), [Quality::Poor], "and on the way there");
    world.forget();
    world.shape(good());
    world.run(14_000);
    for who in [0, 1] {
        let grades = grades(&world, who);
        assert!(
            matches!(grades[..], [Quality::Good] | [Quality::Fair, Quality::Good]),
            "better and better: {grades:?}"
        );
    }
}

#[test]
fn whoever_cannot_get_what_they_wish_for_has_a_connection_that_is_not_good() {
    let mut world = World::room(4);
    world.want(0, (1..4).map(|sender| world.wish(0, sender - 1, sender, 720)).collect());
    world.run(2000);
    world.forget();
    world.clients[0].line.down.shape(narrow(good(), 200));
    world.run(15_000);
    assert!(matches!(grades(&world, 0)[..], [Quality::Fair | Quality::Poor, ..]), "{:?}", grades(&world, 0));
    assert_eq!(grades(&world, 1), [], "of the others nobody is concerned");
}
