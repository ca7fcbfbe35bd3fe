//! Receivers whose connection does not carry everything, and senders whom nobody watches.

use domain::wire::Pause;
use domain::wire::Source;

use super::client::Client;
use super::line::good;
use super::line::narrow;
use super::world::SOURCES;
use super::world::World;
use crate::Event;
use crate::Input;

/// The layers that flow on a slot, in the order of their first packet.
fn layers(world: &World, who: usize, slot: usize) -> Vec<char> {
    let mut layers: Vec<char> = world.on_slot(who, slot).iter().map(|got| got.layer).collect();
    layers.dedup();
    layers
}

/// What a client was told last of the track on one of its video slots: why it rests, if it does.
fn rests(world: &World, who: usize, slot: usize) -> Option<Pause> {
    let mid = world.clients[who].video_slots[slot].to_string();
    let told = world.clients[who].told.iter().rev().filter_map(|event| match event {
        Event::Slots(slots) => slots.iter().rfind(|s| s.slot == mid),
        _ => None,
    });
    told.map(|slot| slot.paused).next().flatten()
}

#[test]
fn a_narrow_way_carries_a_smaller_layer_and_a_wide_one_the_large_one_again() {
    let mut world = World::room(2);
    world.want(0, vec![world.wish(0, 0, 1, 720)]);
    world.run(2000);
    assert_eq!(layers(&world, 0, 0), ['h']);
    world.clients[0].line.down.shape(narrow(good(), 230));
    world.run(6000);
    world.forget();
    world.run(3000);
    assert!(!layers(&world, 0, 0).contains(&'h') && !world.on_slot(0, 0).is_empty(), "{:?}", layers(&world, 0, 0));
    world.clients[0].line.down.shape(good());
    world.run(8000);
    world.forget();
    world.run(1000);
    assert_eq!(layers(&world, 0, 0), ['h'], "back within eight seconds");
}

#[test]
fn what_does_not_fit_rests_the_least_wanted_first_and_sound_goes_on() {
    let mut world = World::room(4);
    let mut wishes: Vec<_> = (1..4).map(|who| world.wish(0, who - 1, who, 180)).collect();
    wishes[2].priority = 30;
    world.want(0, wishes);
    world.run(2000);
    world.clients[0].line.down.shape(narrow(good(), 250));
    world.run(10_000);
    world.forget();
    world.run(3000);
    assert!(!world.on_slot(0, 2).is_empty(), "the most wanted is seen");
    assert!(world.on_slot(0, 0).is_empty() || world.on_slot(0, 1).is_empty(), "not everybody fits");
    let voices = world.clients[0].got.iter().filter(|got| got.layer == 'a').count();
    assert!(voices > 3 * 40 * 3, "three voices of fifty packets a second: {voices}");
    world.clients[0].line.down.shape(good());
    world.run(9000);
    for slot in 0..3 {
        assert_eq!(rests(&world, 0, slot), None, "slot {slot}");
    }
}

#[test]
fn what_rests_is_told() {
    let mut world = World::room(2);
    world.want(0, vec![world.wish(0, 0, 1, 180)]);
    world.run(2000);
    world.clients[0].line.down.shape(narrow(good(), 70));
    world.run(10_000);
    assert_eq!(rests(&world, 0, 0), Some(Pause::Connection));
}

#[test]
fn nobody_flaps_on_a_steady_way() {
    // They carry almost the next larger layer, or just that.
    for kilobits in [230, 240, 250, 270] {
        let mut world = World::room(2);
        world.want(0, vec![world.wish(0, 0, 1, 720)]);
        world.clients[0].line.down.shape(narrow(good(), kilobits));
        world.run(10_000);
        world.forget();
        world.run(30_000);
        let layers = layers(&world, 0, 0);
        assert!(layers.len() <= 6, "{kilobits} kbit/s, in half a minute: {layers:?}");
    }
}

#[test]
fn layers_that_nobody_watches_are_told_off_and_come_back() {
    let mut world = World::room(2);
    world.clients.iter_mut().for_each(|client| client.obeys = true);
    world.want(0, vec![world.wish(0, 0, 1, 180)]);
    world.run(6000);
    assert_eq!(world.clients[1].camera, ['l'], "of the watched one only the small layer");
    assert_eq!(world.clients[0].camera, [], "of the other one nothing");
    world.want(0, vec![world.wish(0, 0, 1, 720)]);
    world.run(2000);
    world.forget();
    world.run(1000);
    assert_eq!(layers(&world, 0, 0), ['h']);
    world.want(1, vec![world.wish(1, 0, 0, 180)]);
    world.run(1500);
    assert!(!world.on_slot(1, 0).is_empty(), "seen by somebody who comes later");
    let told = |event: &Event| matches!(event, Event::Send { source: Source::Camera, .. });
    assert!(world.clients[1].told.iter().filter(|event| told(event)).count() <= 3, "told when it changes");
}

#[test]
fn what_was_said_of_the_connection_before_does_not_silence_a_fresh_one() {
    let mut world = World::room(2);
    let mut again = Client::new(2, world.now);
    again.address.set_port(6000);
    again.rtc.add_local_candidate(str0m::Candidate::host(again.address, "udp").unwrap());
    again.obeys = true;
    let offer = again.offer(&SOURCES, 2, 2);
    let seat = again.seat;
    world.clients[1] = again;
    world.sfu.handle(Input::Offer { seat, offer }, world.now);
    // It hears only now that nobody looks: that was said of the former one.
    world.clients[1].tell(Event::Send { source: Source::Camera, layers: vec![] });
    world.run(2000);
    world.want(0, vec![world.wish(0, 0, 1, 360)]);
    world.run(2000);
    world.forget();
    world.run(1000);
    assert!(!world.on_slot(0, 0).is_empty());
}

#[test]
fn a_machine_that_is_too_busy_leaves_out_the_least_wanted_pictures_and_no_sound() {
    let mut world = World::room(4);
    let mut wishes: Vec<_> = (1..4).map(|who| world.wish(0, who - 1, who, 180)).collect();
    wishes[1].priority = 30;
    world.want(0, wishes);
    world.run(3000);
    for _ in 0..6 {
        world.sfu.handle(Input::Load { busy: 0.99 }, world.now);
        world.run(500);
    }
    assert_eq!(world.sfu.counters().shed, 60);
    assert_eq!([0, 1, 2].map(|slot| rests(&world, 0, slot)), [Some(Pause::Server), None, Some(Pause::Server)]);
    world.forget();
    world.run(3000);
    let seen: Vec<bool> = (0..3).map(|slot| !world.on_slot(0, slot).is_empty()).collect();
    assert_eq!(seen, [false, true, false], "the most wanted is seen");
    let voices = world.clients[0].got.iter().filter(|got| got.layer == 'a').count();
    assert!(voices >= 3 * 50 * 3 - 30, "every voice is heard: {voices}");
    for _ in 0..30 {
        world.sfu.handle(Input::Load { busy: 0.2 }, world.now);
        world.run(500);
    }
    assert_eq!(world.sfu.counters().shed, 0);
    world.forget();
    world.run(1000);
    assert!((0..3).all(|slot| !world.on_slot(0, slot).is_empty()), "and all come back");
}
