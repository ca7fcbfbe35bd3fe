//! Meetings as their signalling shows them.

mod capacity;
pub(crate) mod client;
mod crash;
mod relay;
mod turnover;

use domain::ParticipantId;
use domain::Problem;
use domain::access::Role;
use domain::meeting::MeetingPassword;
use domain::wire::ClientMessage;
use domain::wire::Hello;
use domain::wire::MAX_FRAME;
use domain::wire::Offer;
use domain::wire::ServerMessage;
use domain::wire::Update;
use futures::future::join_all;

use crate::house::House;
use crate::room::client::Client;
use crate::room::client::chat;
use crate::room::client::hello;

#[tokio::test]
async fn sm_10_a_guest_comes_in_with_the_link_alone() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (mut ann, welcome) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    assert_eq!(welcome.room.participants.len(), 1);
    assert!(welcome.room.participants[0].guest);
    let (_, welcome) = Client::enter(house.addr(), &meeting, "Olga", Some(house.owner())).await;
    assert_eq!(welcome.room.participants[1].role, Role::Owner);
    let name = ann
        .update(|update| match update {
            Update::Participant { participant } => Some(participant.name.to_string()),
            _ => None,
        })
        .await;
    assert_eq!(name, "Olga");
}

#[tokio::test]
async fn sm_4_a_chat_message_is_saved_then_said_to_be_saved_and_shown_once() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (mut ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    let (mut bob, _) = Client::enter(house.addr(), &meeting, "Bob", None).await;
    for _ in 0..2 {
        ann.say(&chat(1, "hello")).await;
        ann.until(|m| matches!(m, ServerMessage::ChatSaved { .. }).then_some(())).await;
    }
    ann.say(&chat(2, "second")).await;
    let texts = [next_chat(&mut bob).await, next_chat(&mut bob).await];
    assert_eq!(texts, ["hello", "second"]);
    let (_, welcome) = Client::enter(house.addr(), &meeting, "Cem", None).await;
    assert_eq!(welcome.room.chat.len(), 2, "a newcomer reads what was written before");
}

#[tokio::test]
async fn a_message_of_somebody_else_cannot_be_claimed() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (mut ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    let (mut bob, _) = Client::enter(house.addr(), &meeting, "Bob", None).await;
    ann.say(&chat(1, "hello")).await;
    next_chat(&mut bob).await;
    bob.say(&chat(1, "forged")).await;
    assert_eq!(bob.error().await, Problem::BadId);
}

#[tokio::test]
async fn sm_27_the_password_is_asked_on_the_websocket_too() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", Some("open sesame")).await;
    let mut ann = Client::connect(house.addr(), &meeting, None).await;
    ann.say(&hello("Ann")).await;
    assert_eq!(ann.error().await, Problem::PasswordNeeded);
    ann.say(&with_password("wrong")).await;
    assert_eq!(ann.error().await, Problem::WrongMeetingPassword);
    ann.say(&with_password("open sesame")).await;
    assert_eq!(ann.welcome().await.room.participants.len(), 1);
    Client::enter(house.addr(), &meeting, "Olga", Some(house.owner())).await;
}

#[tokio::test]
async fn sm_28_guessing_the_password_is_stopped() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", Some("open sesame")).await;
    let mut limited = false;
    for _ in 0..4 {
        let mut ann = Client::connect(house.addr(), &meeting, None).await;
        for _ in 0..10 {
            ann.say(&with_password("guess")).await;
            limited |= matches!(ann.error().await, Problem::TooManyAttempts { .. });
        }
    }
    assert!(limited);
}

#[tokio::test]
async fn sm_29_without_guests_the_door_says_so() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    house.save_options(&meeting, &[("attendees_may_start", "on")]).await;
    let mut ann = Client::connect(house.addr(), &meeting, None).await;
    ann.say(&hello("Ann")).await;
    assert_eq!(ann.bye().await, Some(Problem::NoGuests));
}

#[tokio::test]
async fn sm_28_whoever_passed_the_door_is_not_asked_again_until_the_password_is_another() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", Some("open sesame")).await;
    let (mut olga, _) = Client::enter(house.addr(), &meeting, "Olga", Some(house.owner())).await;
    let enter = async || {
        let mut client = Client::connect(house.addr(), &meeting, None).await;
        client.say(&with_password("open sesame")).await;
        let welcome = client.welcome().await;
        (client, welcome)
    };
    let (mut ann, first) = enter().await;
    let (_bob, bobs) = enter().await;
    ann.say(&ClientMessage::Leave).await;
    has_left(&mut olga, &first.you).await;
    // The token alone opens a seat that is kept, and no door.
    let (token, _) = first.resume.split_once('.').unwrap();
    let mut ann = Client::connect(house.addr(), &meeting, None).await;
    ann.say(&resume(token)).await;
    assert_eq!(ann.error().await, Problem::PasswordNeeded);
    ann.say(&resume(&first.resume)).await;
    assert_eq!(ann.welcome().await.you, first.you);
    ann.say(&ClientMessage::Leave).await;
    has_left(&mut olga, &first.you).await;
    house.save_options(&meeting, &[("password", "another"), ("allow_guests", "on")]).await;
    let mut ann = Client::connect(house.addr(), &meeting, None).await;
    ann.say(&resume(&first.resume)).await;
    assert_eq!(ann.error().await, Problem::PasswordNeeded);
    // Whoever is inside stays, and comes back to their seat.
    let mut bob = Client::connect(house.addr(), &meeting, None).await;
    bob.say(&resume(&bobs.resume)).await;
    assert_eq!(bob.welcome().await.you, bobs.you);
}

async fn has_left(watcher: &mut Client, who: &ParticipantId) {
    watcher.update(|update| matches!(update, Update::Left { participant } if participant == who).then_some(())).await;
}

#[tokio::test]
async fn sm_31_attendees_wait_for_the_organiser_and_enter_by_themselves() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    house.save_options(&meeting, &[("allow_guests", "on")]).await;
    let mut ann = Client::connect(house.addr(), &meeting, None).await;
    ann.say(&hello("Ann")).await;
    ann.until(|m| matches!(m, ServerMessage::Waiting { .. }).then_some(())).await;
    let _olga = Client::enter(house.addr(), &meeting, "Olga", Some(house.owner())).await;
    ann.welcome().await;
}

#[tokio::test]
async fn sm_53_changed_settings_are_in_force_at_once() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (mut ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    house.save_options(&meeting, &[("title", "Square"), ("allow_guests", "on")]).await;
    let title = ann
        .update(|update| match update {
            Update::Settings { settings } => Some(settings.title.to_string()),
            _ => None,
        })
        .await;
    assert_eq!(title, "Square");
    house.save_options(&meeting, &[("title", "Square")]).await;
    assert_eq!(ann.bye().await, Some(Problem::NoGuests));
}

#[tokio::test(flavor = "multi_thread")]
async fn sm_53_of_changes_at_the_same_time_the_room_has_the_one_that_is_saved() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (mut ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    for round in 0..5 {
        let (house, meeting) = (&house, &meeting);
        let saves = (0..8).map(|n| async move {
            let title = format!("Round {round}, change {n}");
            house.save_options(meeting, &[("title", &title), ("allow_guests", "on")]).await;
        });
        join_all(saves).await;
        ann.say(&ClientMessage::Resync).await;
        let title = ann
            .until(|message| match message {
                ServerMessage::Snapshot { room } => Some(room.settings.title.to_string()),
                _ => None,
            })
            .await;
        assert_eq!(house.meeting(meeting).await["settings"]["title"], title);
    }
}

#[tokio::test]
async fn sm_72_deleting_a_running_meeting_ends_it() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (mut ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    house.delete_meeting(&meeting).await;
    assert!(ann.bye().await.is_some());
    let mut bob = Client::connect(house.addr(), &meeting, None).await;
    bob.say(&hello("Bob")).await;
    assert_eq!(bob.bye().await, Some(Problem::NoSuchMeeting));
}

#[tokio::test]
async fn a_bad_message_gets_an_error_and_the_connection_lives() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let mut early = Client::connect(house.addr(), &meeting, None).await;
    early.say(&ClientMessage::Hand { raised: true }).await;
    assert_eq!(early.error().await, Problem::OutOfOrder);
    early.say(&hello("Ann")).await;
    early.welcome().await;
    for bad in ["", "{", "null", r#"{"type":"nonsense"}"#, r#"{"type":"hand","raised":7}"#] {
        early.send_text(bad.to_owned()).await;
        assert!(matches!(early.error().await, Problem::BadMessage { .. }), "{bad}");
    }
    early.send_binary(b"{}".to_vec()).await;
    assert!(matches!(early.error().await, Problem::BadMessage { .. }));
    early.say(&hello("Ann again")).await;
    assert_eq!(early.error().await, Problem::OutOfOrder);
    early.is_alive().await;
}

#[tokio::test]
async fn a_message_that_is_too_large_gets_an_error_up_to_four_times_the_limit_and_a_farewell_above_it() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (mut ann, welcome) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    for octets in [MAX_FRAME + 1, 4 * MAX_FRAME] {
        ann.send_text("x".repeat(octets)).await;
        assert!(matches!(ann.error().await, Problem::BadMessage { .. }), "{octets}");
    }
    ann.is_alive().await;
    let mut early = Client::connect(house.addr(), &meeting, None).await;
    for client in [&mut ann, &mut early] {
        client.send_text("x".repeat(4 * MAX_FRAME + 1)).await;
        let (reason, code) = client.end().await;
        assert!(matches!(reason, Some(Problem::BadMessage { .. })), "{reason:?}");
        assert_eq!(code, Some(1009));
    }
    let mut broken = Client::connect(house.addr(), &meeting, None).await;
    broken.send_broken_text().await;
    let (reason, code) = broken.end().await;
    assert!(matches!(reason, Some(Problem::BadMessage { .. })) && code == Some(1007), "{reason:?} {code:?}");
    // It was one message that was wrong, not the person: the seat is kept.
    let mut again = Client::connect(house.addr(), &meeting, None).await;
    again.say(&resume(&welcome.resume)).await;
    assert_eq!(again.welcome().await.you, welcome.you);
}

#[tokio::test]
async fn whoever_waits_is_answered_and_may_leave_and_does_nothing_else() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    house.save_options(&meeting, &[("allow_guests", "on")]).await;
    let mut ann = Client::connect(house.addr(), &meeting, None).await;
    ann.say(&ClientMessage::Ping).await;
    assert_eq!(ann.error().await, Problem::OutOfOrder, "before hello there is nobody to answer");
    ann.say(&hello("Ann")).await;
    ann.until(|m| matches!(m, ServerMessage::Waiting { .. }).then_some(())).await;
    ann.is_alive().await;
    for early in [ClientMessage::Hand { raised: true }, ClientMessage::Resync, hello("Ann"), chat(1, "hello")] {
        ann.say(&early).await;
        assert_eq!(ann.error().await, Problem::OutOfOrder, "{early:?}");
    }
    ann.say(&ClientMessage::Leave).await;
    assert_eq!(ann.bye().await, None);
}

#[tokio::test]
async fn whoever_talks_at_the_door_and_never_comes_in_is_sent_away() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let mut ann = Client::connect(house.addr(), &meeting, None).await;
    for _ in 0..20 {
        ann.say(&ClientMessage::Ping).await;
        assert_eq!(ann.error().await, Problem::OutOfOrder);
    }
    assert_eq!(ann.end().await, (Some(Problem::Flooding), Some(1000)));
}

#[tokio::test]
async fn garbage_as_session_description_gets_a_clear_error() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (mut ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    for sdp in [
        "",
        "garbage",
        "v=0\r\n",
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
    ] {
        let offer = Offer { id: 1, sdp: sdp.to_owned(), sources: Vec::new(), fresh: true };
        ann.say(&ClientMessage::Offer(offer)).await;
        assert!(matches!(ann.error().await, Problem::BadOffer { .. }), "{sdp}");
    }
    ann.is_alive().await;
}

#[tokio::test]
async fn a_flood_is_closed_with_a_reason() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (mut ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    for _ in 0..400 {
        ann.say(&ClientMessage::Resync).await;
    }
    assert_eq!(ann.bye().await, Some(Problem::Flooding));
}

#[tokio::test]
async fn another_version_of_the_protocol_is_refused() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let mut ann = Client::connect(house.addr(), &meeting, None).await;
    ann.send_text(r#"{"type":"hello","protocol":999,"name":"Ann"}"#.to_owned()).await;
    assert_eq!(ann.bye().await, Some(Problem::WrongProtocol));
}

#[tokio::test]
async fn a_lost_connection_gets_its_seat_back() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", Some("open sesame")).await;
    let mut ann = Client::connect(house.addr(), &meeting, None).await;
    ann.say(&with_password("open sesame")).await;
    let first = ann.welcome().await;
    ann.say(&ClientMessage::Hand { raised: true }).await;
    ann.is_alive().await;
    drop(ann);
    let mut again = Client::connect(house.addr(), &meeting, None).await;
    // The kept seat was let in before: no password is asked.
    again.say(&resume(&first.resume)).await;
    let second = again.welcome().await;
    assert_eq!(second.you, first.you);
    assert!(second.room.participants[0].hand_raised_at.is_some());
    let mut tab = Client::connect(house.addr(), &meeting, None).await;
    tab.say(&resume(&first.resume)).await;
    tab.welcome().await;
    assert_eq!(again.bye().await, Some(Problem::TakenOver));
}

#[tokio::test]
async fn tcc_65_the_owner_ends_it_for_all_and_nobody_else_does() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (mut ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    let (mut olga, _) = Client::enter(house.addr(), &meeting, "Olga", Some(house.owner())).await;
    ann.say(&ClientMessage::End).await;
    assert_eq!(ann.error().await, Problem::NotAllowed);
    olga.say(&ClientMessage::End).await;
    assert_eq!((ann.bye().await, olga.bye().await), (Some(Problem::Ended), Some(Problem::Ended)));
}

#[tokio::test]
async fn a_stopping_server_tells_everybody_in_a_meeting() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (mut ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    let (reason, ()) = tokio::join!(ann.bye(), house.stop());
    assert_eq!(reason, Some(Problem::Stopping));
}

pub(crate) fn with_password(password: &str) -> ClientMessage {
    change(|hello| hello.password = Some(MeetingPassword::parse(password.to_owned()).unwrap()))
}

fn resume(token: &str) -> ClientMessage {
    change(|hello| hello.resume = Some(token.to_owned()))
}

fn change(change: impl FnOnce(&mut Hello)) -> ClientMessage {
    let ClientMessage::Hello(mut hello) = hello("Ann") else { unreachable!("hello() makes a hello") };
    change(&mut hello);
    ClientMessage::Hello(hello)
}

async fn next_chat(client: &mut Client) -> String {
    client
        .update(|update| match update {
            Update::Chat { message } => Some(message.text.as_str().to_owned()),
            _ => None,
        })
        .await
}
