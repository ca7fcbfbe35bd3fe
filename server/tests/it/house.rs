//! A server with an owner of meetings in it.

use std::net::SocketAddr;

use domain::MeetingId;
use serde_json::Value;

use crate::harness::Answer;
use crate::harness::Browser;
use crate::harness::Harness;
use crate::harness::PASSWORD;

/// A running server, and Olga who has an account on it.
pub(crate) struct House {
    harness: Harness,
    olga: Browser,
    cookie: String,
}

impl House {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with these variables.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        let harness = Harness::start_with(variables).await;
        let olga = harness.browser();
        let cookie = olga.sign_up("Olga", "olga@example.org", PASSWORD).await.cookie();
        Self { harness, olga, cookie }
    }

    /// A browser of somebody new.
    pub(crate) fn browser(&self) -> Browser {
        self.harness.browser()
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.harness.addr()
    }

    /// The cookie of the owner of all meetings here.
    pub(crate) fn owner(&self) -> &str {
        &self.cookie
    }

    pub(crate) async fn create_meeting(&self, title: &str, password: Option<&str>) -> MeetingId {
        self.olga.meeting(title, password.unwrap_or_default()).await.parse().unwrap()
    }

    /// Saves the card "Options": a switch that is not named is off, and the password stays.
    pub(crate) async fn save_options(&self, meeting: &MeetingId, fields: &[(&str, &str)]) {
        let mut all = vec![("id", meeting.as_str())];
        all.extend(fields);
        for usual in [("title", "Round"), ("password", "")] {
            if !fields.iter().any(|(name, _)| *name == usual.0) {
                all.push(usual);
            }
        }
        let answer = self.olga.call("save-options", &all).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Saves the card of the seats for sound and picture.
    pub(crate) async fn save_seats(&self, meeting: &MeetingId, capacity: &str) -> Answer {
        self.olga.call("save-seats", &[("id", meeting.as_str()), ("capacity", capacity)]).await
    }

    /// A meeting as its settings page gets it.
    pub(crate) async fn meeting(&self, meeting: &MeetingId) -> Value {
        let answer: Value = self.olga.call("meeting", &[("id", meeting.as_str())]).await.json();
        answer[0].clone()
    }

    /// Makes a token for a program: its ID and its secret.
    pub(crate) async fn stream_token(&self, meeting: &MeetingId, name: &str, grant: &str) -> (String, String) {
        let fields = [("id", meeting.as_str()), ("label", name), ("grant", grant)];
        let made: Value = self.olga.call("make-stream-token", &fields).await.json();
        let tokens: Value = self.olga.call("stream-tokens", &[("id", meeting.as_str())]).await.json();
        (tokens[0]["id"].as_str().unwrap().to_owned(), made[1].as_str().unwrap().to_owned())
    }

    /// Takes a token back.
    pub(crate) async fn revoke_stream_token(&self, meeting: &MeetingId, token: &str) -> Answer {
        self.olga.call("revoke-stream-token", &[("id", meeting.as_str()), ("token", token)]).await
    }

    pub(crate) async fn delete_meeting(&self, meeting: &MeetingId) {
        let answer = self.olga.call("delete-meeting", &[("id", meeting.as_str())]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    pub(crate) async fn stop(self) {
        self.harness.running.stop().await;
    }
}
