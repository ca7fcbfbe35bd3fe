//! The disk fills up, the program is told to stop.

use std::collections::HashMap;

use domain::MeetingId;
use domain::Problem;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::harness::Browser;
use crate::harness::PASSWORD;
use crate::program::EVERYWHERE;
use crate::program::HERE;
use crate::program::Program;
use crate::room::client::Client;

async fn titles(browser: &Browser) -> HashMap<String, String> {
    let cards: Value = browser.call("my-meetings", &[]).await.json();
    let card = |card: &Value| {
        let meeting = &card["meeting"];
        (meeting["id"].as_str().unwrap().to_owned(), meeting["settings"]["title"].as_str().unwrap().to_owned())
    };
    cards.as_array().unwrap().iter().map(card).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_nothing_is_acknowledged_that_is_not_there_afterwards() {
    let folder = TempDir::new().unwrap();
    let program = Program::start_on_a_full_disk(folder.path(), 1024);
    let mut ann = Browser::new(program.base.clone());
    assert_eq!(ann.sign_up("ann", "ann@example.org", PASSWORD).await.status, 200);
    let mut made = Vec::new();
    let refused = loop {
        let answer = ann.call("create-meeting", &[("title", &*"x".repeat(100)), ("password", "")]).await;
        if answer.status != 200 {
            break answer;
        }
        made.push(answer.json::<Value>()["id"].as_str().unwrap().to_owned());
        assert!(made.len() < 5000, "the disk never fills up");
    };
    assert_eq!((refused.status, refused.problem().as_str()), (503, "not_saved"));
    // Still full: refused again, and what can be read is read.
    let again = ann.call("create-meeting", &[("title", "x"), ("password", "")]).await;
    assert_eq!(again.status, 503, "{again:?}");
    program.kill();
    let program = Program::start(folder.path());
    ann.base = program.base.clone();
    let there = titles(&ann).await;
    for meeting in &made {
        assert!(there.contains_key(meeting), "{meeting} was acknowledged");
    }
    assert_eq!(ann.call("create-meeting", &[("title", "Space again"), ("password", "")]).await.status, 200);
    program.kill();
}

#[test]
fn sigterm_ends_the_program_in_peace() {
    let folder = TempDir::new().unwrap();
    assert_eq!(Program::start(folder.path()).terminate(), Some(0));
}

/// Begins to sign Ann in, and waits until the server wants to hear her password.
async fn begin_to_sign_in(program: &Program, form: &str) -> TcpStream {
    let mut request = TcpStream::connect(program.addr()).await.unwrap();
    let (base, length) = (&program.base, form.len());
    let host = base.strip_prefix("http://").unwrap();
    let head = format!(
        "POST /api/sign-in HTTP/1.1\r\nhost: {host}\r\norigin: {base}\r\naccept: */*\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\
         expect: 100-continue\r\n\r\n"
    );
    request.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = *b"HTTP/1.1 100 Continue\r\n\r\n";
    request.read_exact(&mut go_on).await.unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100 "), "{}", go_on.escape_ascii());
    request
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_says_goodbye_to_everybody_and_answers_what_is_under_way() {
    let folder = TempDir::new().unwrap();
    let program = Program::start(folder.path());
    let ann = Browser::new(program.base.clone());
    assert_eq!(ann.sign_up("ann", "ann@example.org", PASSWORD).await.status, 200);
    let meeting: MeetingId = ann.meeting("Round", "").await.parse().unwrap();
    let (mut ben, _) = Client::enter(program.addr(), &meeting, "Ben", None).await;
    let (mut cem, _) = Client::enter(program.addr(), &meeting, "Cem", None).await;
    let form = format!("email=ann%40example.org&password={}", PASSWORD.replace(' ', "+"));
    let mut request = begin_to_sign_in(&program, &form).await;
    let stopping = tokio::task::spawn_blocking(|| program.terminate());
    assert_eq!(
        (ben.end().await, cem.end().await),
        ((Some(Problem::Stopping), Some(1000)), (Some(Problem::Stopping), Some(1000)))
    );
    request.write_all(form.as_bytes()).await.unwrap();
    let mut answer = String::new();
    request.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("set-cookie: confab="), "{answer}");
    assert_eq!(stopping.await.unwrap(), Some(0));
}

#[test]
fn sm_16_a_server_for_everybody_without_a_certificate_says_that_meetings_open_here_only() {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log");
    let said = |listen: &str| {
        let program = Program::start_logging(folder.path(), listen, &log);
        let port = program.addr().port();
        program.kill();
        (std::fs::read_to_string(&log).unwrap(), format!("http://localhost:{port} on this machine only"))
    };
    let (everywhere, warning) = said(EVERYWHERE);
    assert!(everywhere.contains(&warning) && everywhere.contains("tls.certificate"), "{everywhere}");
    let (here, _) = said(HERE);
    assert!(!here.contains("on this machine only"), "{here}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_stop_is_no_error_in_the_log() {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log");
    let mut ann = Browser::new(String::new());
    for round in 0..5 {
        let program = Program::start_logging(folder.path(), HERE, &log);
        ann.base = program.base.clone();
        // The first one finds the address free, the others sign in with it.
        assert_eq!(ann.sign_up("ann", "ann@example.org", PASSWORD).await.status, 200);
        let meeting: MeetingId = ann.meeting(&format!("Round {round}"), "").await.parse().unwrap();
        let (mut client, _) = Client::enter(program.addr(), &meeting, "Ben", None).await;
        let stopping = tokio::task::spawn_blocking(|| program.terminate());
        assert_eq!(client.bye().await, Some(Problem::Stopping));
        assert_eq!(stopping.await.unwrap(), Some(0));
        let said = std::fs::read_to_string(&log).unwrap();
        assert!(said.contains("Stopped") && !said.contains("ERROR") && !said.contains("did not close"), "{said}");
    }
}
