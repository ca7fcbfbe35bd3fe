//! What people live through in a room.

use domain::ChatId;
use domain::text::ChatText;
use domain::wire::ChatMessage;
use domain::wire::Event;
use domain::wire::Publishing;
use domain::wire::Quality;
use domain::wire::Update;

use super::*;
use crate::RELOAD;

#[test]
fn sm_29_a_guest_comes_in_and_everybody_is_told() {
    let mut stage = Stage::new(|_| {});
    assert!(welcomed(stage.enter(1, member(1)), 1));
    let outputs = stage.enter(2, Visitor::Guest);
    assert!(
        matches!(&outputs[0], Output::Broadcast(Event { seq: 2, update: Update::Participant { participant } }) if participant.guest)
    );
    assert!(welcomed(outputs, 2));
    assert_eq!(stage.names(), ["Person 1", "Person 2"]);
}

#[test]
fn sm_31_attendees_wait_for_the_organiser_and_enter_by_themselves() {
    let mut stage = Stage::new(|s| s.attendees_may_start = false);
    let outputs = stage.enter(2, Visitor::Guest);
    assert!(matches!(outputs, [Output::Tell(_, ServerMessage::Waiting { .. })]));
    assert_eq!(stage.roster.present(), 0);
    let outputs = stage.enter(1, member(1));
    assert!(welcomed(outputs, 1) && welcomed(outputs, 2));
    stage.act(1, Deed::Leave);
    assert!(welcomed(stage.enter(3, Visitor::Guest), 3), "the meeting has started");
}

#[test]
fn sm_31_once_everybody_left_the_next_ones_wait_again() {
    let mut stage = Stage::new(|s| s.attendees_may_start = false);
    stage.enter(1, member(1));
    stage.act(1, Deed::Leave);
    assert!(!welcomed(stage.enter(2, Visitor::Guest), 2));
}

#[test]
fn sm_53_letting_attendees_start_opens_the_door_for_those_who_wait() {
    let mut stage = Stage::new(|s| s.attendees_may_start = false);
    stage.enter(2, Visitor::Guest);
    let outputs = stage.give(Input::SettingsChanged { settings: settings(), password_changed: false });
    assert!(welcomed(outputs, 2));
}

#[test]
fn sm_53_refusing_guests_is_in_force_at_once() {
    let mut stage = Stage::new(|_| {});
    stage.enter(1, member(1));
    stage.enter(2, Visitor::Guest);
    stage.enter(3, member(3));
    let changed = Settings { allow_guests: false, ..settings() };
    let outputs = stage.give(Input::SettingsChanged { settings: changed, password_changed: false });
    assert_eq!(closed(outputs, 2), Some(Problem::NoGuests));
    assert_eq!(stage.names(), ["Person 1", "Person 3"]);
}

#[test]
fn sm_28_a_new_password_is_asked_of_those_who_wait() {
    let mut stage = Stage::new(|s| s.attendees_may_start = false);
    stage.enter(2, Visitor::Guest);
    let changed = Settings { password_set: true, attendees_may_start: false, ..settings() };
    let outputs = stage.give(Input::SettingsChanged { settings: changed, password_changed: true });
    assert_eq!(closed(outputs, 2), Some(Problem::PasswordNeeded));
}

#[test]
fn a_lost_connection_keeps_its_seat_for_a_minute() {
    let mut stage = Stage::new(|_| {});
    stage.enter(1, member(1));
    stage.enter(2, Visitor::Guest);
    stage.act(2, Deed::Hand(true));
    let hand = stage.roster.seat_at(connection(2)).unwrap().hand_raised_at;
    stage.give(Input::Lost(connection(2)));
    stage.pass(59);
    assert!(stage.roster.knows(&token(2), &Visitor::Guest));
    let outputs = stage.give(Input::Enter(entrance(9, 2, Visitor::Guest)));
    assert!(welcomed(outputs, 9));
    assert_eq!(stage.roster.seat_at(connection(9)).unwrap().hand_raised_at, hand);
    stage.give(Input::Lost(connection(9)));
    let left = stage.pass(60);
    assert!(matches!(left, [Output::Broadcast(Event { update: Update::Left { .. }, .. })]));
    assert_eq!(stage.roster.next_wake(), None);
}

#[test]
fn a_page_that_goes_away_keeps_its_seat_for_as_long_as_it_takes_to_load_anew() {
    let mut stage = Stage::new(|_| {});
    stage.enter(1, member(1));
    stage.enter(2, Visitor::Guest);
    stage.give(Input::Closed(connection(2)));
    stage.pass(RELOAD.as_secs() - 1);
    assert!(welcomed(stage.give(Input::Enter(entrance(9, 2, Visitor::Guest))), 9));
    stage.give(Input::Closed(connection(9)));
    let left = stage.pass(RELOAD.as_secs());
    assert!(matches!(left, [Output::Broadcast(Event { update: Update::Left { .. }, .. })]));
}

#[test]
fn in_a_crowd_nobody_is_told_how_those_who_only_watch_are_reached() {
    let mut stage = Stage::new(|_| {});
    stage.enter(1, member(1));
    stage.enter(2, Visitor::Guest);
    assert_eq!(stage.act(2, Deed::Quality(Quality::Poor)).len(), 1);
    for n in 3..=120 {
        stage.enter(n, Visitor::Guest);
    }
    assert_eq!(stage.act(2, Deed::Quality(Quality::Fair)).len(), 0);
    stage.act(2, Deed::Publish(Publishing { microphone: true, ..Publishing::default() }));
    assert_eq!(stage.act(2, Deed::Quality(Quality::Good)).len(), 1, "but of those who are heard");
}

#[test]
fn a_full_meeting_lets_nobody_else_in_but_gives_back_the_seats_of_its_people() {
    let mut stage = Stage::new(|_| {});
    let numbered = |n: u64| {
        let mut secret = [0; ENTROPY];
        secret[..8].copy_from_slice(&n.to_be_bytes());
        let name = DisplayName::parse("Person").unwrap();
        let (connection, token) = (ConnectionId(n), SeatToken::from_entropy(secret));
        let resume = token.reveal();
        Input::Enter(Entrance { connection, visitor: Visitor::Guest, name, token, resume, hand_raised_at: None })
    };
    let most = MAX_SEATS as u64;
    for n in 0..most {
        stage.give(numbered(n));
    }
    assert_eq!(stage.give(numbered(most)), [Output::Close(ConnectionId(most), Problem::Busy)]);
    stage.give(Input::Lost(ConnectionId(7)));
    stage.give(numbered(7));
    assert!(stage.roster.seat_at(ConnectionId(7)).unwrap().connected);
    stage.act(9, Deed::Leave);
    stage.give(numbered(most));
    assert!(stage.roster.seat_at(ConnectionId(most)).is_some());
}

#[test]
fn the_same_seat_from_another_tab_closes_the_first() {
    let mut stage = Stage::new(|_| {});
    stage.enter(2, Visitor::Guest);
    let outputs = stage.give(Input::Enter(entrance(9, 2, Visitor::Guest)));
    assert_eq!(closed(outputs, 2), Some(Problem::TakenOver));
    stage.give(Input::Lost(connection(2)));
    assert!(stage.roster.seat_at(connection(9)).unwrap().connected);
}

#[test]
fn nobody_takes_an_account_s_seat_with_its_token_alone() {
    let mut stage = Stage::new(|_| {});
    stage.enter(1, member(1));
    for (visitor, why) in [(Visitor::Guest, Problem::SignedOut), (member(2), Problem::NotAllowed)] {
        let outputs = stage.give(Input::Enter(entrance(9, 1, visitor)));
        assert_eq!(closed(outputs, 9), Some(why));
    }
    assert!(stage.roster.seat_at(connection(1)).is_some());
}

#[test]
fn after_a_restart_the_token_gives_the_same_seat() {
    let mut before = Stage::new(|_| {});
    before.enter(2, Visitor::Guest);
    let mut after = Stage::new(|_| {});
    after.enter(2, Visitor::Guest);
    assert_eq!(before.roster.snapshot().participants[0].id, after.roster.snapshot().participants[0].id);
}

/// Person `n` comes and says since when their hand was up.
fn with_hand_up(n: u8, since: i64) -> Input {
    let hand_raised_at = Some(Timestamp::from_millis(since));
    Input::Enter(Entrance { hand_raised_at, ..entrance(n, n, Visitor::Guest) })
}

fn hand(stage: &Stage, n: u8) -> Option<i64> {
    stage.roster.seat_at(connection(n)).unwrap().hand_raised_at.map(Timestamp::as_millis)
}

#[test]
fn after_a_restart_hands_are_up_again_in_their_order() {
    let mut stage = Stage::new(|_| {});
    stage.give(with_hand_up(3, 900_000));
    stage.give(with_hand_up(2, 800_000));
    assert_eq!((hand(&stage, 2), hand(&stage, 3)), (Some(800_000), Some(900_000)));
    stage.give(with_hand_up(4, i64::MAX));
    assert_eq!(hand(&stage, 4), Some(stage.now.as_millis()), "no hand goes up in the future");
    // Who has a seat is known better here than there.
    stage.act(2, Deed::Hand(false));
    stage.give(Input::Lost(connection(2)));
    stage.give(with_hand_up(2, 800_000));
    assert_eq!(hand(&stage, 2), None);
    stage.pass(60);
    stage.give(with_hand_up(5, 800_000));
    assert_eq!(hand(&stage, 5), None, "everybody is back by now");
}

#[test]
fn after_a_restart_hands_are_up_also_of_those_who_had_to_wait_for_the_organiser() {
    let mut stage = Stage::new(|s| s.attendees_may_start = false);
    stage.give(with_hand_up(2, 800_000));
    stage.pass(10);
    stage.enter(1, member(1));
    assert_eq!(hand(&stage, 2), Some(800_000));
}

#[test]
fn tcc_66_a_meeting_that_ran_before_a_restart_goes_on_without_its_organiser() {
    let mut stage = Stage::resumed(|s| s.attendees_may_start = false, 50);
    stage.pass(5);
    assert!(welcomed(stage.enter(2, Visitor::Guest), 2), "however often one looked at the clock before");
    stage.pass(600);
    assert!(welcomed(stage.enter(3, Visitor::Guest), 3), "as long as somebody is in it");
    stage.act(2, Deed::Leave);
    stage.act(3, Deed::Leave);
    assert!(!welcomed(stage.enter(4, Visitor::Guest), 4));
}

#[test]
fn a_meeting_that_everybody_left_after_a_restart_is_over_at_once() {
    let mut stage = Stage::resumed(|s| s.attendees_may_start = false, 0);
    stage.enter(2, Visitor::Guest);
    stage.act(2, Deed::Leave);
    assert!(!welcomed(stage.enter(3, Visitor::Guest), 3));
}

#[test]
fn a_meeting_to_which_nobody_is_back_in_time_is_over() {
    // With a look at the clock at that moment, and without.
    for looks in [true, false] {
        let mut stage = Stage::resumed(|s| s.attendees_may_start = false, 59);
        stage.now = stage.now.later(Duration::from_secs(1));
        if looks {
            stage.pass(0);
        }
        assert!(!welcomed(stage.enter(2, Visitor::Guest), 2));
    }
}

#[test]
fn after_a_restart_too_nobody_comes_in_who_may_not() {
    let mut stage = Stage::resumed(|s| (s.attendees_may_start, s.allow_guests) = (false, false), 0);
    assert_eq!(closed(stage.enter(2, Visitor::Guest), 2), Some(Problem::NoGuests));
    assert!(welcomed(stage.enter(3, member(3)), 3), "and who is turned away does not end it for the others");
}

#[test]
fn only_the_owner_ends_it_for_all() {
    let mut stage = Stage::new(|_| {});
    stage.enter(1, member(1));
    stage.enter(2, member(2));
    let outputs = stage.act(2, Deed::End);
    assert!(matches!(outputs, [Output::Tell(_, ServerMessage::Error { error: Problem::NotAllowed, .. })]));
    let outputs = stage.act(1, Deed::End);
    assert_eq!((closed(outputs, 1), closed(outputs, 2)), (Some(Problem::Ended), Some(Problem::Ended)));
    assert!(stage.roster.is_empty());
}

#[test]
fn who_has_no_seat_can_do_nothing() {
    let mut stage = Stage::new(|s| s.attendees_may_start = false);
    stage.enter(2, Visitor::Guest);
    let outputs = stage.act(2, Deed::Hand(true));
    assert!(matches!(outputs, [Output::Tell(_, ServerMessage::Error { error: Problem::OutOfOrder, .. })]));
}

#[test]
fn a_saved_message_is_shown_once() {
    let mut stage = Stage::new(|_| {});
    stage.enter(1, member(1));
    let message = ChatMessage {
        id: ChatId::from_entropy([5; ENTROPY]),
        from: token(1).seat(),
        name: DisplayName::parse("Person 1").unwrap(),
        sent_at: stage.now,
        text: ChatText::parse("hello").unwrap(),
    };
    assert_eq!(stage.give(Input::ChatSaved(message.clone())).len(), 1);
    assert!(stage.give(Input::ChatSaved(message)).is_empty());
    assert_eq!(stage.roster.snapshot().chat.len(), 1);
}

#[test]
fn what_does_not_change_is_not_told() {
    let mut stage = Stage::new(|_| {});
    stage.enter(1, member(1));
    let on = Publishing { microphone: true, ..Publishing::default() };
    assert_eq!(stage.act(1, Deed::Publish(on)).len(), 1);
    assert!(stage.act(1, Deed::Publish(on)).is_empty());
}
