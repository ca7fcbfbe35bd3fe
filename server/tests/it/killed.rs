//! The process is killed again and again while people write and organisers decide: what was acknowledged is there.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use domain::ChatId;
use domain::MeetingId;
use domain::id::ENTROPY;
use domain::text::ChatText;
use domain::wire::ClientMessage;
use domain::wire::ServerMessage;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinHandle;

use crate::harness::Browser;
use crate::harness::PASSWORD;
use crate::program::Program;
use crate::room::client::Client;
use crate::room::client::hello;

/// How often the process is killed.
const ROUNDS: u8 = 20;

/// Meetings in which people write while their settings change.
const MEETINGS: u8 = 2;

/// People who write in each.
const WRITERS: u8 = 2;

/// A round that takes longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an organiser decided at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Decision {
    title: String,
    guests: bool,
    password: String,
}

impl Decision {
    fn new(round: u8, n: u32) -> Self {
        let (title, password) = (format!("round {round}, change {n}"), format!("password {n} of round {round}"));
        Self { title, guests: n.is_multiple_of(2), password }
    }

    async fn save(&self, owner: &Browser, meeting: &MeetingId) -> bool {
        let mut fields = vec![("id", meeting.as_str()), ("title", &*self.title), ("password", &*self.password)];
        if self.guests {
            fields.push(("allow_guests", "on"));
        }
        owner.try_call("save-options", &fields).await.is_ok_and(|answer| answer.status == 200)
    }
}

/// What was asked of the server and what it said.
enum News {
    /// A chat message is saved.
    Message(ChatId),
    /// A decision is on its way.
    Asked(Decision),
    /// A decision is saved.
    Decided(Decision),
}

/// A meeting, and what is known to be saved of it.
struct Known {
    id: MeetingId,
    messages: BTreeSet<ChatId>,
    decided: Decision,
    asked: Decision,
    decisions: usize,
}

impl Known {
    async fn new(owner: &Browser, number: u8) -> Self {
        let decided = Decision::new(ROUNDS, number.into());
        let id: MeetingId = owner.meeting("Round", "").await.parse().unwrap();
        assert!(decided.save(owner, &id).await);
        Self { id, messages: BTreeSet::new(), asked: decided.clone(), decided, decisions: 1 }
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Message(id) => {
                self.messages.insert(id);
            }
            News::Asked(decision) => self.asked = decision,
            News::Decided(decision) => {
                self.decided = decision;
                self.decisions += 1;
            }
        }
    }

    /// Listens until so much more is acknowledged.
    async fn listen(&mut self, news: &mut UnboundedReceiver<News>, messages: usize, decisions: usize) {
        let (messages, decisions) = (self.messages.len() + messages, self.decisions + decisions);
        while self.messages.len() < messages || self.decisions < decisions {
            self.hear(news.recv().await.expect("the writers have given up"));
        }
    }

    /// What is there is what was acknowledged last, or what was asked after it; from here on it is what is known.
    async fn check_settings(&mut self, owner: &Browser, member: &Browser) {
        let settings: Value = owner.call("meeting", &[("id", self.id.as_str())]).await.json();
        let settings = &settings[0]["settings"];
        let (decided, asked) = (&self.decided, &self.asked);
        let there = [decided, asked].into_iter().find(|known| settings["title"] == *known.title);
        let there = there.unwrap_or_else(|| panic!("{settings} instead of {decided:?} or {asked:?}")).clone();
        assert_eq!(settings["allow_guests"], there.guests, "{settings}");
        let fields = [("id", self.id.as_str()), ("password", &*there.password)];
        let answer = member.call("check-meeting-password", &fields).await;
        assert_eq!(answer.status, 200, "the password of {there:?}: {answer:?}");
        (self.decided, self.asked) = (there.clone(), there);
    }

    /// Every acknowledged message is there, and everything that is there is there once.
    async fn check_chat(&self, owner: &Browser) {
        let there = whole_chat(owner, &self.id).await;
        let unique: BTreeSet<ChatId> = there.iter().cloned().collect();
        let gone = self.messages.difference(&unique).count();
        assert_eq!(gone, 0, "of {} acknowledged messages", self.messages.len());
        assert_eq!(unique.len(), there.len(), "a message is there twice");
        let cards: Value = owner.call("my-meetings", &[]).await.json();
        let card = cards.as_array().unwrap().iter().find(|card| card["meeting"]["id"] == self.id.as_str());
        assert_eq!(card.unwrap()["messages"], there.len(), "the list of meetings counts them");
    }
}

/// A meeting's chat as its owner reads it, by all its pages, oldest first.
pub(crate) async fn whole_chat(owner: &Browser, meeting: &MeetingId) -> Vec<ChatId> {
    let id = |message: &Value| message["id"].as_str().unwrap().parse::<ChatId>().unwrap();
    let mut chat: Vec<ChatId> = Vec::new();
    let mut older: Option<(String, String)> = None;
    loop {
        let mut fields = vec![("id", meeting.as_str())];
        if let Some((sent_at, id)) = &older {
            fields.extend([("before[sent_at]", sent_at.as_str()), ("before[id]", id.as_str())]);
        }
        let page: Value = owner.call("chat", &fields).await.json();
        chat.splice(0..0, page["messages"].as_array().unwrap().iter().map(id));
        if page["older"].is_null() {
            return chat;
        }
        older = Some((page["older"]["sent_at"].to_string(), page["older"]["id"].as_str().unwrap().to_owned()));
    }
}

/// Writes to the chat until the connection breaks. The cookie is the owner's, who needs no password.
async fn write(addr: SocketAddr, cookie: String, meeting: MeetingId, from: [u8; 3], news: UnboundedSender<News>) {
    let Ok(mut client) = Client::try_connect(addr, &meeting, Some(&cookie)).await else { return };
    client.say(&hello("Ann")).await;
    loop {
        match client.hear().await {
            Some(ServerMessage::Welcome { .. }) => break,
            Some(_) => {}
            None => return,
        }
    }
    for n in 0..=u16::MAX {
        let mut entropy = [0; ENTROPY];
        entropy[..3].copy_from_slice(&from);
        entropy[3..5].copy_from_slice(&n.to_be_bytes());
        let text = ChatText::parse(&format!("{from:?}: message {n}")).unwrap();
        client.say(&ClientMessage::Chat { id: ChatId::from_entropy(entropy), text }).await;
        loop {
            match client.hear().await {
                Some(ServerMessage::ChatSaved { id }) => {
                    news.send(News::Message(id)).unwrap();
                    break;
                }
                Some(_) => {}
                None => return,
            }
        }
    }
}

/// Changes all settings together, again and again, until the server is gone.
async fn decide(owner: Browser, meeting: MeetingId, round: u8, news: UnboundedSender<News>) {
    for n in 0.. {
        let decision = Decision::new(round, n);
        news.send(News::Asked(decision.clone())).unwrap();
        if !decision.save(&owner, &meeting).await {
            return;
        }
        news.send(News::Decided(decision)).unwrap();
    }
}

/// Sends all writers of a round to a meeting: their tasks, and what they report.
fn send_writers(
    program: &Program,
    owner: &Owner,
    known: &Known,
    [round, number]: [u8; 2],
) -> (Vec<JoinHandle<()>>, UnboundedReceiver<News>) {
    let (news, heard) = unbounded_channel();
    let mut tasks: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (cookie, id) = (owner.cookie.clone(), known.id.clone());
            tokio::spawn(write(program.addr(), cookie, id, [round, number, writer], news.clone()))
        })
        .collect();
    tasks.push(tokio::spawn(decide(owner.browser.clone(), known.id.clone(), round, news)));
    (tasks, heard)
}

/// Whose meetings these are.
struct Owner {
    browser: Browser,
    cookie: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn after_twenty_times_kill_9_everything_that_was_acknowledged_is_there() {
    let folder = TempDir::new().unwrap();
    let mut program = Program::start(folder.path());
    let (browser, mut member) = (Browser::new(program.base.clone()), Browser::new(program.base.clone()));
    let cookie = browser.sign_up("Ann", "ann@example.org", PASSWORD).await.cookie();
    let mut owner = Owner { browser, cookie };
    assert_eq!(member.sign_up("Ben", "ben@example.org", PASSWORD).await.status, 200);
    let mut all = Vec::new();
    for number in 0..MEETINGS {
        all.push(Known::new(&owner.browser, number).await);
    }
    for round in 0..ROUNDS {
        let writers = (0..).zip(&all).map(|(number, known)| send_writers(&program, &owner, known, [round, number]));
        let mut writers: Vec<_> = writers.collect();
        // Another moment in every round.
        for (known, (_, news)) in all.iter_mut().zip(&mut writers) {
            let enough = known.listen(news, usize::from(2 + round % 7), usize::from(1 + round % 3));
            tokio::time::timeout(PATIENCE, enough).await.expect("too little is acknowledged");
        }
        program.kill();
        for (known, (tasks, mut news)) in all.iter_mut().zip(writers) {
            for task in tasks {
                task.await.unwrap();
            }
            while let Some(news) = news.recv().await {
                known.hear(news);
            }
        }
        program = Program::start(folder.path());
        (owner.browser.base, member.base) = (program.base.clone(), program.base.clone());
        for known in &mut all {
            known.check_settings(&owner.browser, &member).await;
        }
    }
    for known in &all {
        assert!(known.messages.len() > 2 * usize::from(ROUNDS));
        known.check_chat(&owner.browser).await;
    }
    let again = Browser::new(program.base.clone());
    assert_eq!(again.sign_in("ann@example.org", "another password").await.problem(), "wrong_credentials");
    assert_eq!(again.sign_in("ann@example.org", PASSWORD).await.status, 200);
    assert_eq!(again.signed_in_as().await.as_deref(), Some("Ann"));
    assert_eq!(program.terminate(), Some(0));
}
