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
use tempfile::TempDir;

use super::change;
use crate::harness::Browser;
use crate::harness::PASSWORD;
use crate::killed::whole_chat;
use crate::program::Program;
use crate::room::client::Client;
use crate::room::client::chat;

async fn meeting_of(program: &Program) -> MeetingId {
    let ann = Browser::new(program.base.clone());
    assert_eq!(ann.sign_up("Ann", "ann@example.org", PASSWORD).await.status, 200);
    ann.meeting("Round", "").await.parse().unwrap()
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
async fn once_the_disk_was_full_nothing_is_acknowledged_until_a_restart_and_healthz_says_so() {
    let folder = TempDir::new().unwrap();
    let program = Program::start_on_a_full_disk(folder.path(), 1024);
    let mut owner = Browser::new(program.base.clone());
    assert_eq!(owner.sign_up("Ann", "ann@example.org", PASSWORD).await.status, 200);
    let meeting: MeetingId = owner.meeting("Round", "").await.parse().unwrap();
    let (mut ann, _) = Client::enter(program.addr(), &meeting, "Ann", None).await;
    assert_eq!(owner.get("/healthz").await.text, "ok");
    let (saved, refused) = fill(&mut ann).await;
    assert_eq!(refused, Problem::NotSaved);
    program.make_room();
    // There is room again, behind what the disk took of a message that it refused.
    for n in 1..4 {
        ann.say(&chat(n, "Is there room again?")).await;
        assert_eq!(ann.until(answer).await, Err(Problem::NotSaved));
    }
    ann.is_alive().await;
    let health = owner.get("/healthz").await;
    assert!(health.status == 503 && health.text.contains("restart"), "{health:?}");
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
