//! The process ends suddenly, the disk fills up: what people in a meeting see of it.

use std::collections::BTreeSet;

use domain::ChatId;
use domain::MeetingId;
use domain::ParticipantId;
use domain::Problem;
use domain::Timestamp;
use domain::id::ENTROPY;
use domain::text::ChatText;
use domain::wire::ClientMessage;
use domain::wire::ServerMessage;
use domain::wire::Update;
use futures::future::join_all;
use serde_json::Value;
use tempfile::TempDir;

use super::change;
use super::resume;
use super::with_password;
use crate::harness::Browser;
use crate::harness::PASSWORD;
use crate::killed::whole_chat;
use crate::program::Program;
use crate::room::client::Client;
use crate::room::client::chat;
use crate::room::client::hello;

/// Somebody with an account, and their cookie.
async fn owner_at(program: &Program) -> (Browser, String) {
    let ann = Browser::new(program.base.clone());
    let answer = ann.sign_up("Ann", "ann@example.org", PASSWORD).await;
    assert_eq!(answer.status, 200);
    (ann, answer.cookie())
}

async fn meeting_of(program: &Program) -> MeetingId {
    owner_at(program).await.0.meeting("Round", "").await.parse().unwrap()
}

/// Raises the hand; answers since when it is up.
async fn raise(client: &mut Client, you: &ParticipantId) -> Timestamp {
    client.say(&ClientMessage::Hand { raised: true }).await;
    let up = |update: &Update| match update {
        Update::Participant { participant } if participant.id == *you => participant.hand_raised_at,
        _ => None,
    };
    client.update(up).await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_raised_hands_are_up_again_in_their_order() {
    let folder = TempDir::new().unwrap();
    let program = Program::start(folder.path());
    let meeting = meeting_of(&program).await;
    let mut before = Vec::new();
    for _ in 0..2 {
        let (mut client, welcome) = Client::enter(program.addr(), &meeting, "Ann", None).await;
        let since = raise(&mut client, &welcome.you).await;
        before.push((welcome.you, welcome.resume, since));
    }
    program.kill();
    let program = Program::start(folder.path());
    // Whoever raised the hand last is back first.
    let mut back = Vec::new();
    for (you, resume, since) in before.iter().rev() {
        let mut client = Client::connect(program.addr(), &meeting, None).await;
        client.say(&change(|hello| (hello.resume, hello.hand_raised_at) = (Some(resume.clone()), Some(*since)))).await;
        let welcome = client.welcome().await;
        assert_eq!(welcome.you, *you);
        back.push((client, welcome.room));
    }
    let (_, room) = back.pop().unwrap();
    let hands: Vec<_> = room.participants.into_iter().map(|person| (person.id, person.hand_raised_at)).collect();
    let want: Vec<_> = before.into_iter().rev().map(|(you, _, since)| (you, Some(since))).collect();
    assert_eq!(hands, want);
    program.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_everybody_is_back_in_their_seat_and_nobody_is_asked_for_the_password() {
    let folder = TempDir::new().unwrap();
    let program = Program::start(folder.path());
    let (ann, _) = owner_at(&program).await;
    let meeting: MeetingId = ann.meeting("Round", "open sesame").await.parse().unwrap();
    let mut before = Vec::new();
    for _ in 0..20 {
        let mut client = Client::connect(program.addr(), &meeting, None).await;
        client.say(&with_password("open sesame")).await;
        before.push((client.welcome().await, client));
    }
    program.kill();
    let program = Program::start(folder.path());
    let (addr, to) = (program.addr(), &meeting);
    let back = before.iter().map(|(welcome, _)| async move {
        let mut client = Client::connect(addr, to, None).await;
        client.say(&resume(&welcome.resume)).await;
        assert_eq!(client.welcome().await.you, welcome.you);
        client
    });
    let back = join_all(back).await;
    let mut stranger = Client::connect(addr, &meeting, None).await;
    stranger.say(&hello("Eve")).await;
    assert_eq!(stranger.error().await, Problem::PasswordNeeded);
    drop(back);
    program.kill();
}

/// Waits until nobody is in the only meeting of an owner.
async fn empties(owner: &Browser) {
    loop {
        let cards: Value = owner.call("my-meetings", &[]).await.json();
        if cards[0]["present"] == 0 {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tcc_66_a_meeting_goes_on_without_its_organiser_over_a_restart_until_everybody_left() {
    for kills in [true, false] {
        let folder = TempDir::new().unwrap();
        let program = Program::start(folder.path());
        let (olga, cookie) = owner_at(&program).await;
        let meeting: MeetingId = olga.meeting("Round", "").await.parse().unwrap();
        let options = [("id", meeting.as_str()), ("title", "Round"), ("password", ""), ("allow_guests", "on")];
        assert_eq!(olga.call("save-options", &options).await.status, 200);
        let (mut owner, _) = Client::enter(program.addr(), &meeting, "Olga", Some(&cookie)).await;
        let (_before, bobs) = Client::enter(program.addr(), &meeting, "Bob", None).await;
        owner.say(&ClientMessage::Leave).await;
        owner.bye().await;
        if kills {
            program.kill();
        } else {
            assert_eq!(program.terminate(), Some(0));
        }
        let program = Program::start(folder.path());
        let mut bob = Client::connect(program.addr(), &meeting, None).await;
        bob.say(&resume(&bobs.resume)).await;
        assert_eq!(bob.welcome().await.you, bobs.you);
        bob.say(&ClientMessage::Leave).await;
        bob.bye().await;
        empties(&Browser { base: program.base.clone(), ..olga }).await;
        program.kill();
        let program = Program::start(folder.path());
        let mut cem = Client::connect(program.addr(), &meeting, None).await;
        cem.say(&hello("Cem")).await;
        cem.until(|message| matches!(message, ServerMessage::Waiting { .. }).then_some(())).await;
        program.kill();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn once_the_disk_was_full_nothing_is_acknowledged_and_healthz_says_so() {
    let folder = TempDir::new().unwrap();
    let program = Program::start_on_a_full_disk(folder.path(), 1024);
    let mut owner = Browser::new(program.base.clone());
    assert_eq!(owner.sign_up("Ann", "ann@example.org", PASSWORD).await.status, 200);
    let meeting: MeetingId = owner.meeting("Round", "").await.parse().unwrap();
    let (mut ann, _) = Client::enter(program.addr(), &meeting, "Ann", None).await;
    assert_eq!(owner.get("/healthz").await.text, "ok");
    let (saved, refused) = fill(&mut ann).await;
    assert_eq!(refused, Problem::NotSaved);
    // Still full, also for what is short.
    for n in 1..4 {
        ann.say(&chat(n, "Is there room for this?")).await;
        assert_eq!(ann.until(answer).await, Err(Problem::NotSaved));
    }
    ann.is_alive().await;
    let health = owner.get("/healthz").await;
    assert!(health.status == 503 && health.text.contains("by itself"), "{health:?}");
    program.kill();
    let mut known = saved;
    // What is written behind the part of a message that the disk took must not be lost with that part.
    for n in 4..7 {
        let program = Program::start(folder.path());
        owner.base = program.base.clone();
        assert_eq!(owner.get("/healthz").await.text, "ok");
        let there: BTreeSet<ChatId> = whole_chat(&owner, &meeting).await.into_iter().collect();
        assert!(known.is_subset(&there), "an acknowledged message is gone");
        let (mut ann, _) = Client::enter(program.addr(), &meeting, "Ann", None).await;
        ann.say(&chat(n, "There is.")).await;
        known.insert(ann.until(answer).await.unwrap());
        program.kill();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_full_disk_the_server_comes_back_by_itself_and_everybody_is_in_their_seat() {
    let folder = TempDir::new().unwrap();
    let mut program = Program::start_on_a_full_disk(folder.path(), 1024);
    let (mut olga, cookie) = owner_at(&program).await;
    let meeting: MeetingId = olga.meeting("Round", "").await.parse().unwrap();
    // Nobody may begin it but Olga, who leaves.
    let options = [("id", meeting.as_str()), ("title", "Round"), ("password", ""), ("allow_guests", "on")];
    assert_eq!(olga.call("save-options", &options).await.status, 200);
    let (mut owner, _) = Client::enter(program.addr(), &meeting, "Olga", Some(&cookie)).await;
    let (mut bob, bobs) = Client::enter(program.addr(), &meeting, "Bob", None).await;
    owner.say(&ClientMessage::Leave).await;
    owner.bye().await;
    let (mut known, refused) = fill(&mut bob).await;
    assert_eq!((refused, olga.get("/healthz").await.status), (Problem::NotSaved, 503));
    program.make_room();
    assert_eq!(refused_to_the_end(bob).await, Problem::Stopping);
    program.come_back();
    olga.base = program.base.clone();
    assert_eq!(olga.get("/healthz").await.text, "ok");
    assert!(program.set_up_link.is_some(), "nobody administers this server yet, so that it is printed as at any start");
    let mut bob = Client::connect(program.addr(), &meeting, None).await;
    bob.say(&resume(&bobs.resume)).await;
    assert_eq!(bob.welcome().await.you, bobs.you);
    for n in 1..4 {
        bob.say(&chat(n, "There is.")).await;
        known.insert(bob.until(answer).await.unwrap());
    }
    let there = whole_chat(&olga, &meeting).await;
    let unique: BTreeSet<ChatId> = there.iter().cloned().collect();
    assert_eq!(unique.len(), there.len(), "a message is there twice");
    assert!(known.is_subset(&unique), "an acknowledged message is gone");
    assert_eq!(olga.call("create-meeting", &[("title", "Another"), ("password", "")]).await.status, 200);
    bob.say(&ClientMessage::Leave).await;
    bob.bye().await;
    assert_eq!(program.terminate(), Some(0), "it hears signals as before");
    assert!(!folder.path().join("data/store/.trial").exists());
}

/// Writes on a server that takes no changes, until it says good-bye: why it does. Whether there is room again or not, nothing
/// is taken.
async fn refused_to_the_end(mut client: Client) -> Problem {
    for n in 1..4 {
        client.say(&chat(n, "Is there room again?")).await;
    }
    loop {
        let message = client.hear().await.expect("the server closed without a word");
        if let ServerMessage::Bye { reason } = message {
            client.bye().await;
            return reason;
        }
        assert_eq!(answer(&message).unwrap_or(Err(Problem::NotSaved)), Err(Problem::NotSaved));
    }
}

/// Writes until the disk is full: what was saved until then, and why the first message was not.
async fn fill(client: &mut Client) -> (BTreeSet<ChatId>, Problem) {
    let mut saved = BTreeSet::new();
    for n in 0..u16::MAX {
        let mut entropy = [7; ENTROPY];
        entropy[..2].copy_from_slice(&n.to_be_bytes());
        let id = ChatId::from_entropy(entropy);
        client.say(&ClientMessage::Chat { id, text: ChatText::parse(&"x".repeat(3_500)).unwrap() }).await;
        match client.until(answer).await {
            Ok(id) => saved.insert(id),
            Err(refused) => return (saved, refused),
        };
    }
    panic!("the disk never fills up")
}

fn answer(message: &ServerMessage) -> Option<Result<ChatId, Problem>> {
    match message {
        ServerMessage::ChatSaved { id } => Some(Ok(id.clone())),
        ServerMessage::Error { error, chat: Some(_) } => Some(Err(error.clone())),
        _ => None,
    }
}
