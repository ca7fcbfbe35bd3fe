//! Layers, keyframes and continuity.

use super::client::Got;
use super::line::good;
use super::line::lossy;
use super::world::World;

/// Whether a slot's packets look like one stream.
fn assert_continuous(got: &[Got]) {
    for pair in got.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1, "sequence numbers: {pair:?}");
        assert_eq!(pair[1].picture_id, (pair[0].picture_id + 1) & 0x7fff, "picture ids: {pair:?}");
        let step = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
        assert!((1..2 * 90_000).contains(&step), "time goes on: {pair:?}");
    }
    let mut before = None;
    for packet in got {
        let from = Some((packet.from, packet.layer));
        assert!(before == from || packet.keyframe, "a source begins with a keyframe: {packet:?}");
        before = from;
    }
}

#[test]
fn another_source_on_a_slot_continues_the_stream() {
    let mut world = World::room(3);
    world.want(0, vec![world.wish(0, 0, 1, 360)]);
    world.run(600);
    world.want(0, vec![world.wish(0, 0, 2, 360)]);
    world.run(600);
    world.want(0, vec![world.wish(0, 0, 1, 360)]);
    world.run(600);
    let got = world.on_slot(0, 0);
    assert_continuous(&got);
    let mut senders: Vec<u8> = got.iter().map(|g| g.from).collect();
    senders.dedup();
    assert_eq!(senders, [2, 3, 2]);
}

#[test]
fn the_layer_follows_the_tile_and_the_old_one_flows_until_the_keyframe() {
    let mut world = World::room(2);
    for (height, layer) in [(180, 'l'), (720, 'h'), (360, 'm')] {
        world.want(0, vec![world.wish(0, 0, 1, height)]);
        world.run(400);
        assert_eq!(world.on_slot(0, 0).last().map(|g| g.layer), Some(layer));
    }
    let got = world.on_slot(0, 0);
    assert_continuous(&got);
    assert!(got.len() >= 25, "no pause at a switch: {}", got.len());
}

#[test]
fn a_layer_that_no_longer_arrives_is_replaced_and_taken_back() {
    let mut world = World::room(2);
    world.want(0, vec![world.wish(0, 0, 1, 720)]);
    world.run(400);
    world.clients[1].camera = vec!['l', 'm'];
    world.run(2500);
    assert_eq!(world.on_slot(0, 0).last().map(|g| g.layer), Some('m'));
    world.clients[1].camera = vec!['l', 'm', 'h'];
    world.run(1000);
    assert_eq!(world.on_slot(0, 0).last().map(|g| g.layer), Some('h'));
    assert_continuous(&world.on_slot(0, 0));
}

#[test]
fn many_who_look_at_once_cost_one_keyframe() {
    let mut world = World::room(6);
    let before = world.clients[0].keyframes_sent[&'m'];
    for receiver in 1..6 {
        world.want(receiver, vec![world.wish(receiver, 0, 0, 360)]);
    }
    world.run(800);
    for receiver in 1..6 {
        assert!(!world.on_slot(receiver, 0).is_empty());
    }
    assert_eq!(world.clients[0].keyframes_sent[&'m'] - before, 1);
}

#[test]
fn lost_packets_come_again() {
    let mut world = World::room(2);
    world.want(0, vec![world.wish(0, 0, 1, 720)]);
    world.run(1000);
    world.forget();
    world.shape(lossy(good(), 1.0 / 23.0));
    world.run(3000);
    world.shape(good());
    world.run(500);
    let mut seqs: Vec<u64> = world.on_slot(0, 0).iter().map(|g| g.seq).collect();
    seqs.sort_unstable();
    seqs.dedup();
    let span = seqs.last().unwrap() - seqs[0] + 1;
    assert!(span > 70 && seqs.len() as u64 >= span - 1, "{} of {span}", seqs.len());
}
