//! The driver without browsers: doors, ports and the end.

use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::net::UdpSocket;

use domain::MeetingId;
use domain::ParticipantId;
use domain::Problem;
use domain::wire::Offer;
use domain::wire::Publishing;
use domain::wire::Source;
use domain::wire::SourceLine;
use sfu::Outbox;
use tokio::sync::mpsc;

use super::Media;
use super::MediaConfig;
use super::signals::Command;
use super::socket;
use super::socket::BatchSocket;

const LOCAL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn config(first_port: u16, workers: usize) -> MediaConfig {
    MediaConfig { bind: LOCAL, advertise: vec![], first_port, tcp: false, workers, seats_per_worker: 100 }
}

/// What a browser offers.
const OFFER: &str = include_str!("../../../fuzz/seeds/offer/browser.sdp");

fn offer() -> Offer {
    let line = |mid: &str, source| SourceLine { mid: mid.to_owned(), source };
    let sources = vec![line("0", Source::Microphone), line("1", Source::Camera)];
    Offer { id: 1, sdp: OFFER.to_owned(), sources, fresh: true }
}

fn garbage(id: u32) -> Offer {
    Offer { id, sdp: "garbage".into(), sources: vec![], fresh: true }
}

#[tokio::test]
async fn an_offer_is_answered_and_a_bad_one_refused() {
    let media = Media::start(config(0, 2)).unwrap();
    let (events, _told) = mpsc::channel(4);
    let meeting = MeetingId::from_entropy([1; 16]);
    let seat = media.enter(&meeting, ParticipantId::from_entropy([1; 16]), events).unwrap();
    assert_eq!(seat.want(vec![]), Ok(()));
    assert_eq!(seat.publish(Publishing::default()), Ok(()));
    for id in 0..3 {
        assert!(matches!(seat.offer(garbage(id)).await, Err(Problem::BadOffer { .. })));
    }
    media.stop();
    assert_eq!(seat.offer(garbage(9)).await, Err(Problem::Stopping));
}

#[tokio::test]
async fn a_worker_that_panics_takes_down_its_own_meetings_and_begins_anew_on_its_port() {
    let media = Media::start(config(0, 2)).unwrap();
    let enter = |meeting: u8| {
        let (events, told) = mpsc::channel(4);
        let (meeting, participant) =
            (MeetingId::from_entropy([meeting; 16]), ParticipantId::from_entropy([meeting; 16]));
        (media.enter(&meeting, participant, events).unwrap(), told)
    };
    let ((ann, mut told), (bob, mut untouched)) = (enter(1), enter(2));
    let before = ann.offer(offer()).await.unwrap();
    media.command(ann.worker, Command::Panic).unwrap();
    while told.recv().await.is_some() {}
    assert!(bob.offer(offer()).await.is_ok());
    assert_eq!(untouched.try_recv(), Err(mpsc::error::TryRecvError::Empty));
    assert_eq!(ann.offer(offer()).await, Err(Problem::Busy), "the seat is gone");
    let worker = ann.worker;
    drop(ann);
    let (again, _told) = enter(1);
    assert_eq!(again.worker, worker);
    let after = again.offer(offer()).await.unwrap();
    let port = |answer: &str| {
        answer.lines().find_map(|line| line.strip_prefix("a=candidate:")?.split(' ').nth(5)?.parse::<u16>().ok())
    };
    assert_eq!(port(&before), port(&after));
    media.stop();
}

#[test]
fn a_port_in_use_is_named() {
    let first = Media::start(config(0, 1)).unwrap();
    let taken = std::net::UdpSocket::bind((LOCAL, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Media::start(config(port, 1)).err().unwrap();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
    first.stop();
}

#[test]
fn meetings_spread_over_the_workers_and_stay_where_they_are() {
    let media = Media::start(config(0, 2)).unwrap();
    let enter = |meeting: u8, participant: u8| {
        let (events, _) = mpsc::channel(1);
        let meeting = MeetingId::from_entropy([meeting; 16]);
        media.enter(&meeting, ParticipantId::from_entropy([participant; 16]), events).unwrap()
    };
    let (ann, bob) = (enter(1, 1), enter(1, 2));
    let (cat, dan) = (enter(2, 3), enter(3, 4));
    assert_eq!(ann.worker, bob.worker);
    assert_ne!(ann.worker, cat.worker, "the second meeting goes to the free worker");
    assert_eq!(dan.worker, cat.worker, "the third to the one with fewer people");
    drop((ann, bob));
    assert_ne!(enter(4, 5).worker, cat.worker, "who left is not counted");
    media.stop();
}

#[tokio::test]
async fn ipv4_and_ipv6_are_named_in_every_answer_where_both_are_served() {
    let advertise = vec![LOCAL, Ipv6Addr::LOCALHOST.into()];
    let bind = Ipv6Addr::UNSPECIFIED.into();
    let media = Media::start(MediaConfig { bind, advertise, tcp: true, ..config(0, 1) }).unwrap();
    let (events, _told) = mpsc::channel(4);
    let seat = media.enter(&MeetingId::from_entropy([1; 16]), ParticipantId::from_entropy([1; 16]), events).unwrap();
    let answer = seat.offer(offer()).await.unwrap();
    let candidates: Vec<&str> = answer.lines().filter(|line| line.starts_with("a=candidate:")).collect();
    for address in ["127.0.0.1", "::1"] {
        for way in ["udp", "tcp"] {
            let named = |line: &&str| line.split(' ').nth(2) == Some(way) && line.split(' ').nth(4) == Some(address);
            assert!(candidates.iter().any(named), "{address} by {way}: {answer}");
        }
    }
    media.stop();
}

#[test]
fn one_socket_hears_ipv4_and_ipv6_and_answers_both() {
    let bound = socket::bind(Ipv6Addr::UNSPECIFIED.into(), 0).unwrap();
    let port = bound.local_addr().unwrap().as_socket().unwrap().port();
    let mut socket = BatchSocket::new(bound).unwrap();
    for address in [LOCAL, Ipv6Addr::LOCALHOST.into()] {
        let other = UdpSocket::bind((address, 0)).unwrap();
        other.send_to(b"hello", (address, port)).unwrap();
        let mut heard = Vec::new();
        socket.receive(|from, bytes| heard.push((from, bytes.to_vec())));
        assert_eq!(heard, [(other.local_addr().unwrap(), b"hello".to_vec())]);
        let mut answer = Outbox::default();
        answer.push(other.local_addr().unwrap(), |slab| slab.extend(b"welcome"));
        assert_eq!(socket.send(&answer), 0);
        let mut buffer = [0; 100];
        let (octets, from) = other.recv_from(&mut buffer).unwrap();
        assert_eq!((&buffer[..octets], from), (&b"welcome"[..], SocketAddr::new(address, port)));
    }
}
