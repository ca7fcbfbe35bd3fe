//! What people wrote survives the end of the process, however sudden.

use std::collections::BTreeSet;
use std::net::SocketAddr;

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
use tokio::sync::mpsc;

use super::change;
use super::resume;
use super::with_password;
use crate::harness::Browser;
use crate::harness::PASSWORD;
use crate::program::Program;
use crate::room::client::Client;
use crate::room::client::hello;

/// How often the process is killed.
const ROUNDS: u8 = 20;

/// People who write at the same time.
const WRITERS: u8 = 4;

fn message(round: u8, writer: u8, n: u8) -> (ChatId, ClientMessage) {
    let mut entropy = [0; ENTROPY];
    entropy[..3].copy_from_slice(&[round, writer, n]);
    let id = ChatId::from_entropy(entropy);
    let text = ChatText::parse(&format!("round {round}, writer {writer}, message {n}")).unwrap();
    (id.clone(), ClientMessage::Chat { id, text })
}

/// Writes until the connection breaks; reports what the server said is saved.
async fn write(addr: SocketAddr, meeting: MeetingId, round: u8, writer: u8, saved: mpsc::UnboundedSender<ChatId>) {
    let Ok(mut client) = Client::try_connect(addr, &meeting, None).await else { return };
    client.say(&hello("Ann")).await;
    for n in 0..=u8::MAX {
        client.say(&message(round, writer, n).1).await;
        loop {
            match client.hear().await {
                Some(ServerMessage::ChatSaved { id }) => {
                    saved.send(id).unwrap();
                    break;
                }
                Some(_) => {}
                None => return,
            }
        }
    }
}

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

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_every_acknowledged_message_is_there_once() {
    let folder = TempDir::new().unwrap();
    let mut program = Program::start(folder.path());
    let meeting = meeting_of(&program).await;
    for round in 0..ROUNDS {
        let (saved, mut acknowledged) = mpsc::unbounded_channel();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| tokio::spawn(write(program.addr(), meeting.clone(), round, writer, saved.clone())))
            .collect();
        drop(saved);
        let mut known = BTreeSet::new();
        // Another moment in every round.
        while known.len() < usize::from(4 + round % 7) {
            known.insert(acknowledged.recv().await.unwrap());
        }
        program.kill();
        for writer in writers {
            writer.await.unwrap();
        }
        while let Some(id) = acknowledged.recv().await {
            known.insert(id);
        }
        program = Program::start(folder.path());
        let (_, welcome) = Client::enter(program.addr(), &meeting, "Reader", None).await;
        let there: Vec<ChatId> = welcome.room.chat.into_iter().map(|message| message.id).collect();
        let unique: BTreeSet<ChatId> = there.iter().cloned().collect();
        assert!(known.is_subset(&unique), "round {round}: an acknowledged message is gone");
        assert_eq!(unique.len(), there.len(), "round {round}: a message is there twice");
    }
    program.kill();
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
async fn on_a_full_disk_a_message_is_said_to_be_unsaved_and_the_connection_lives() {
    let folder = TempDir::new().unwrap();
    let program = Program::start_on_a_full_disk(folder.path(), 1024);
    let meeting = meeting_of(&program).await;
    let (mut ann, _) = Client::enter(program.addr(), &meeting, "Ann", None).await;
    let mut saved = BTreeSet::new();
    let refused = 'full: {
        for n in 0..u16::MAX {
            let mut entropy = [7; ENTROPY];
            entropy[..2].copy_from_slice(&n.to_be_bytes());
            let id = ChatId::from_entropy(entropy);
            ann.say(&ClientMessage::Chat { id: id.clone(), text: ChatText::parse(&"x".repeat(3_500)).unwrap() }).await;
            let answer = ann.until(answer).await;
            match answer {
                Ok(id) => saved.insert(id),
                Err(refused) => break 'full refused,
            };
        }
        panic!("the disk never fills up")
    };
    assert_eq!(refused, Problem::NotSaved);
    ann.is_alive().await;
    program.kill();
    let program = Program::start(folder.path());
    let (_, welcome) = Client::enter(program.addr(), &meeting, "Reader", None).await;
    let there: BTreeSet<ChatId> = welcome.room.chat.into_iter().map(|message| message.id).collect();
    // A newcomer is shown the newest 200.
    assert_eq!(saved.len().min(200), there.intersection(&saved).count());
    program.kill();
}

fn answer(message: &ServerMessage) -> Option<Result<ChatId, Problem>> {
    match message {
        ServerMessage::ChatSaved { id } => Some(Ok(id.clone())),
        ServerMessage::Error { error, chat: Some(_) } => Some(Err(error.clone())),
        _ => None,
    }
}
