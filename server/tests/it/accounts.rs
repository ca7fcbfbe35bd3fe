//! Accounts, sessions and one-time links.

use domain::MeetingId;
use domain::Problem;
use serde_json::Value;

use crate::harness::Browser;
use crate::harness::Harness;
use crate::harness::PASSWORD;
use crate::program::Program;
use crate::room::client::Client;
use crate::room::client::hello;

#[tokio::test]
async fn the_first_start_prints_a_link_that_makes_one_administrator() {
    let server = Harness::start().await;
    let link = server.running.set_up_link.clone().unwrap();
    assert!(link.starts_with(&format!("http://localhost:{}/setup?token=", server.addr().port())), "{link}");
    let root = server.administrator().await;
    let visitor: Value = root.call("visitor", &[]).await.json();
    assert_eq!(visitor["account"]["administrator"], true);
    let token = link.split_once("token=").unwrap().1;
    assert_eq!(server.browser().call("check-set-up-link", &[("token", token)]).await.problem(), "link_expired");
    let opened = server.browser().get(&format!("/setup?token={token}")).await;
    assert_eq!(opened.status, 410);
    assert!(opened.text.contains("This link no longer works") && !opened.text.contains("<form"), "{}", opened.text);
    let again = [("token", token), ("name", "Eve"), ("email", "eve@example.org"), ("password", PASSWORD)];
    assert_eq!(server.browser().call("set-up", &again).await.problem(), "link_expired");
}

#[tokio::test]
async fn a_set_up_link_that_was_guessed_opens_nothing() {
    let server = Harness::start().await;
    for token in ["", "x", &"A".repeat(43)] {
        let fields = [("token", token), ("name", "Eve"), ("email", "eve@example.org"), ("password", PASSWORD)];
        assert_eq!(server.browser().call("set-up", &fields).await.problem(), "link_expired", "{token}");
    }
}

#[tokio::test]
async fn somebody_signs_up_signs_out_and_signs_in() {
    let server = Harness::start().await;
    let ann = server.account("ann").await;
    assert_eq!(ann.signed_in_as().await.as_deref(), Some("ann"));
    assert_eq!(ann.call("sign-out", &[]).await.status, 200);
    assert_eq!(ann.signed_in_as().await, None);
    assert_eq!(ann.sign_in(" Ann@Example.org ", PASSWORD).await.status, 200);
    assert_eq!(ann.signed_in_as().await.as_deref(), Some("ann"));
}

#[tokio::test]
async fn the_answer_is_the_same_for_an_unknown_address_and_a_wrong_password() {
    let server = Harness::start().await;
    server.account("ann").await;
    let wrong = server.browser().sign_in("ann@example.org", "wrong password").await;
    let unknown = server.browser().sign_in("nobody@example.org", "wrong password").await;
    assert_eq!((wrong.status, &wrong.text), (unknown.status, &unknown.text));
    assert_eq!(wrong.problem(), "wrong_credentials");
    assert!(wrong.headers.get("set-cookie").is_none());
    // Signing up with an address that somebody has says what signing in would say.
    let taken = server.browser().sign_up("eve", "ann@example.org", "another password").await;
    assert_eq!((taken.status, &taken.text), (wrong.status, &wrong.text));
}

#[tokio::test]
async fn whoever_signs_up_twice_with_the_right_password_is_signed_in() {
    let server = Harness::start().await;
    server.account("ann").await;
    let again = server.browser();
    assert_eq!(again.sign_up("Ann Lee", "ann@example.org", PASSWORD).await.status, 200);
    assert_eq!(again.signed_in_as().await.as_deref(), Some("ann"));
}

#[tokio::test]
async fn forms_of_accounts_work_without_javascript() {
    let server = Harness::start().await;
    let ann = server.browser();
    let person = [("name", "Ann"), ("email", "ann@example.org"), ("password", PASSWORD), ("next", "/c/abc-defg-hij")];
    let answer = ann.post("sign-up", &person, "/sign-up").await;
    assert_eq!((answer.status, answer.location()), (302, "/c/abc-defg-hij"));
    assert_eq!(ann.signed_in_as().await.as_deref(), Some("Ann"));
    let wrong = [("email", "ann@example.org"), ("password", "wrong password")];
    let answer = server.browser().post("sign-in", &wrong, "/sign-in").await;
    assert_eq!(answer.status, 302, "{answer:?}");
    assert!(answer.location().contains("/sign-in?"), "{}", answer.location());
}

#[tokio::test]
async fn without_javascript_a_refused_form_gives_back_what_was_typed_but_no_secret() {
    let server = Harness::start().await;
    let ann = server.browser();
    let fields = [("name", "Ann <3 Lee"), ("email", "ann@example"), ("password", "tiny")];
    let back = ann.post("sign-up", &fields, "/sign-up?next=%2Fc%2Fabc-defg-hij").await;
    for line in back.headers.get_all("set-cookie") {
        let line = line.to_str().unwrap();
        assert!(!line.contains("tiny") && line.contains("HttpOnly"), "{line}");
    }
    let page = ann.get(path_of(back.location())).await.text;
    assert!(page.contains("value=\"Ann &lt;3 Lee\"") && page.contains("value=\"ann@example\""), "{page}");
    assert!(!page.contains("tiny"));
    // Another page, and the same one without the refusal, know nothing of it.
    for elsewhere in ["/sign-up".to_owned(), path_of(back.location()).replacen("sign-up", "sign-in", 1)] {
        assert!(!ann.get(&elsewhere).await.text.contains("ann@example"), "{elsewhere}");
    }
    let fields = [("name", "Ann"), ("email", "ann@example.org"), ("password", PASSWORD)];
    let done = ann.post("sign-up", &fields, "/sign-up").await;
    let mut lines = done.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    assert!(lines.any(|line| line.starts_with("confab-typed=;") && line.contains("Max-Age=0")), "{done:?}");
}

fn path_of(location: &str) -> &str {
    location.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..])).unwrap_or(location)
}

#[tokio::test]
async fn nobody_is_sent_to_another_site_after_signing_in() {
    let server = Harness::start().await;
    server.account("ann").await;
    let fields = [("email", "ann@example.org"), ("password", PASSWORD), ("next", "//evil.example")];
    assert_eq!(server.browser().post("sign-in", &fields, "/sign-in").await.location(), "/meetings");
}

#[tokio::test]
async fn the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites() {
    let server = Harness::start().await;
    let answer = server.browser().sign_up("ann", "ann@example.org", PASSWORD).await;
    let cookie = answer.header("set-cookie");
    for part in ["confab=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_and_no_other_account_s() {
    let server = Harness::start().await;
    let (phone, ben) = (server.account("ann").await, server.account("ben").await);
    let laptop = server.browser();
    laptop.sign_in("ann@example.org", PASSWORD).await;
    assert_eq!(phone.call("sign-out-everywhere", &[]).await.status, 200);
    assert_eq!((phone.signed_in_as().await, laptop.signed_in_as().await), (None, None));
    assert!(ben.signed_in_as().await.is_some());
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let server = Harness::start().await;
    let here = server.account("ann").await;
    let there = server.browser();
    there.sign_in("ann@example.org", PASSWORD).await;
    let change = async |present: &str, new: &str, again: &str| {
        here.call("change-password", &[("present", present), ("new", new), ("again", again)]).await
    };
    assert_eq!(change("wrong", "a new password", "a new password").await.problem(), "wrong_present_password");
    assert_eq!(change(PASSWORD, "a new password", "another").await.problem(), "passwords_differ");
    assert_eq!(change(PASSWORD, "short", "short").await.problem(), "too_short");
    assert_eq!(change(PASSWORD, "a new password", "a new password").await.status, 200);
    assert!(here.signed_in_as().await.is_some());
    assert_eq!(there.signed_in_as().await, None);
    assert_eq!(there.sign_in("ann@example.org", PASSWORD).await.problem(), "wrong_credentials");
    assert_eq!(there.sign_in("ann@example.org", "a new password").await.status, 200);
}

#[tokio::test]
async fn whoever_is_signed_out_leaves_the_meetings_that_they_are_in_and_nobody_else_does() {
    let server = Harness::start().await;
    let meeting = MeetingId::find_in(&server.account("olga").await.meeting("Round", "").await).unwrap();
    let enter = async |cookie: Option<&str>| Client::enter(server.addr(), &meeting, "Ann", cookie).await.0;
    let (here, there) = (server.browser(), server.browser());
    let cookie = here.sign_up("ann", "ann@example.org", PASSWORD).await.cookie();
    let (mut guest, mut phone) = (enter(None).await, enter(Some(&*cookie)).await);

    let elsewhere = there.sign_in("ann@example.org", PASSWORD).await.cookie();
    let mut laptop = enter(Some(&*elsewhere)).await;
    let fields = [("present", PASSWORD), ("new", "a new password"), ("again", "a new password")];
    assert_eq!(here.call("change-password", &fields).await.status, 200);
    assert_eq!(laptop.bye().await, Some(Problem::SignedOut));
    phone.is_alive().await;

    let elsewhere = there.sign_in("ann@example.org", "a new password").await.cookie();
    let mut laptop = enter(Some(&*elsewhere)).await;
    assert_eq!(there.call("sign-out", &[]).await.status, 200);
    assert_eq!(laptop.bye().await, Some(Problem::SignedOut));
    phone.is_alive().await;

    let mut slow = Client::connect(server.addr(), &meeting, Some(&cookie)).await;
    assert_eq!(here.call("sign-out-everywhere", &[]).await.status, 200);
    assert_eq!(phone.bye().await, Some(Problem::SignedOut));
    slow.say(&hello("Ann")).await;
    assert_eq!(slow.bye().await, Some(Problem::SignedOut), "nobody comes in by a session that is over");
    guest.is_alive().await;
}

#[tokio::test]
async fn a_name_is_changed_for_all_sessions() {
    let server = Harness::start().await;
    let ann = server.account("ann").await;
    assert_eq!(ann.call("rename", &[("name", "  ")]).await.problem(), "missing");
    assert_eq!(ann.call("rename", &[("name", " Ann  Lee ")]).await.status, 200);
    assert_eq!(ann.signed_in_as().await.as_deref(), Some("Ann Lee"));
    assert_eq!(server.browser().call("rename", &[("name", "Eve")]).await.problem(), "sign_in_first");
}

#[tokio::test]
async fn where_invitations_are_needed_one_link_makes_one_account() {
    let server = Harness::start_with(&[("CONFAB_SIGN_UP", "invitation")]).await;
    let root = server.administrator().await;
    let person = |invitation: &str, name: &str| {
        let (browser, email) = (server.browser(), format!("{name}@example.org"));
        let (invitation, name) = (invitation.to_owned(), name.to_owned());
        async move {
            let fields = [("invitation", &*invitation), ("name", &*name), ("email", &*email), ("password", PASSWORD)];
            (browser.call("sign-up", &fields).await, browser)
        }
    };
    assert_eq!(person("", "ann").await.0.problem(), "invitation_needed");
    assert_eq!(person("nonsense", "ann").await.0.problem(), "link_expired");
    let token = invited(&root).await;
    let opened = async |token: &str| server.browser().get(&format!("/sign-up?invitation={token}")).await.status;
    assert_eq!((opened(&token).await, opened("nonsense").await), (200, 410));
    let (answer, ann) = person(&token, "ann").await;
    assert_eq!(answer.status, 200);
    assert_eq!(person(&token, "ben").await.0.problem(), "link_expired");
    assert_eq!(opened(&token).await, 410);
    // Only administrators see and make invitations.
    for function in ["invite", "invitations"] {
        assert_eq!(ann.call(function, &[]).await.problem(), "not_allowed");
        assert_eq!(server.browser().call(function, &[]).await.problem(), "sign_in_first");
    }
    let revoked = invited(&root).await;
    let open: Value = root.call("invitations", &[]).await.json();
    assert_eq!(open.as_array().unwrap().len(), 1);
    let id = open[0]["id"].as_str().unwrap();
    assert_eq!(ann.call("revoke-invitation", &[("id", id)]).await.problem(), "not_allowed");
    assert_eq!(root.call("revoke-invitation", &[("id", id)]).await.status, 200);
    assert_eq!(person(&revoked, "ben").await.0.problem(), "link_expired");
}

/// Makes an invitation and answers its token.
async fn invited(administrator: &Browser) -> String {
    let path: String = administrator.call("invite", &[]).await.json();
    path.strip_prefix("/sign-up?invitation=").unwrap().to_owned()
}

#[tokio::test]
async fn where_sign_up_is_closed_nobody_makes_an_account() {
    let server = Harness::start_with(&[("CONFAB_SIGN_UP", "closed")]).await;
    assert_eq!(server.browser().sign_up("ann", "ann@example.org", PASSWORD).await.problem(), "sign_up_closed");
    let policy: String = server.browser().call("sign-up-policy", &[]).await.json();
    assert_eq!(policy, "closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_survive_a_restart_and_a_set_up_link_is_printed_until_one_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let set_up = async |link: &str, base: &str| {
        let token = link.split_once("token=").unwrap().1;
        let person = [("token", token), ("name", "Root"), ("email", "root@example.org"), ("password", PASSWORD)];
        Browser::new(base.to_owned()).call("set-up", &person).await.status
    };
    let first = Program::start(folder.path());
    let ann = Browser::new(first.base.clone());
    ann.sign_up("ann", "ann@example.org", PASSWORD).await;
    let old_link = first.set_up_link.clone().unwrap();
    assert_eq!(first.terminate(), Some(0));

    let second = Program::start(folder.path());
    let ann = Browser { base: second.base.clone(), ..ann };
    assert_eq!(ann.signed_in_as().await.as_deref(), Some("ann"));
    assert_eq!(set_up(&old_link, &second.base).await, 410);
    assert_eq!(set_up(second.set_up_link.as_ref().unwrap(), &second.base).await, 200);
    assert_eq!(second.terminate(), Some(0));

    let third = Program::start(folder.path());
    assert_eq!(third.set_up_link, None);
    third.kill();
}
