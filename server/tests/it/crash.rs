//! The process dies, the disk fills up: what was acknowledged is there.

use std::collections::HashMap;
use std::time::Duration;

use domain::MeetingId;
use domain::Problem;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::watch;

use crate::harness::Browser;
use crate::harness::PASSWORD;
use crate::program::Program;
use crate::room::client::Client;

/// What one writer has been told is saved, and what it last asked without an answer.
#[derive(Default)]
struct Told {
    saved: HashMap<String, String>,
    asked: HashMap<String, String>,
}

async fn write_titles(browser: Browser, meeting: String, round: usize, told: watch::Sender<Told>) {
    for count in 0.. {
        let title = format!("round {round} change {count}");
        told.send_modify(|told| drop(told.asked.insert(meeting.clone(), title.clone())));
        let answer = browser.try_call("save-options", &[("id", &meeting), ("title", &title), ("password", "")]).await;
        match answer {
            Ok(answer) if answer.status == 200 => {
                told.send_modify(|told| drop(told.saved.insert(meeting.clone(), title)));
            }
            _ => return,
        }
    }
}

async fn titles(browser: &Browser) -> HashMap<String, String> {
    let cards: Value = browser.call("my-meetings", &[]).await.json();
    let card = |card: &Value| {
        let meeting = &card["meeting"];
        (meeting["id"].as_str().unwrap().to_owned(), meeting["settings"]["title"].as_str().unwrap().to_owned())
    };
    cards.as_array().unwrap().iter().map(card).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_every_acknowledged_setting_is_there() {
    let folder = TempDir::new().unwrap();
    let program = Program::start(folder.path());
    let mut ann = Browser::new(program.base.clone());
    assert_eq!(ann.sign_up("ann", "ann@example.org", PASSWORD).await.status, 200);
    let mut meetings = Vec::new();
    for writer in 0..4 {
        meetings.push(ann.meeting(&format!("Meeting {writer}"), "").await);
    }
    program.kill();
    let told = watch::Sender::new(Told::default());
    for round in 0..20 {
        let program = Program::start(folder.path());
        ann.base = program.base.clone();
        check(&ann, &told).await;
        let writers: Vec<_> = meetings
            .iter()
            .map(|meeting| tokio::spawn(write_titles(ann.clone(), meeting.clone(), round, told.clone())))
            .collect();
        // Another moment in every round: after so many acknowledged changes.
        let before = format!("round {round} change {}", round % 7);
        let mut heard = told.subscribe();
        let reached = heard.wait_for(|told| told.saved.values().any(|title| *title == before));
        tokio::time::timeout(Duration::from_secs(60), reached).await.unwrap().unwrap();
        program.kill();
        for writer in writers {
            writer.await.unwrap();
        }
    }
    let program = Program::start(folder.path());
    ann.base = program.base.clone();
    check(&ann, &told).await;
    assert_eq!(program.terminate(), Some(0));
}

/// What is there is what was acknowledged last, or what was asked after it; from here on it is what is known.
async fn check(browser: &Browser, told: &watch::Sender<Told>) {
    let there = titles(browser).await;
    told.send_modify(|told| {
        for (meeting, saved) in &told.saved {
            let (there, asked) = (&there[meeting], told.asked.get(meeting));
            assert!(there == saved || Some(there) == asked, "{there} instead of {saved}");
        }
        told.saved = there;
    });
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

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_stop_is_no_error_in_the_log() {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log");
    let mut ann = Browser::new(String::new());
    for round in 0..5 {
        let program = Program::start_logging(folder.path(), &log);
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
