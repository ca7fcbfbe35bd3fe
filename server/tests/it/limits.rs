//! Doors that take a secret open only so often.

use crate::harness::Harness;

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
