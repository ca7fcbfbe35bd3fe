//! Browsers that do not have the same codecs.

use domain::MeetingId;
use domain::ParticipantId;
use domain::wire::Pause;
use domain::wire::SlotTrack;
use str0m::RtcConfig;
use str0m::format::Codec;

use super::world::World;
use crate::Event;
use crate::Input;
use crate::SeatKey;
use crate::lone;

fn both(config: RtcConfig) -> RtcConfig {
    config.enable_vp8(true).enable_h264(true)
}

fn vp8(config: RtcConfig) -> RtcConfig {
    config.enable_vp8(true)
}

/// What a client was last told of its first video slot.
fn told(world: &World, who: usize) -> SlotTrack {
    let slot = world.clients[who].video_slots[0].to_string();
    let slots = world.clients[who].told.iter().rev().filter_map(|event| match event {
        Event::Slots(slots) => slots.iter().find(|told| told.slot == slot).cloned(),
        _ => None,
    });
    slots.take(1).next().unwrap()
}

#[test]
fn each_receiver_gets_what_it_can_decode_and_is_told_of_what_it_cannot() {
    let mut world = World::new();
    let (sender, able, unable) = (world.join_with(2, 2, both), world.join_with(2, 2, both), world.join_with(2, 2, vp8));
    world.clients[sender].films = Codec::H264;
    for receiver in [able, unable] {
        world.want(receiver, vec![world.wish(receiver, 0, sender, 720), world.wish(receiver, 1, able, 720)]);
    }
    world.run(3000);
    let got = world.on_slot(able, 0);
    assert!(got.len() > 20 && got[0].keyframe, "{} pictures", got.len());
    assert_eq!(told(&world, able).paused, None);
    assert_eq!(world.on_slot(unable, 0), []);
    let told = told(&world, unable);
    assert!(told.paused == Some(Pause::Codec) && told.track.is_some(), "{told:?}");
    assert!(!world.on_slot(unable, 1).is_empty(), "what it can decode flows beside it");
}

#[test]
fn a_slot_goes_from_one_codec_to_another_as_one_stream() {
    let mut world = World::new();
    let senders = [world.join_with(1, 1, both), world.join_with(1, 1, both)];
    let receiver = world.join_with(1, 1, both);
    world.clients[senders[1]].films = Codec::H264;
    for sender in [senders[0], senders[1], senders[0]] {
        world.want(receiver, vec![world.wish(receiver, 0, sender, 720)]);
        world.run(1500);
    }
    let got = world.on_slot(receiver, 0);
    let mut from: Vec<u8> = got.iter().map(|got| got.from).collect();
    from.dedup();
    assert_eq!(from, [1, 2, 1]);
    for pair in got.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1);
        assert!(pair[0].from == pair[1].from || pair[1].keyframe);
    }
    let pictures: Vec<u16> = got.iter().filter(|got| got.from == 1).map(|got| got.picture_id).collect();
    assert!(pictures.is_sorted(), "pictures count on where there are numbers to count");
}

#[test]
fn a_camera_that_changes_its_codec_is_told_and_comes_back() {
    let mut world = World::new();
    let (sender, receiver) = (world.join_with(1, 1, both), world.join_with(1, 1, vp8));
    world.want(receiver, vec![world.wish(receiver, 0, sender, 720)]);
    world.run(3000);
    assert!(told(&world, receiver).paused.is_none() && !world.on_slot(receiver, 0).is_empty());
    for (codec, unplayable) in [(Codec::H264, true), (Codec::Vp8, false)] {
        world.clients[sender].films = codec;
        world.clients[sender].begin_anew();
        world.run(200);
        world.forget();
        world.clients[sender].begin_anew();
        world.run(1500);
        assert_eq!(world.on_slot(receiver, 0).is_empty(), unplayable, "{codec}");
    }
}

#[test]
fn what_gstreamer_offers_is_answered_for_receiving_only() {
    let mut world = World::new();
    let (seat, meeting) = (SeatKey(1), MeetingId::from_entropy([1; 16]));
    world.sfu.handle(
        Input::Enter { seat, meeting, participant: ParticipantId::from_entropy([1; 16]), others: vec![] },
        world.now,
    );
    let offer = lone::publishing(include_str!("gstreamer.sdp")).unwrap();
    let answer = world.answer(seat, offer).unwrap();
    assert_eq!(answer.matches("a=recvonly").count(), 2, "{answer}");
    assert!(answer.contains("a=rtpmap:96 H264/90000") && answer.contains("a=candidate:"), "{answer}");
    let again = lone::restarted(
        &lone::publishing(include_str!("gstreamer.sdp")).unwrap(),
        "a=ice-ufrag:wxyz\r\na=ice-pwd:0123456789abcdef01234567\r\n",
    );
    let restarted = world.answer(seat, again.unwrap().unwrap()).unwrap();
    assert_ne!(lone::fragment(&restarted), lone::fragment(&answer), "other credentials");
}
