//! People come and go: nothing of them stays.

use domain::wire::ClientMessage;
use domain::wire::Offer;
use domain::wire::Publishing;
use domain::wire::ServerMessage;
use domain::wire::Source;
use domain::wire::SourceLine;

use crate::house::House;
use crate::room::client::Client;

/// What a browser offers.
const OFFER: &str = include_str!("../../../../fuzz/seeds/offer/browser.sdp");

/// People who come, and how many of them are there together.
const PEOPLE: usize = 200;
const TOGETHER: usize = 10;

/// What is counted of people.
const GAUGES: [&str; 5] = [
    "confab_seats",
    "confab_websocket_sessions",
    "confab_meetings_running",
    "confab_media_connections",
    "confab_media_conferences",
];

fn offer() -> ClientMessage {
    let line = |mid: &str, source| SourceLine { mid: mid.to_owned(), source };
    let sources = vec![line("0", Source::Microphone), line("1", Source::Camera)];
    ClientMessage::Offer(Offer { id: 1, sdp: OFFER.to_owned(), sources, fresh: true })
}

async fn gauges(house: &House) -> [u64; GAUGES.len()] {
    let text = house.browser().get("/metrics").await.text;
    GAUGES.map(|name| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap().parse().unwrap()
    })
}

/// Reads the gauges until they are what they must become; the test's own end is the limit.
async fn become_so(house: &House, wanted: impl Fn(&[u64; GAUGES.len()]) -> bool) {
    while !wanted(&gauges(house).await) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn after_two_hundred_have_come_and_gone_nothing_of_them_is_left() {
    let house = House::start_with(&[("CONFAB_METRICS_FROM", "127.0.0.1,::1")]).await;
    let meeting = house.create_meeting("Round", None).await;
    for _ in 0..PEOPLE / TOGETHER {
        let mut people = Vec::new();
        for _ in 0..TOGETHER {
            let (mut client, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
            client.say(&offer()).await;
            client.until(|message| matches!(message, ServerMessage::Answer { .. }).then_some(())).await;
            client.say(&ClientMessage::Publish(Publishing { camera: true, ..Publishing::default() })).await;
            people.push(client);
        }
        for mut client in people {
            client.say(&ClientMessage::Leave).await;
            client.bye().await;
        }
    }
    let patience = std::time::Duration::from_secs(20);
    let cleared = become_so(&house, |gauges| gauges.iter().all(|gauge| *gauge == 0));
    assert!(tokio::time::timeout(patience, cleared).await.is_ok(), "{GAUGES:?}: {:?}", gauges(&house).await);
}
