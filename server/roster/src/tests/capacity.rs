//! Seats for sound and picture.

use domain::meeting::Capacity;
use domain::wire::Event;
use domain::wire::Participant;
use domain::wire::Publishing;
use domain::wire::Update;
use proptest::prelude::*;

use super::*;

/// A room for nine, with guests 11 to 19 in it.
fn full() -> Stage {
    let mut stage = Stage::new(|settings| settings.capacity = Capacity::new(9).unwrap());
    for n in 11..20 {
        stage.enter(n, Visitor::Guest);
    }
    stage
}

fn person(stage: &Stage, n: u8) -> Participant {
    stage.roster.seat_at(connection(n)).unwrap().clone()
}

/// Whose connections were let into sound and picture.
fn let_in(outputs: &[Output]) -> Vec<ConnectionId> {
    let connections = outputs.iter().filter_map(|output| match output {
        Output::MediaSeat(connection) => Some(*connection),
        _ => None,
    });
    connections.collect()
}

#[test]
fn sm_7_as_many_are_seen_and_heard_as_the_meeting_has_seats() {
    let mut stage = full();
    assert!((11..20).all(|n| person(&stage, n).media));
    let outputs = stage.enter(20, Visitor::Guest);
    assert!(welcomed(outputs, 20) && let_in(outputs).is_empty());
    assert!(!person(&stage, 20).media);
}

#[test]
fn sm_8_whoever_comes_above_the_capacity_writes_and_cannot_send() {
    let mut stage = full();
    stage.enter(20, Visitor::Guest);
    let outputs = stage.act(20, Deed::Publish(Publishing { microphone: true, ..Publishing::default() }));
    assert!(matches!(outputs, [Output::Tell(_, ServerMessage::Error { error: Problem::NoMediaSeat, .. })]));
    assert!(stage.act(20, Deed::Publish(Publishing::default())).is_empty(), "nothing is what they send anyway");
    assert_eq!(stage.act(20, Deed::Hand(true)).len(), 1);
}

#[test]
fn sm_8_a_seat_that_is_given_up_goes_to_the_next_in_line_who_is_there() {
    let mut stage = full();
    for n in 20..23 {
        stage.enter(n, Visitor::Guest);
    }
    stage.give(Input::Lost(connection(20)));
    let outputs = stage.act(11, Deed::Leave);
    assert_eq!(let_in(outputs), [connection(21)]);
    let told = |output: &Output| {
        matches!(output, Output::Broadcast(Event { update: Update::Participant { participant }, .. })
            if participant.id == token(21).seat() && participant.media)
    };
    let right = outputs.iter().position(|output| *output == Output::MediaSeat(connection(21)));
    assert!(right < outputs.iter().position(told), "the right comes before the news");
    let outputs = stage.give(Input::Enter(entrance(30, 20, Visitor::Guest)));
    assert!(let_in(outputs).is_empty());
    assert_eq!(let_in(stage.act(12, Deed::Leave)), [connection(30)], "whoever came back kept their place in line");
}

#[test]
fn sm_8_a_lost_connection_keeps_its_seat_and_frees_it_after_a_minute() {
    let mut stage = full();
    stage.enter(20, Visitor::Guest);
    stage.give(Input::Lost(connection(11)));
    assert!(let_in(stage.pass(59)).is_empty());
    let outputs = stage.give(Input::Enter(entrance(30, 11, Visitor::Guest)));
    assert_eq!(let_in(outputs), [connection(30)], "back in the same seat");
    stage.give(Input::Lost(connection(30)));
    assert_eq!(let_in(stage.pass(60)), [connection(20)]);
}

#[test]
fn sm_8_the_owner_always_gets_a_seat_and_it_is_not_filled_again() {
    let mut stage = full();
    stage.enter(20, Visitor::Guest);
    assert_eq!(let_in(stage.enter(1, member(1))), [connection(1)]);
    assert!(let_in(stage.act(11, Deed::Leave)).is_empty(), "nine are left");
    assert_eq!(let_in(stage.act(12, Deed::Leave)), [connection(20)]);
}

#[test]
fn sm_53_more_seats_are_given_at_once_and_fewer_are_taken_from_nobody() {
    let mut stage = full();
    for n in 20..24 {
        stage.enter(n, Visitor::Guest);
    }
    let with = |seats| Settings { capacity: Capacity::new(seats).unwrap(), ..settings() };
    let change = |seats| Input::SettingsChanged { settings: with(seats), password_changed: false };
    assert_eq!(let_in(stage.give(change(11))), [connection(20), connection(21)]);
    assert!(let_in(stage.give(change(9))).is_empty());
    assert!((11..22).all(|n| person(&stage, n).media));
    for n in 11..13 {
        assert!(let_in(stage.act(n, Deed::Leave)).is_empty());
    }
    assert_eq!(let_in(stage.act(13, Deed::Leave)), [connection(22)]);
}

#[test]
fn sm_8_those_who_waited_for_the_organiser_get_seats_in_the_order_of_coming() {
    let mut stage = Stage::new(|settings| {
        settings.attendees_may_start = false;
        settings.capacity = Capacity::new(9).unwrap();
    });
    for n in 11..21 {
        stage.enter(n, Visitor::Guest);
    }
    stage.enter(1, member(1));
    assert!(person(&stage, 1).media && (11..19).all(|n| person(&stage, n).media));
    assert!((19..21).all(|n| !person(&stage, n).media));
}

proptest! {
    #[test]
    fn sm_8_nobody_waits_while_a_seat_is_free_and_nobody_loses_one(
        steps in prop::collection::vec((0_u8..6, 2_u8..24, 9_u16..14, 0_u64..40), 1..120),
    ) {
        let mut stage = Stage::new(|settings| settings.capacity = Capacity::new(9).unwrap());
        for (kind, n, seats, seconds) in steps {
            let before = stage.roster.snapshot();
            match kind {
                0 | 1 => stage.enter(n, Visitor::Guest),
                2 => stage.give(Input::Lost(connection(n))),
                3 => stage.act(n, Deed::Leave),
                4 => stage.pass(seconds),
                _ => stage.give(Input::SettingsChanged {
                    settings: Settings { capacity: Capacity::new(seats).unwrap(), ..settings() },
                    password_changed: false,
                }),
            };
            let room = stage.roster.snapshot();
            let taken = room.participants.iter().filter(|p| p.media).count();
            let free = taken < usize::from(room.settings.capacity.seats());
            prop_assert!(!free || room.participants.iter().all(|p| p.media || !p.connected));
            for known in before.participants.iter().filter(|p| p.media) {
                let now = room.participants.iter().find(|p| p.id == known.id);
                prop_assert!(now.is_none_or(|p| p.media), "{known:?} lost a seat");
            }
        }
    }
}
