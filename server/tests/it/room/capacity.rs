//! Seats for sound and picture.

use domain::ParticipantId;
use domain::Problem;
use domain::wire::ClientMessage;
use domain::wire::MOST_AT_ONCE;
use domain::wire::Offer;
use domain::wire::Participant;
use domain::wire::Publishing;
use domain::wire::Room;
use domain::wire::ServerMessage;
use domain::wire::Update;
use serde_json::Value;

use crate::house::House;
use crate::room::client::Client;
use crate::room::client::Welcome;
use crate::room::client::chat;
use crate::room::client::hello;

const NINE: [(&str, &str); 1] = [("CONFAB_MEETINGS_CAPACITY", "9")];

/// Whether this welcome came with a seat for sound and picture.
fn seated(welcome: &Welcome) -> bool {
    welcome.room.participants.iter().find(|participant| participant.id == welcome.you).unwrap().media
}

/// An offer that the media, once reached, refuses.
fn offer(id: u32) -> ClientMessage {
    ClientMessage::Offer(Offer { id, sdp: "garbage".to_owned(), sources: Vec::new(), fresh: true })
}

async fn moves_up(client: &mut Client, welcome: &Welcome) {
    let up = |update: &Update| match update {
        Update::Participant { participant } if participant.id == welcome.you && participant.media => Some(()),
        _ => None,
    };
    client.update(up).await;
}

#[tokio::test]
async fn sm_8_whoever_comes_above_the_capacity_reads_and_writes_and_moves_up_by_themselves() {
    let house = House::start_with(&NINE).await;
    let meeting = house.create_meeting("Round", None).await;
    let mut first = Vec::new();
    for _ in 0..9 {
        let (mut client, welcome) = Client::enter(house.addr(), &meeting, "Ann", None).await;
        assert!(seated(&welcome));
        client.say(&offer(1)).await;
        assert!(matches!(client.error().await, Problem::BadOffer { .. }), "the media answers");
        first.push(client);
    }
    let (mut bob, welcome) = Client::enter(house.addr(), &meeting, "Bob", None).await;
    assert!(!seated(&welcome));
    bob.say(&offer(1)).await;
    assert_eq!(bob.error().await, Problem::NoMediaSeat);
    bob.say(&ClientMessage::Publish(Publishing { camera: true, ..Publishing::default() })).await;
    assert_eq!(bob.error().await, Problem::NoMediaSeat);
    bob.say(&chat(1, "I am here")).await;
    let written = |update: &Update| matches!(update, Update::Chat { .. }).then_some(());
    first[0].update(written).await;
    first.pop().unwrap().say(&ClientMessage::Leave).await;
    moves_up(&mut bob, &welcome).await;
    bob.say(&offer(2)).await;
    assert!(matches!(bob.error().await, Problem::BadOffer { .. }));
    let (_olga, welcome) = Client::enter(house.addr(), &meeting, "Olga", Some(house.owner())).await;
    assert!(seated(&welcome), "the owner always gets a seat");
}

#[tokio::test]
async fn sm_7_sm_53_the_organiser_gives_more_seats_and_they_are_taken_at_once() {
    let house = House::start_with(&NINE).await;
    let meeting = house.create_meeting("Round", None).await;
    let mut seats = Vec::new();
    for _ in 0..9 {
        seats.push(Client::enter(house.addr(), &meeting, "Ann", None).await);
    }
    let (mut bob, welcome) = Client::enter(house.addr(), &meeting, "Bob", None).await;
    assert_eq!(welcome.room.settings.capacity.seats(), 9);
    assert_eq!(house.save_seats(&meeting, "10").await.status, 200);
    moves_up(&mut bob, &welcome).await;
}

#[tokio::test]
async fn sm_7_a_meeting_keeps_its_own_number_of_seats_and_it_is_nine_at_least() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let seats = async || house.meeting(&meeting).await["settings"]["capacity"].clone();
    assert_eq!(seats().await, Value::from(100));
    assert_eq!(house.save_seats(&meeting, "25").await.status, 200);
    assert_eq!(seats().await, Value::from(25));
    house.save_options(&meeting, &[]).await;
    assert_eq!(seats().await, Value::from(25), "another card leaves them alone");
    for refused in ["8", "2001", "many"] {
        let answer = house.save_seats(&meeting, refused).await;
        assert_eq!((answer.status, answer.problem()), (400, "out_of_range".to_owned()), "{refused}");
    }
}

#[tokio::test]
async fn a_crowd_is_told_in_pieces_in_the_order_of_coming_in() {
    let house = House::start().await;
    let meeting = house.create_meeting("Crowd", None).await;
    let mut crowd = Vec::new();
    for _ in 0..MOST_AT_ONCE {
        crowd.push(Client::enter(house.addr(), &meeting, "Ann", None).await);
    }
    let seats: Vec<ParticipantId> = crowd.iter().map(|(_, welcome)| welcome.you.clone()).collect();
    let mut last = Client::connect(house.addr(), &meeting, None).await;
    last.say(&hello("Bob")).await;
    let mut ahead = last.until(people).await;
    assert_eq!(ahead.len(), MOST_AT_ONCE);
    let welcome = last.welcome().await;
    assert_eq!(welcome.room.participants.len(), 1);
    let everybody = [seats, vec![welcome.you.clone()]].concat();
    ahead.extend(welcome.room.participants);
    assert_eq!(
        ahead.iter().map(|participant| &participant.id).collect::<Vec<_>>(),
        everybody.iter().collect::<Vec<_>>()
    );
    last.say(&ClientMessage::Resync).await;
    let ahead = last.until(people).await;
    let mut room = last.until(snapshot).await;
    room.put_ahead(ahead);
    assert_eq!(room.participants.iter().map(|p| &p.id).collect::<Vec<_>>(), everybody.iter().collect::<Vec<_>>());
}

fn people(message: &ServerMessage) -> Option<Vec<Participant>> {
    if let ServerMessage::People { participants } = message { Some(participants.clone()) } else { None }
}

fn snapshot(message: &ServerMessage) -> Option<Room> {
    if let ServerMessage::Snapshot { room } = message { Some(room.clone()) } else { None }
}
