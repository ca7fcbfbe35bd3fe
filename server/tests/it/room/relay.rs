//! What the server says about relays.

use std::time::Duration;

use crate::house::House;
use crate::room::client::Client;

const SECRET: &str = "a secret between two servers";

#[tokio::test]
async fn each_visit_gets_an_admission_of_its_own_to_the_relays() {
    let urls = "turn:turn.example.org:3478,turns:turn.example.org:443?transport=tcp";
    let variables = [("CONFAB_TURN_URLS", urls), ("CONFAB_TURN_SECRET", SECRET), ("CONFAB_TURN_TTL", "2h")];
    let house = House::start_with(&variables).await;
    let meeting = house.create_meeting("Round", None).await;
    let (_ann, first) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    let (_bob, second) = Client::enter(house.addr(), &meeting, "Bob", None).await;
    let (first, second) = (first.ice_servers.first().unwrap(), second.ice_servers.first().unwrap());
    assert_eq!(first.urls.join(","), urls);
    assert_ne!((&first.username, &first.credential), (&second.username, &second.credential));
    let (until, _) = first.username.split_once(':').unwrap();
    let left = until.parse::<i64>().unwrap() - server::clock::now().as_millis() / 1000;
    let two_hours = Duration::from_secs(2 * 3600).as_secs() as i64;
    assert!((two_hours - 60..=two_hours).contains(&left), "{left}");
    assert!(!first.credential.contains(SECRET));
}

#[tokio::test]
async fn without_relays_nothing_is_said_about_them() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", None).await;
    let (_ann, welcome) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    assert_eq!(welcome.ice_servers, []);
}
