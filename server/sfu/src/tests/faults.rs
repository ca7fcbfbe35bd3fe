//! Bad input: counted, refused, never a panic.

use std::net::SocketAddr;

use domain::MeetingId;
use domain::Problem;
use domain::wire::Offer;
use domain::wire::Source;
use domain::wire::SourceLine;
use proptest::prelude::*;

use super::client::Client;
use super::world::SOURCES;
use super::world::World;
use crate::Input;
use crate::SeatKey;

/// A world in which seat 1 is taken, and that seat's client.
fn begin() -> (World, Client) {
    let mut world = World::new();
    let client = Client::new(1, world.now);
    let (meeting, participant) = (MeetingId::from_entropy([1; 16]), client.participant());
    world.sfu.handle(Input::Enter { seat: client.seat, meeting, participant, others: vec![] }, world.now);
    (world, client)
}

fn refused(world: &mut World, offer: Offer) -> String {
    match world.answer(SeatKey(1), offer) {
        Err(Problem::BadOffer { why }) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn garbage_datagrams_are_dropped_and_counted() {
    let mut world = World::room(2);
    let before = world.sfu.counters();
    let stranger = SocketAddr::from(([10, 9, 9, 9], 9));
    let friend = world.clients[0].address;
    let mut send = |from, bytes: &[u8]| world.sfu.handle(Input::Datagram { from, bytes }, world.now);
    send(stranger, b"");
    send(stranger, b"hello");
    send(stranger, &[0x80; 1501]);
    send(stranger, &[0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    send(friend, &[0x80, 96, 0, 1]);
    send(friend, &[22, 254, 253, 0, 0]);
    let after = world.sfu.counters();
    assert_eq!(after.garbage - before.garbage, 3);
    assert_eq!(after.strangers - before.strangers, 1);
    world.run(1000);
    assert!(world.clients[1].got.iter().any(|g| g.from == 1), "media flows as before");
}

#[test]
fn bad_offers_are_refused_with_a_reason_and_a_good_one_is_taken_after_them() {
    let (mut world, mut client) = begin();
    let good = client.offer(&SOURCES, 1, 1);
    let with = |change: &dyn Fn(&mut Offer)| {
        let mut offer = good.clone();
        change(&mut offer);
        offer
    };
    refused(&mut world, with(&|o| o.sdp = "garbage".into()));
    refused(&mut world, with(&|o| o.sdp = String::new()));
    refused(&mut world, with(&|o| o.sdp = o.sdp.replace("a=fingerprint", "a=nothing")));
    refused(&mut world, with(&|o| o.sdp = o.sdp.replace("a=ice-ufrag", "a=nothing")));
    refused(&mut world, with(&|o| o.fresh = false));
    refused(&mut world, with(&|o| o.sdp = o.sdp.replace("VP8", "VP7")));
    let why = refused(&mut world, with(&|o| o.sources.clear()));
    assert!(why.contains("not named as a source"), "{why}");
    let why = refused(&mut world, with(&|o| o.sources[0].mid = "nowhere".into()));
    assert!(why.contains("no m-line"), "{why}");
    let why = refused(&mut world, with(&|o| o.sources[0].source = Source::Screen));
    assert!(why.contains("kind"), "{why}");
    let twice = SourceLine { mid: good.sources[0].mid.clone(), source: Source::ScreenAudio };
    let why = refused(&mut world, with(&|o| o.sources.push(twice.clone())));
    assert!(why.contains("twice"), "{why}");
    assert!(world.answer(SeatKey(1), good).is_ok());
    assert_eq!((world.sfu.counters().answered, world.sfu.counters().peers), (1, 1));
}

#[test]
fn the_answer_takes_only_what_can_be_forwarded() {
    let (mut world, mut client) = begin();
    let offer = client.offer(&SOURCES, 1, 1);
    let answer = world.answer(SeatKey(1), offer).unwrap();
    let codecs = |line: &&str| line.starts_with("a=rtpmap:");
    for line in answer.lines().filter(codecs) {
        assert!(["opus/48000/2", "VP8/90000", "rtx/90000"].iter().any(|c| line.ends_with(c)), "{line}");
    }
    assert!(answer.contains("a=ice-lite") && answer.contains("10.0.0.200 7000"));
    assert!(answer.contains("ssrc-audio-level") && answer.contains("a=simulcast:recv"));
}

#[test]
fn candidates_are_taken_as_browsers_write_them() {
    let (mut world, mut client) = begin();
    let mut offer = client.offer(&SOURCES, 1, 1);
    let candidates = [
        "a=candidate:1 1 udp 2113937151 7e2b0a1c-0000-4000-8000-1a2b3c4d5e6f.local 50000 typ host generation 0",
        "a=candidate:2 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active generation 0 network-id 1",
        "a=candidate:3 1 udp 2122262783 2001:db8::7 50001 typ host generation 0 ufrag abcd network-cost 999",
        "a=end-of-candidates",
    ];
    offer.sdp = offer.sdp.replacen("a=mid:", &format!("{}\r\na=mid:", candidates.join("\r\n")), 1);
    assert!(offer.sdp.contains(".local"));
    assert_eq!(world.answer(SeatKey(1), offer).map(|_| ()), Ok(()));
}

#[test]
fn a_newer_offer_replaces_the_one_that_waits() {
    let (mut world, mut client) = begin();
    let first = client.offer(&SOURCES, 1, 1);
    let second = Offer { id: 7, ..first.clone() };
    world.sfu.handle(Input::Offer { seat: SeatKey(1), offer: first }, world.now);
    assert_eq!(world.answer(SeatKey(1), second), Err(Problem::Busy));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_description_makes_it_panic(cuts in proptest::collection::vec((any::<usize>(), any::<usize>(), 0..4_u8), 1..6)) {
        let (mut world, mut client) = begin();
        let mut offer = client.offer(&SOURCES, 2, 2);
        for (at, other, what) in cuts {
            let mut lines: Vec<&str> = offer.sdp.lines().collect();
            let (at, other) = (at % lines.len(), other % lines.len());
            match what {
                0 => { lines.remove(at); }
                1 => lines.insert(at, lines[other]),
                2 => lines.swap(at, other),
                _ => lines[at] = &lines[at][..other % (lines[at].len() + 1)],
            }
            offer.sdp = lines.iter().map(|line| format!("{line}\r\n")).collect();
        }
        let _ = world.answer(SeatKey(1), offer);
        world.run(20);
    }

    #[test]
    fn no_datagram_makes_it_panic(bytes: Vec<u8>, first in 0_u8..=255, known: bool) {
        let (mut world, mut client) = begin();
        let offer = client.offer(&SOURCES, 1, 1);
        let _ = world.answer(SeatKey(1), offer);
        let from = if known { client.address } else { SocketAddr::from(([10, 9, 9, 9], 9)) };
        let bytes: Vec<u8> = std::iter::once(first).chain(bytes).collect();
        world.sfu.handle(Input::Datagram { from, bytes: &bytes }, world.now);
        world.run(5);
    }
}
