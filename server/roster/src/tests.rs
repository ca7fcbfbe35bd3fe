//! The running meeting on simulated time.

mod capacity;
mod mirror;
mod stories;

use std::time::Duration;

use domain::AccountId;
use domain::Problem;
use domain::Timestamp;
use domain::id::ENTROPY;
use domain::meeting::Capacity;
use domain::meeting::Settings;
use domain::people::Account;
use domain::people::EmailAddress;
use domain::people::Visitor;
use domain::text::DisplayName;
use domain::text::Title;
use domain::wire::ServerMessage;

use crate::*;

/// A room with simulated time, and what came out of it.
struct Stage {
    roster: Roster,
    now: Timestamp,
    heard: Vec<Output>,
}

impl Stage {
    fn new(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings();
        change(&mut settings);
        let now = Timestamp::from_millis(1_000_000);
        let roster = Roster::new(account_id(1), settings, Vec::new(), now.later(PATIENCE));
        Self { roster, now, heard: Vec::new() }
    }

    /// A room that is made `seconds` after a restart, in which a meeting ran before.
    fn resumed(change: impl FnOnce(&mut Settings), seconds: u64) -> Self {
        let Self { roster, now, heard } = Self::new(change);
        Self { roster: roster.resumed(), now: now.later(Duration::from_secs(seconds)), heard }
    }

    fn give(&mut self, input: Input) -> &[Output] {
        self.roster.handle(input, self.now);
        self.heard.clear();
        while let Some(output) = self.roster.poll_output() {
            self.heard.push(output);
        }
        &self.heard
    }

    fn enter(&mut self, n: u8, visitor: Visitor) -> &[Output] {
        self.give(Input::Enter(entrance(n, n, visitor)))
    }

    fn act(&mut self, n: u8, deed: Deed) -> &[Output] {
        self.give(Input::Do(connection(n), deed))
    }

    fn pass(&mut self, seconds: u64) -> &[Output] {
        self.now = self.now.later(Duration::from_secs(seconds));
        self.give(Input::Tick)
    }

    fn names(&self) -> Vec<String> {
        self.roster.snapshot().participants.iter().map(|p| p.name.to_string()).collect()
    }
}

fn settings() -> Settings {
    Settings {
        title: Title::parse("Round").unwrap(),
        password_set: false,
        allow_guests: true,
        attendees_may_start: true,
        regular: false,
        capacity: Capacity::USUAL,
    }
}

fn account_id(n: u8) -> AccountId {
    AccountId::from_entropy([n; ENTROPY])
}

/// The person with account `n`; the owner is number 1.
fn member(n: u8) -> Visitor {
    Visitor::Account(Account {
        id: account_id(n),
        name: DisplayName::parse("Ann").unwrap(),
        email: EmailAddress::parse("ann@example.org").unwrap(),
        administrator: false,
    })
}

fn token(n: u8) -> SeatToken {
    SeatToken::from_entropy([n; ENTROPY])
}

fn connection(n: u8) -> ConnectionId {
    ConnectionId(u64::from(n))
}

fn entrance(connection_number: u8, seat: u8, visitor: Visitor) -> Entrance {
    let name = DisplayName::parse(&format!("Person {seat}")).unwrap();
    let (connection, token) = (connection(connection_number), token(seat));
    let resume = token.reveal();
    Entrance { connection, visitor, name, token, resume, hand_raised_at: None }
}

fn closed(outputs: &[Output], n: u8) -> Option<Problem> {
    outputs.iter().find_map(|output| match output {
        Output::Close(to, why) if *to == connection(n) => Some(why.clone()),
        _ => None,
    })
}

fn welcomed(outputs: &[Output], n: u8) -> bool {
    outputs
        .iter()
        .any(|output| matches!(output, Output::Tell(to, ServerMessage::Welcome { .. }) if *to == connection(n)))
}
