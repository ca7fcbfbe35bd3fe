//! What administrators see of all accounts, and decide about one.

use std::path::Path;
use std::process::Command;

use domain::MeetingId;
use domain::Problem;
use domain::wire::Update;
use serde_json::Value;

use crate::harness::Answer;
use crate::harness::Browser;
use crate::harness::Harness;
use crate::harness::PASSWORD;
use crate::program::Program;
use crate::room::client::Client;

const NEW: &str = "three green chairs";

/// What a page of the list says about whoever is found.
async fn people(administrator: &Browser, search: &str, page: &str) -> Value {
    administrator.call("people", &[("search", search), ("page", page)]).await.json()
}

fn names(people: &Value) -> Vec<&str> {
    people["people"].as_array().unwrap().iter().map(|person| person["account"]["name"].as_str().unwrap()).collect()
}

async fn id_of(administrator: &Browser, name: &str) -> String {
    let found = people(administrator, name, "0").await;
    assert_eq!(names(&found), [name]);
    found["people"][0]["account"]["id"].as_str().unwrap().to_owned()
}

/// Makes a link for a new password and answers its token.
async fn password_link(administrator: &Browser, person: &str) -> String {
    let path: String = administrator.call("make-password-link", &[("person", person)]).await.json();
    path.strip_prefix("/new-password?token=").unwrap().to_owned()
}

async fn set_administrator(by: &Browser, person: &str, administrator: bool) -> Answer {
    let mut fields = vec![("person", person)];
    fields.extend(administrator.then_some(("administrator", "on")));
    by.call("set-administrator", &fields).await
}

#[tokio::test]
async fn only_administrators_see_and_change_the_accounts_of_others() {
    let server = Harness::start().await;
    let (root, ann) = (server.administrator().await, server.account("ann").await);
    let person = id_of(&root, "ann").await;
    let fields = [("person", &*person), ("search", ""), ("page", "0"), ("administrator", "on")];
    for function in ["people", "make-password-link", "set-administrator", "delete-account"] {
        assert_eq!(ann.call(function, &fields).await.problem(), "not_allowed", "{function}");
        assert_eq!(server.browser().call(function, &fields).await.problem(), "sign_in_first", "{function}");
    }
    assert_eq!(ann.signed_in_as().await.as_deref(), Some("ann"));
    let refused = ann.get("/people").await;
    assert_eq!(refused.status, 403);
    assert!(!refused.text.contains("root@example.org"));
    assert_eq!(server.browser().get("/people").await.status, 302);
    let shown = root.get("/people").await;
    assert_eq!(shown.status, 200);
    assert!(shown.text.contains("ann@example.org") && !shown.text.contains("argon2"), "{}", shown.text);
    // The way there is shown to nobody else.
    assert!(root.get("/account").await.text.contains("href=\"/people\""));
    assert!(!ann.get("/account").await.text.contains("href=\"/people\""));
}

#[tokio::test]
async fn people_are_found_by_name_or_address_and_listed_a_page_at_a_time() {
    let server = Harness::start_with(&[("CONFAB_TRUST_PROXY", "true")]).await;
    let root = server.administrator().await;
    for number in 1..=52 {
        numbered(&server, number).await;
    }
    let first = people(&root, "", "0").await;
    assert_eq!((names(&first).len(), first["more"].as_bool()), (50, Some(true)));
    assert_eq!(names(&first)[0], "person 01");
    let second = people(&root, "", "1").await;
    assert_eq!((names(&second), second["more"].as_bool()), (vec!["person 51", "person 52", "Root"], Some(false)));
    assert!(names(&people(&root, "", "4294967295").await).is_empty());
    assert_eq!(names(&people(&root, " ROOT@ ", "0").await), ["Root"]);
    assert_eq!(names(&people(&root, "n 07", "0").await), ["person 07"]);
    assert!(names(&people(&root, "' OR true", "0").await).is_empty());
    assert!(root.get("/people?search=ROOT").await.text.contains("root@example.org"));
}

/// Makes an account with a number, from a network of its own: from one nobody makes so many.
async fn numbered(server: &Harness, number: u32) {
    let browser = server.browser();
    let fields = [
        ("name", format!("person {number:02}")),
        ("email", format!("p{number:02}@example.org")),
        ("password", PASSWORD.to_owned()),
    ];
    let request = browser.client.post(format!("{}/api/sign-up", browser.base)).header("origin", &browser.base);
    let request = request.header("x-forwarded-for", format!("192.0.2.{number}")).form(&fields);
    assert_eq!(request.send().await.unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn a_link_for_a_new_password_works_once_ends_all_sessions_and_signs_in() {
    let server = Harness::start().await;
    let (root, ann) = (server.administrator().await, server.account("ann").await);
    let person = id_of(&root, "ann").await;
    let old = password_link(&root, &person).await;
    let link = password_link(&root, &person).await;
    let opened = async |token: &str| server.browser().get(&format!("/new-password?token={token}")).await;
    let page = opened(&link).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("ann@example.org") && page.text.contains("<form"), "{}", page.text);
    let here = server.browser();
    let choose = async |token: &str, password: &str| {
        here.call("choose-password", &[("token", token), ("password", password)]).await
    };
    assert_eq!(choose(&link, "short").await.problem(), "too_short");
    assert_eq!(ann.signed_in_as().await.as_deref(), Some("ann"));
    assert_eq!(choose(&link, NEW).await.status, 200);
    assert_eq!((ann.signed_in_as().await, here.signed_in_as().await.as_deref()), (None, Some("ann")));
    assert_eq!(server.browser().sign_in("ann@example.org", PASSWORD).await.problem(), "wrong_credentials");
    assert_eq!(server.browser().sign_in("ann@example.org", NEW).await.status, 200);
    assert_eq!(root.signed_in_as().await.as_deref(), Some("Root"));
    // Replaced, used and never made: all the same, to read and to use.
    let never = "A".repeat(43);
    let used = choose(&link, NEW).await;
    assert_eq!((used.status, &*used.problem()), (410, "link_expired"));
    for token in [&*old, &*never, "nonsense"] {
        let refused = choose(token, NEW).await;
        assert_eq!((refused.status, &refused.text), (used.status, &used.text), "{token}");
        let page = opened(token).await;
        assert_eq!(page.status, 410);
        assert!(page.text.contains("This link no longer works") && !page.text.contains("<form"), "{}", page.text);
    }
    assert_eq!(
        root.call("make-password-link", &[("person", "acc_00000000000000000000000000")]).await.problem(),
        "bad_id"
    );
}

#[tokio::test]
async fn a_link_for_a_new_password_is_made_and_used_without_javascript() {
    let server = Harness::start().await;
    let (root, _) = (server.administrator().await, server.account("ann").await);
    let person = id_of(&root, "ann").await;
    let next = format!("/people?search=ann&link={person}");
    let made = root.post("make-password-link", &[("person", &person), ("next", &next)], &next).await;
    assert_eq!(made.status, 302);
    assert!(made.location().starts_with(&format!("{next}&made=")), "{}", made.location());
    let page = root.get(made.location()).await;
    assert!(page.text.contains("/new-password?token="), "{}", page.text);
    // The address of the page puts no foreign link there.
    let foreign = root.get(&format!("{next}&made=https%3A%2F%2Fevil.example")).await;
    assert!(!foreign.text.contains("value=\"https://evil.example"), "{}", foreign.text);
    assert!(!foreign.text.contains("It is shown only now"), "{}", foreign.text);
    let token = password_link(&root, &person).await;
    let fields = [("token", &*token), ("password", NEW)];
    let chosen = server.browser().post("choose-password", &fields, "/new-password").await;
    assert_eq!((chosen.status, chosen.location()), (302, "/meetings"));
}

#[tokio::test]
async fn links_for_new_passwords_cannot_be_guessed_in_a_row() {
    let server = Harness::start().await;
    let eve = server.browser();
    for _ in 0..30 {
        let answer = eve.call("choose-password", &[("token", "guess"), ("password", NEW)]).await;
        match &*answer.problem() {
            "link_expired" => (),
            "too_many_attempts" => return,
            other => panic!("{other}"),
        }
    }
    panic!("thirty guesses in a row");
}

#[tokio::test]
async fn administrators_are_made_and_unmade_at_once_but_never_the_last_one() {
    let server = Harness::start().await;
    let (root, ann) = (server.administrator().await, server.account("ann").await);
    let (root_id, ann_id) = (id_of(&root, "Root").await, id_of(&root, "ann").await);
    assert_eq!(set_administrator(&root, &root_id, false).await.problem(), "last_administrator");
    assert_eq!(root.call("delete-account", &[("person", &root_id)]).await.problem(), "last_administrator");
    assert_eq!(set_administrator(&root, &ann_id, true).await.status, 200);
    assert_eq!(names(&people(&ann, "", "0").await), ["ann", "Root"]);
    assert_eq!(set_administrator(&ann, &root_id, false).await.status, 200);
    assert_eq!(root.call("people", &[("search", ""), ("page", "0")]).await.problem(), "not_allowed");
    assert_eq!(root.signed_in_as().await.as_deref(), Some("Root"));
    assert_eq!(set_administrator(&ann, &ann_id, false).await.problem(), "last_administrator");
}

#[tokio::test]
async fn with_an_account_go_its_sessions_and_meetings_and_whoever_is_in_them() {
    let server = Harness::start().await;
    let (root, ann) = (server.administrator().await, server.account("ann").await);
    let meeting = MeetingId::find_in(&ann.meeting("Round", "").await).unwrap();
    let other = root.meeting("Another", "").await;
    let (mut ben, _) = Client::enter(server.addr(), &meeting, "Ben", None).await;
    let person = id_of(&root, "ann").await;
    let link = password_link(&root, &person).await;
    assert_eq!(people(&root, "ann", "0").await["people"][0]["meetings"], 1);
    assert_eq!(root.call("delete-account", &[("person", &person)]).await.status, 200);
    assert_eq!(ben.bye().await, Some(Problem::NoSuchMeeting));
    assert_eq!(ann.signed_in_as().await, None);
    assert_eq!(ann.sign_in("ann@example.org", PASSWORD).await.problem(), "wrong_credentials");
    assert_eq!(server.browser().call("doorplate", &[("id", meeting.as_str())]).await.problem(), "no_such_meeting");
    assert_eq!(server.browser().call("doorplate", &[("id", &other)]).await.status, 200);
    let fields = [("token", &*link), ("password", NEW)];
    assert_eq!(server.browser().call("choose-password", &fields).await.problem(), "link_expired");
    assert_eq!(root.call("delete-account", &[("person", &person)]).await.problem(), "bad_id");
    assert_eq!(names(&people(&root, "", "0").await), ["Root"]);
}

#[tokio::test]
async fn whoever_is_deleted_leaves_the_meetings_of_others_and_comes_back_as_a_guest() {
    let server = Harness::start().await;
    let root = server.administrator().await;
    let meeting = MeetingId::find_in(&root.meeting("Round", "").await).unwrap();
    let cookie = server.browser().sign_up("ann", "ann@example.org", PASSWORD).await.cookie();
    let (mut ann, seat) = Client::enter(server.addr(), &meeting, "Ann", Some(&cookie)).await;
    let (mut ben, _) = Client::enter(server.addr(), &meeting, "Ben", None).await;
    let person = id_of(&root, "ann").await;
    assert_eq!(root.call("delete-account", &[("person", &person)]).await.status, 200);
    assert_eq!(ann.bye().await, Some(Problem::AccountDeleted));
    let left = |update: &Update| match update {
        Update::Left { participant } => Some(participant.clone()),
        _ => None,
    };
    assert_eq!(ben.update(left).await, seat.you);
    let (_ann, back) = Client::enter(server.addr(), &meeting, "Ann", Some(&cookie)).await;
    assert!(back.room.participants.iter().any(|participant| participant.id == back.you && participant.guest));
    ben.is_alive().await;
}

#[tokio::test]
async fn whoever_gets_a_new_password_by_a_link_leaves_the_meetings_that_they_are_in() {
    let server = Harness::start().await;
    let root = server.administrator().await;
    let meeting = MeetingId::find_in(&root.meeting("Round", "").await).unwrap();
    let cookie = server.browser().sign_up("ann", "ann@example.org", PASSWORD).await.cookie();
    let (mut ann, _) = Client::enter(server.addr(), &meeting, "Ann", Some(&cookie)).await;
    let token = password_link(&root, &id_of(&root, "ann").await).await;
    ann.is_alive().await;
    let chosen = server.browser().call("choose-password", &[("token", &*token), ("password", NEW)]).await;
    assert_eq!(chosen.status, 200);
    assert_eq!(ann.bye().await, Some(Problem::SignedOut));
}

#[tokio::test]
async fn whoever_deletes_their_own_account_is_signed_out() {
    let server = Harness::start().await;
    let (root, ann) = (server.administrator().await, server.account("ann").await);
    let (root_id, ann_id) = (id_of(&root, "Root").await, id_of(&root, "ann").await);
    assert_eq!(set_administrator(&root, &ann_id, true).await.status, 200);
    let fields = [("person", &*root_id), ("next", "/people?done=deleted")];
    let deleted = root.post("delete-account", &fields, "/people").await;
    assert_eq!((deleted.status, deleted.location()), (302, "/"));
    assert_eq!(root.signed_in_as().await, None);
    assert_eq!(names(&people(&ann, "", "0").await), ["ann"]);
}

/// Asks the program for a link for a new password: what it said, and whether it made one.
fn ask_program(folder: &Path, address: &str) -> Result<String, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_confab"))
        .args(["password-link", address])
        .current_dir(folder)
        .env("CONFAB_DATA_DIR", folder.join("data"))
        .env("CONFAB_PUBLIC_URL", "https://meet.example.org")
        .output()
        .unwrap();
    let said = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(said(output.stdout)) } else { Err(said(output.stderr)) }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_runs_the_machine_makes_a_link_for_a_new_password_while_the_server_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = ask_program(folder.path(), "ann@example.org").unwrap_err();
    assert!(nothing.contains("there is no data in"), "{nothing}");
    assert!(!folder.path().join("data").exists(), "asking makes no data folder");
    let first = Program::start(folder.path());
    let ann = Browser::new(first.base.clone());
    assert_eq!(ann.sign_up("ann", "ann@example.org", PASSWORD).await.status, 200);
    let locked = ask_program(folder.path(), "ann@example.org").unwrap_err();
    assert!(locked.contains("is in use by another process: stop Confab first"), "{locked}");
    assert_eq!(locked.lines().count(), 1, "{locked}");
    assert_eq!(first.terminate(), Some(0));

    let unknown = ask_program(folder.path(), "nobody@example.org").unwrap_err();
    assert!(unknown.contains("nobody has an account here with the address nobody@example.org"), "{unknown}");
    assert!(ask_program(folder.path(), "ann").unwrap_err().contains("ann is no e-mail address"));
    let said = ask_program(folder.path(), "Ann@Example.org").unwrap();
    let token = said.trim().split_once("https://meet.example.org/new-password?token=").unwrap().1;

    let second = Program::start(folder.path());
    let ann = Browser { base: second.base.clone(), ..ann };
    let fresh = Browser::new(second.base.clone());
    assert_eq!(fresh.call("choose-password", &[("token", token), ("password", NEW)]).await.status, 200);
    assert_eq!((fresh.signed_in_as().await.as_deref(), ann.signed_in_as().await), (Some("ann"), None));
    second.kill();
}
