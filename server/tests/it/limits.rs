//! Doors that take a secret open only so often.

use domain::Problem;
use futures::future::join_all;

use crate::harness::Answer;
use crate::harness::Browser;
use crate::harness::Harness;
use crate::harness::PASSWORD;
use crate::house::House;
use crate::room::client::Client;
use crate::room::with_password;

#[tokio::test]
async fn guessing_a_password_is_slowed_down_and_says_for_how_long() {
    let server = Harness::start().await;
    server.account("ann").await;
    let eve = server.browser();
    let mut wrong = 0;
    let refused = loop {
        let answer = eve.sign_in("ann@example.org", "wrong password").await;
        match answer.problem().as_str() {
            "wrong_credentials" => wrong += 1,
            _ => break answer,
        }
        assert!(wrong < 20);
    };
    assert_eq!((refused.status, refused.problem().as_str()), (429, "too_many_attempts"));
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0);
    // An address that nobody has runs into the same wall.
    for _ in 0..wrong {
        assert_eq!(eve.sign_in("nobody@example.org", "wrong password").await.problem(), "wrong_credentials");
    }
    assert_eq!(eve.sign_in("nobody@example.org", "wrong password").await.problem(), "too_many_attempts");
}

#[tokio::test]
async fn sm_28_guessing_a_meetings_password_is_slowed_down() {
    let server = Harness::start().await;
    let id = server.account("ann").await.meeting("Round", "open sesame").await;
    let eve = server.browser();
    for _ in 0..20 {
        let answer = eve.call("check-meeting-password", &[("id", &id), ("password", "guess")]).await;
        if answer.problem() == "too_many_attempts" {
            return;
        }
    }
    panic!("twenty guesses in a row");
}

#[tokio::test(flavor = "multi_thread")]
async fn sm_28_thirty_people_behind_one_address_know_the_password() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", Some("open sesame")).await;
    let (browser, fields) = (house.browser(), [("id", meeting.as_str()), ("password", "open sesame")]);
    let doors = (0..30).map(|_| browser.call("check-meeting-password", &fields));
    for answer in join_all(doors).await {
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let (addr, to) = (house.addr(), &meeting);
    let visits = (0..30).map(|_| async move {
        let mut client = Client::connect(addr, to, None).await;
        client.say(&with_password("open sesame")).await;
        client.welcome().await;
        client
    });
    assert_eq!(join_all(visits).await.len(), 30);
}

#[tokio::test]
async fn sm_28_wrong_passwords_are_still_bounded_whoever_comes_in_meanwhile() {
    let house = House::start().await;
    let meeting = house.create_meeting("Round", Some("open sesame")).await;
    let browser = house.browser();
    let check = async |password: &str| {
        browser.call("check-meeting-password", &[("id", meeting.as_str()), ("password", password)]).await
    };
    let mut wrong = 0;
    while check("guess").await.problem() == "wrong_meeting_password" {
        wrong += 1;
        assert!(wrong < 20);
        let right = check("open sesame").await;
        assert!(right.status == 200 || right.problem() == "too_many_attempts", "{right:?}");
    }
    assert!(wrong >= 10, "{wrong}");
    // From here on nobody learns from this address whether a password is right, on no way.
    let mut client = Client::connect(house.addr(), &meeting, None).await;
    for password in ["guess", "open sesame"] {
        client.say(&with_password(password)).await;
        assert!(matches!(client.error().await, Problem::TooManyAttempts { retry_after: 1.. }), "{password}");
    }
}

#[tokio::test]
async fn whoever_knows_their_password_signs_in_as_often_as_they_like() {
    let server = Harness::start().await;
    server.account("ann").await;
    for _ in 0..20 {
        assert_eq!(server.browser().sign_in("ann@example.org", PASSWORD).await.status, 200);
    }
}

#[tokio::test]
async fn the_present_password_cannot_be_guessed_from_a_stolen_session() {
    let server = Harness::start().await;
    let ann = server.account("ann").await;
    for _ in 0..20 {
        let fields = [("present", "guess"), ("new", "a new password"), ("again", "a new password")];
        if ann.call("change-password", &fields).await.problem() == "too_many_attempts" {
            return;
        }
    }
    panic!("twenty guesses in a row");
}

#[tokio::test]
async fn behind_a_proxy_each_client_is_counted_by_itself() {
    let server = Harness::start_with(&[("CONFAB_TRUST_PROXY", "true")]).await;
    let eve = server.browser();
    let knock = async |from: &str| {
        let request = eve.client.post(format!("{}/api/sign-in", eve.base)).header("x-forwarded-for", from);
        let form = [("email", "ann@example.org"), ("password", "wrong password")];
        request.form(&form).send().await.unwrap().status().as_u16()
    };
    while knock("192.0.2.1").await != 429 {}
    assert_eq!(knock("192.0.2.2").await, 401);
    assert_eq!(knock("192.0.2.2, 192.0.2.1").await, 429);
}

/// Calls a function from an address again and again, until it answers that this is too often.
async fn knock_until_refused(browser: &Browser, function: &str, fields: &[(&str, &str)], from: &str) -> Answer {
    for _ in 0..2_000 {
        let answer = knock(browser, function, fields, from).await;
        if answer.status == 429 {
            return answer;
        }
    }
    panic!("{function} was called two thousand times in a row");
}

async fn knock(browser: &Browser, function: &str, fields: &[(&str, &str)], from: &str) -> Answer {
    let request = browser.client.post(format!("{}/api/{function}", browser.base)).header("x-forwarded-for", from);
    Answer::of(request.form(fields).send().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn whatever_takes_a_link_or_makes_an_account_closes_after_a_while_and_says_for_how_long() {
    let open = Harness::start_with(&[("CONFAB_TRUST_PROXY", "true")]).await;
    let invited = Harness::start_with(&[("CONFAB_TRUST_PROXY", "true"), ("CONFAB_SIGN_UP", "invitation")]).await;
    let person = [("name", "Eve"), ("email", "eve@example.org"), ("password", PASSWORD)];
    let token = [("token", "guessed")];
    let doors = [
        (&open, "set-up", [&token[..], &person[..]].concat()),
        (&open, "sign-up", person.to_vec()),
        (&invited, "sign-up", person.to_vec()),
        (&invited, "sign-up", [&[("invitation", "guessed")][..], &person[..]].concat()),
        (&open, "check-set-up-link", token.to_vec()),
        (&open, "check-invitation", token.to_vec()),
        (&open, "check-password-link", token.to_vec()),
        (&open, "choose-password", [&token[..], &[("password", PASSWORD)][..]].concat()),
    ];
    for (number, (server, function, fields)) in doors.iter().enumerate() {
        let browser = server.browser();
        let refused = knock_until_refused(&browser, function, fields, &format!("192.0.2.{number}")).await;
        assert_eq!(refused.problem(), "too_many_attempts", "{function}");
        assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0, "{function}");
        let elsewhere = knock(&browser, function, fields, &format!("198.51.100.{number}")).await;
        assert_ne!(elsewhere.status, 429, "{function}: another address is another quota");
    }
}
