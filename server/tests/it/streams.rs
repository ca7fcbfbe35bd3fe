//! Programs that publish and watch by HTTP (WHIP, RFC 9725, and WHEP), as far as the answers show it.

use domain::MeetingId;
use domain::Problem;
use domain::wire::ClientMessage;
use domain::wire::Participant;
use domain::wire::Update;
use reqwest::Method;

use crate::harness::Answer;
use crate::house::House;
use crate::room::client::Client;

/// One m-line of an offer as programs make them; `direction` is a line of its own, or nothing.
fn line(kind: &str, mid: &str, direction: &str) -> String {
    let codec = if kind == "audio" { "opus/48000/2" } else { "H264/90000" };
    let pt = if kind == "audio" { 111 } else { 96 };
    let format = if kind == "audio" { "" } else { "a=fmtp:96 packetization-mode=1;profile-level-id=42e01f\r\n" };
    format!(
        "m={kind} 9 UDP/TLS/RTP/SAVPF {pt}\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na=rtcp-mux\r\na=setup:actpass\r\n\
         a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdef01234567\r\na=fingerprint:sha-256 \
         00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F\r\n\
         a=rtpmap:{pt} {codec}\r\n{format}{direction}"
    )
}

fn offer(mids: &[(&str, &str)], direction: &str) -> String {
    let names: Vec<&str> = mids.iter().map(|(_, mid)| *mid).collect();
    let head = format!("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\n", names.join(" "));
    head + &mids.iter().map(|(kind, mid)| line(kind, mid, direction)).collect::<String>()
}

const BOTH: [(&str, &str); 2] = [("audio", "0"), ("video", "1")];

fn to_send() -> String {
    offer(&BOTH, "a=sendonly\r\n")
}

fn to_receive() -> String {
    offer(&BOTH, "a=recvonly\r\n")
}

/// Asks as a program does: with a token, from no page.
async fn ask(house: &House, method: Method, path: &str, token: &str, headers: &[(&str, &str)], body: String) -> Answer {
    let browser = house.browser();
    let mut request = browser.client.request(method, format!("{}{path}", browser.base)).body(body);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.send().await.unwrap()).await.unwrap()
}

const SDP: (&str, &str) = ("content-type", "application/sdp");
const FRAGMENT: (&str, &str) = ("content-type", "application/trickle-ice-sdpfrag");

async fn post(house: &House, path: &str, token: &str, body: String) -> Answer {
    ask(house, Method::POST, path, token, &[SDP], body).await
}

async fn delete(house: &House, path: &str, token: &str) -> u16 {
    ask(house, Method::DELETE, path, token, &[], String::new()).await.status
}

async fn publish(house: &House, meeting: &MeetingId, token: &str, name: &str) -> Answer {
    post(house, &format!("/whip/{meeting}?publisher={name}"), token, to_send()).await
}

/// Waits until somebody of this name sends sound and picture.
async fn sends(client: &mut Client, name: &str) -> Participant {
    let wanted = |update: &Update| match update {
        Update::Participant { participant } if participant.name.as_str() == name && participant.publishing.camera => {
            Some(participant.clone())
        }
        _ => None,
    };
    client.update(wanted).await
}

async fn leaves(client: &mut Client, who: &Participant) {
    let gone = |update: &Update| matches!(update, Update::Left { participant } if *participant == who.id).then_some(());
    client.update(gone).await;
}

#[tokio::test]
async fn a_program_publishes_as_a_participant_until_it_deletes_its_stream() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", Some("a password")).await;
    house.save_options(&meeting, &[("attendees_may_start", "on")]).await;
    let (_, token) = house.stream_token(&meeting, "Hall", "publish").await;
    let (mut olga, _) = Client::enter(house.addr(), &meeting, "Olga", Some(house.owner())).await;
    let answer = publish(&house, &meeting, &token, "Stage%20left").await;
    assert_eq!((answer.status, answer.header("content-type")), (201, "application/sdp"), "{answer:?}");
    assert!(answer.text.contains("a=recvonly") && answer.text.contains("a=candidate"), "{}", answer.text);
    assert!(answer.location().starts_with(&format!("/whip/{meeting}/")) && !answer.header("etag").is_empty());
    let stage = sends(&mut olga, "Stage left").await;
    assert!(stage.media && stage.publishing.microphone && !stage.guest, "{stage:?}");
    assert_eq!(delete(&house, answer.location(), "").await, 401);
    assert_eq!(delete(&house, answer.location(), &token).await, 200);
    leaves(&mut olga, &stage).await;
    assert_eq!(delete(&house, answer.location(), &token).await, 404);
}

#[tokio::test]
async fn the_same_program_that_comes_again_takes_the_place_of_its_former_stream() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (_, token) = house.stream_token(&meeting, "Hall", "publish").await;
    let (mut ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    for name in ["", "Other"] {
        assert_eq!(publish(&house, &meeting, &token, name).await.status, 201);
    }
    let former = sends(&mut ann, "Hall").await;
    assert_eq!(publish(&house, &meeting, &token, "").await.status, 201);
    leaves(&mut ann, &former).await;
    let (_, welcome) = Client::enter(house.addr(), &meeting, "Ben", None).await;
    let mut names: Vec<&str> = welcome.room.participants.iter().map(|p| p.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Ann", "Ben", "Hall", "Other"]);
}

#[tokio::test]
async fn a_token_that_is_taken_back_ends_what_goes_on_with_it() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (id, token) = house.stream_token(&meeting, "Hall", "publish").await;
    let (mut ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    publish(&house, &meeting, &token, "").await;
    let hall = sends(&mut ann, "Hall").await;
    assert_eq!(house.revoke_stream_token(&meeting, &id).await.status, 200);
    leaves(&mut ann, &hall).await;
    assert_eq!(publish(&house, &meeting, &token, "").await.problem(), "wrong_token");
}

#[tokio::test]
async fn a_meeting_that_ends_takes_its_streams_along() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (_, publish_token) = house.stream_token(&meeting, "Hall", "publish").await;
    let (_, watch_token) = house.stream_token(&meeting, "Wall", "watch").await;
    let (mut olga, _) = Client::enter(house.addr(), &meeting, "Olga", Some(house.owner())).await;
    let published = publish(&house, &meeting, &publish_token, "").await;
    let watched = post(&house, &format!("/whep/{meeting}/Hall"), &watch_token, to_receive()).await;
    assert_eq!((published.status, watched.status), (201, 201), "{published:?} {watched:?}");
    olga.say(&ClientMessage::End).await;
    assert_eq!(olga.bye().await, Some(Problem::Ended));
    for (answer, token) in [(published, publish_token), (watched, watch_token)] {
        // The tasks end by themselves; asking for the end meanwhile is no fault.
        while delete(&house, answer.location(), &token).await != 404 {}
    }
}

#[tokio::test]
async fn only_the_right_token_opens_and_wrong_ones_are_counted() {
    let house = House::start().await;
    let (meeting, other) = (house.create_meeting("Round", None).await, house.create_meeting("Other", None).await);
    let (_, token) = house.stream_token(&meeting, "Hall", "publish").await;
    let whip = |meeting: &MeetingId| format!("/whip/{meeting}");
    let nobody = post(&house, &whip(&meeting), "", to_send()).await;
    assert_eq!((nobody.status, nobody.header("www-authenticate")), (401, "Bearer"));
    assert_eq!(post(&house, &whip(&other), &token, to_send()).await.status, 401, "of another meeting");
    assert_eq!(post(&house, &format!("/whep/{meeting}/Ann"), &token, to_receive()).await.status, 401, "not to watch");
    for _ in 0..17 {
        assert_eq!(post(&house, &whip(&meeting), &"A".repeat(43), to_send()).await.problem(), "wrong_token");
    }
    assert_eq!(post(&house, &whip(&meeting), &"A".repeat(43), to_send()).await.status, 429);
    assert_eq!(post(&house, &whip(&meeting), &token, to_send()).await.status, 201, "the right one is never locked out");
}

#[tokio::test]
async fn what_is_no_offer_is_refused_with_a_reason() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (_, token) = house.stream_token(&meeting, "Hall", "publish").await;
    let path = format!("/whip/{meeting}");
    let as_json = ask(&house, Method::POST, &path, &token, &[("content-type", "application/json")], to_send()).await;
    assert_eq!((as_json.status, as_json.problem()), (415, "bad_message".to_owned()));
    assert_eq!(post(&house, &path, &token, "x".repeat(200_000)).await.status, 413);
    for bad in ["".to_owned(), "v=0".to_owned(), to_receive(), offer(&BOTH, "a=inactive\r\n")] {
        let answer = post(&house, &path, &token, bad).await;
        assert_eq!((answer.status, answer.problem()), (400, "bad_offer".to_owned()));
    }
    assert_eq!(publish(&house, &meeting, &token, &"x".repeat(61)).await.problem(), "too_long");
    assert_eq!(house.browser().get_with(&path, &[]).await.status, 405);
    let (_, welcome) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    assert_eq!(welcome.room.participants.len(), 1, "whoever is refused leaves nobody behind");
}

#[tokio::test]
async fn sm_31_a_program_does_not_start_a_meeting_that_waits_for_its_organiser() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    house.save_options(&meeting, &[]).await;
    let (_, token) = house.stream_token(&meeting, "Hall", "publish").await;
    let early = publish(&house, &meeting, &token, "").await;
    assert_eq!((early.status, early.problem()), (503, "not_started".to_owned()));
    assert!(!early.header("retry-after").is_empty());
    let (_olga, _) = Client::enter(house.addr(), &meeting, "Olga", Some(house.owner())).await;
    assert_eq!(publish(&house, &meeting, &token, "").await.status, 201, "also where guests are not allowed");
}

#[tokio::test]
async fn sm_7_a_program_takes_a_seat_for_sound_and_picture() {
    let house = House::start_with(&[("CONFAB_MEETINGS_CAPACITY", "9")]).await;
    let meeting = house.create_meeting("Round", None).await;
    let (_, token) = house.stream_token(&meeting, "Hall", "publish").await;
    let mut people = Vec::new();
    for _ in 0..9 {
        people.push(Client::enter(house.addr(), &meeting, "Ann", None).await.0);
    }
    let refused = publish(&house, &meeting, &token, "").await;
    assert_eq!((refused.status, refused.problem()), (409, "no_media_seat".to_owned()));
    let mut last = people.pop().unwrap();
    last.say(&ClientMessage::Leave).await;
    last.bye().await;
    let left = |update: &Update| matches!(update, Update::Left { .. }).then_some(());
    people[0].update(left).await;
    assert_eq!(publish(&house, &meeting, &token, "").await.status, 201);
}

#[tokio::test]
async fn fragments_restart_ice_or_tell_nothing_new() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (_, token) = house.stream_token(&meeting, "Hall", "publish").await;
    let opened = publish(&house, &meeting, &token, "").await;
    let (place, tag) = (opened.location().to_owned(), opened.header("etag").to_owned());
    let patch = async |headers: &[(&str, &str)], body: &str| {
        ask(&house, Method::PATCH, &place, &token, headers, body.to_owned()).await
    };
    let same = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdef01234567\r\nm=audio 9 X 0\r\na=mid:0\r\n";
    let other = "a=ice-ufrag:efgh\r\na=ice-pwd:76543210fedcba9876543210\r\nm=audio 9 X 0\r\na=mid:0\r\n";
    assert_eq!(patch(&[FRAGMENT], same).await.status, 428);
    assert_eq!(patch(&[SDP, ("if-match", &tag)], same).await.status, 415);
    assert_eq!(patch(&[FRAGMENT, ("if-match", "\"9\"")], same).await.status, 412);
    assert_eq!(patch(&[FRAGMENT, ("if-match", &tag)], same).await.status, 204);
    assert_eq!(patch(&[FRAGMENT, ("if-match", &tag)], "a=mid:0\r\n").await.status, 400);
    let restarted = patch(&[FRAGMENT, ("if-match", "*")], other).await;
    assert_eq!((restarted.status, restarted.header("content-type")), (200, FRAGMENT.1), "{restarted:?}");
    assert!(restarted.text.contains("a=ice-ufrag:") && restarted.text.contains("a=candidate:"));
    assert!(!restarted.header("etag").is_empty() && restarted.header("etag") != tag);
    assert_eq!(patch(&[FRAGMENT, ("if-match", &tag)], same).await.status, 412, "the former session is over");
}

#[tokio::test]
async fn a_program_watches_whoever_is_there_and_is_seen_by_nobody() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (_, token) = house.stream_token(&meeting, "Wall", "watch").await;
    let (mut ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    let whep = |rest: &str| format!("/whep/{meeting}/{rest}");
    assert_eq!(post(&house, &whep("Ben"), &token, to_receive()).await.problem(), "no_such_participant");
    assert_eq!(post(&house, &whep("Ann"), &token, to_send()).await.problem(), "bad_offer");
    let watching = post(&house, &whep("Ann"), &token, to_receive()).await;
    assert_eq!(watching.status, 201, "{watching:?}");
    assert_eq!(watching.text.matches("a=sendonly").count(), 2);
    assert!(watching.location().starts_with(&whep("Ann/")));
    let four = offer(&[("audio", "0"), ("video", "1"), ("audio", "2"), ("video", "3")], "a=recvonly\r\n");
    let several = post(&house, &whep("all?publishers=Ann,Later"), &token, four.clone()).await;
    assert_eq!((several.status, several.text.matches("a=sendonly").count()), (201, 4), "{several:?}");
    assert_eq!(post(&house, &whep("all?publishers=Ann"), &token, four).await.problem(), "bad_offer");
    ann.is_alive().await;
    let (_, welcome) = Client::enter(house.addr(), &meeting, "Ben", None).await;
    assert_eq!(welcome.room.participants.len(), 2);
    assert_eq!(delete(&house, watching.location(), &token).await, 200);
}

#[tokio::test]
async fn pages_of_other_sites_may_come_in_like_any_program() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (_, token) = house.stream_token(&meeting, "Hall", "publish").await;
    let path = format!("/whip/{meeting}");
    let elsewhere = ("origin", "https://elsewhere.example");
    let asked = ask(&house, Method::OPTIONS, &path, "", &[elsewhere], String::new()).await;
    assert_eq!((asked.status, asked.header("access-control-allow-origin")), (204, "*"));
    assert_eq!(asked.header("accept-post"), "application/sdp");
    assert!(asked.header("access-control-allow-headers").contains("authorization"));
    let answer = ask(&house, Method::POST, &path, &token, &[SDP, elsewhere], to_send()).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (201, "*"));
    assert!(answer.header("access-control-expose-headers").contains("location"));
}

#[tokio::test]
async fn only_the_organiser_makes_sees_and_takes_back_tokens() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (id, _) = house.stream_token(&meeting, "Hall", "publish").await;
    for (function, fields) in [
        ("make-stream-token", vec![("label", "Mine"), ("grant", "watch")]),
        ("stream-tokens", vec![]),
        ("revoke-stream-token", vec![("token", id.as_str())]),
    ] {
        let fields = [vec![("id", meeting.as_str())], fields].concat();
        let answer = house.browser().call(function, &fields).await;
        assert_eq!((answer.status, answer.problem()), (401, "sign_in_first".to_owned()), "{function}");
    }
    let other = house.browser();
    other.sign_up("Otto", "otto@example.org", crate::harness::PASSWORD).await;
    let answer = other.call("stream-tokens", &[("id", meeting.as_str())]).await;
    assert_eq!(answer.problem(), "not_allowed");
}
