//! What flows where.

use domain::wire::Quality;
use domain::wire::SlotTrack;
use domain::wire::Source;
use domain::wire::TrackId;

use super::world::MUTED;
use super::world::ON;
use super::world::SOURCES;
use super::world::World;
use crate::Event;
use crate::Input;

#[test]
fn three_people_see_and_hear_each_other_and_nobody_themselves() {
    let mut world = World::room(3);
    for (me, others) in [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])] {
        world.want(me, vec![world.wish(me, 0, others[0], 720), world.wish(me, 1, others[1], 180)]);
    }
    world.run(500);
    world.forget();
    world.run(1000);
    for (me, others) in [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])] {
        let client = &world.clients[me];
        assert!(client.got.iter().all(|got| got.from != client.number), "{} got their own", client.number);
        for (slot, layer) in [(0, 'h'), (1, 'l')] {
            let got = world.on_slot(me, slot);
            assert!(got.len() >= 24, "25 pictures a second: {}", got.len());
            assert!(got.iter().all(|g| g.from == world.clients[others[slot]].number && g.layer == layer));
        }
        for other in others {
            let from = world.clients[other].number;
            let voice = client.got.iter().filter(|g| g.layer == 'a' && g.from == from).count();
            assert!(voice >= 49, "50 packets of voice a second: {voice}");
        }
    }
}

#[test]
fn who_is_muted_is_not_forwarded_and_everybody_is_told_what_flows() {
    let mut world = World::room(2);
    world.want(0, vec![world.wish(0, 0, 1, 360)]);
    world.run(500);
    let slot = world.clients[0].video_slots[0].to_string();
    let track = TrackId { participant: world.clients[1].participant(), source: Source::Camera };
    let shown = SlotTrack { slot: slot.clone(), track: Some(track), paused: false, unplayable: false };
    let told = |world: &World, what: &SlotTrack| {
        world.clients[0].told.iter().any(|e| matches!(e, Event::Slots(slots) if slots.contains(what)))
    };
    assert!(told(&world, &shown));

    world.publish(1, MUTED);
    world.run(100);
    assert!(told(&world, &SlotTrack { slot, track: None, paused: false, unplayable: false }));
    world.forget();
    world.run(500);
    assert_eq!(world.clients[0].got, []);

    world.publish(1, ON);
    world.run(500);
    assert!(told(&world, &shown), "the wish is remembered");
    let got = world.on_slot(0, 0);
    assert!(got.first().is_some_and(|g| g.keyframe), "begins with a keyframe");
    assert!(world.clients[0].got.iter().any(|g| g.layer == 'a'));
}

#[test]
fn a_wish_for_somebody_who_is_not_there_yet_is_remembered() {
    let mut world = World::new();
    world.join(2, 2);
    world.run(1000);
    let mut wish = world.wish(0, 0, 0, 360);
    wish.track.participant = super::client::Client::new(2, world.now).participant();
    world.want(0, vec![wish]);
    world.run(100);
    world.join(2, 2);
    world.run(2000);
    assert!(world.on_slot(0, 0).len() > 20);
}

#[test]
fn who_leaves_is_off_every_slot() {
    let mut world = World::room(2);
    world.want(0, vec![world.wish(0, 0, 1, 360)]);
    world.run(500);
    world.forget();
    let seat = world.clients[1].seat;
    world.sfu.handle(Input::Leave { seat }, world.now);
    world.run(300);
    let gone: Vec<_> = world.clients[0]
        .told
        .iter()
        .flat_map(|event| if let Event::Slots(slots) = event { slots.clone() } else { vec![] })
        .collect();
    assert_eq!(gone.len(), 2, "one picture, one voice: {gone:?}");
    assert!(gone.iter().all(|slot| slot.track.is_none()));
    assert_eq!(world.sfu.counters().peers, 1);
    world.sfu.handle(Input::Leave { seat: world.clients[0].seat }, world.now);
    assert_eq!(world.sfu.counters().conferences, 0);
}

#[test]
fn more_slots_are_added_to_a_connection_while_it_runs() {
    let mut world = World::room(3);
    world.want(0, vec![world.wish(0, 0, 1, 360)]);
    world.run(500);
    world.forget();
    let offer = world.clients[0].offer(&[], 0, 2);
    assert!(!offer.fresh);
    world.sfu.handle(Input::Offer { seat: world.clients[0].seat, offer }, world.now);
    world.want(0, vec![world.wish(0, 0, 1, 360), world.wish(0, 4, 2, 360)]);
    world.run(1000);
    let before = world.on_slot(0, 0);
    assert!(before.len() >= 24, "what flowed flows on: {}", before.len());
    assert!(before.windows(2).all(|pair| pair[1].seq == pair[0].seq + 1));
    assert!(world.on_slot(0, 4).len() > 15);
}

#[test]
fn the_same_person_on_a_fresh_connection_is_seen_again() {
    let mut world = World::room(2);
    world.want(0, vec![world.wish(0, 0, 1, 360)]);
    world.run(500);
    let last = world.on_slot(0, 0).last().unwrap().seq;
    let mut again = super::client::Client::new(2, world.now);
    again.address.set_port(6000);
    again.rtc.add_local_candidate(str0m::Candidate::host(again.address, "udp").unwrap());
    again.camera = vec!['h'];
    let offer = again.offer(&SOURCES, 2, 2);
    let seat = again.seat;
    world.clients[1] = again;
    world.forget();
    world.sfu.handle(Input::Offer { seat, offer }, world.now);
    world.run(2500);
    let got = world.on_slot(0, 0);
    let fresh: Vec<_> = got.iter().filter(|g| g.layer == 'h').collect();
    assert!(fresh.len() > 20);
    assert!(fresh[0].keyframe && fresh[0].seq > last, "and the numbers go on");
}

#[test]
fn a_connection_goes_on_from_another_address() {
    let mut world = World::room(2);
    world.want(0, vec![world.wish(0, 0, 1, 360)]);
    world.run(500);
    let offer = world.clients[0].restart();
    assert!(!offer.fresh);
    world.sfu.handle(Input::Offer { seat: world.clients[0].seat, offer }, world.now);
    world.run(1500);
    world.forget();
    world.run(500);
    assert!(world.on_slot(0, 0).len() >= 12, "{}", world.on_slot(0, 0).len());
    assert_eq!(world.sfu.counters().peers, 2);
}

#[test]
fn a_lost_connection_is_told_and_given_up_in_time() {
    let mut world = World::room(2);
    world.want(0, vec![world.wish(0, 0, 1, 360)]);
    world.run(200);
    world.forget();
    let mut silent = world.clients.remove(1);
    world.run(20_000);
    assert_eq!(world.sfu.counters().peers, 2);
    let told = world.clients[0].told.clone();
    assert!(!told.contains(&Event::Quality(Quality::Lost)), "the one who is there is not affected");
    world.run(40_000);
    assert_eq!(world.sfu.counters().peers, 1);
    silent.told.clear();
}
