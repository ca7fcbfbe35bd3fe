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
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::change;
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

async fn meeting_of(program: &Program) -> MeetingId {
    let ann = Browser::new(program.base.clone());
    assert_eq!(ann.sign_up("Ann", "ann@example.org", PASSWORD).await.status, 200);
    ann.meeting("Round", "").await.parse().unwrap()
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
