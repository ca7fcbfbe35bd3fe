//! What the pages ask for, answered for one request: `app`'s door, seen from inside.
//!
//! Every method finds out who asks, asks `domain::access` whether they may, and then does it. Errors of the rooms
//! become a `Problem` here, and are logged here, once.

mod administration;
mod meetings;
pub mod passwords;
mod people;
mod streams;

use std::net::IpAddr;

use app::backend::Backend;
use app::backend::ChatCursor;
use app::backend::ChatHistory;
use app::backend::Invitation;
use app::backend::NewAccount;
use app::backend::People;
use app::backend::SignUpPolicy;
use app::backend::Typed;
use async_trait::async_trait;
use domain::AccountId;
use domain::MeetingId;
use domain::Problem;
use domain::meeting::Card;
use domain::meeting::Change;
use domain::meeting::Doorplate;
use domain::meeting::Draft;
use domain::meeting::Meeting;
use domain::meeting::MeetingPassword;
use domain::people::EmailAddress;
use domain::people::NewPassword;
use domain::people::Visitor;
use domain::stream::Grant;
use domain::stream::StreamToken;
use domain::text::DisplayName;
use http::HeaderValue;
use http::StatusCode;
use http::request::Parts;
use leptos_axum::ResponseOptions;
use tracing::error;
use tracing::warn;

use crate::http::ClientIp;
use crate::http::Way;
use crate::http::session::SessionDigest;
use crate::http::wants_page;
use crate::state::State;

/// The backend of one request.
pub(crate) struct RequestBackend {
    state: State,
    visitor: Visitor,
    session: Option<String>,
    ip: IpAddr,
    way: Way,
    typed: Option<Typed>,
    /// Whether the browser wants a page for an answer, as it does when a form is sent without scripts.
    wants_page: bool,
    response: ResponseOptions,
}

impl RequestBackend {
    /// Reads who asks, and how, from what the HTTP layers put into the request; none if a layer is missing.
    pub(crate) fn of(state: State, parts: &Parts, response: ResponseOptions) -> Option<Self> {
        let known = &parts.extensions;
        Some(Self {
            state,
            visitor: known.get::<Visitor>()?.clone(),
            session: known.get::<SessionDigest>().map(|session| session.0.clone()),
            ip: known.get::<ClientIp>()?.0,
            way: known.get::<Way>()?.clone(),
            typed: known.get::<Typed>().cloned(),
            wants_page: wants_page(&parts.headers),
            response,
        })
    }
}

#[async_trait]
impl Backend for RequestBackend {
    async fn visitor(&self) -> Result<Visitor, Problem> {
        Ok(self.visitor.clone())
    }

    fn origin(&self) -> String {
        let asked_by = || format!("{}://{}", if self.way.secure { "https" } else { "http" }, self.way.host);
        self.state.config.public_url.clone().unwrap_or_else(asked_by)
    }

    fn redirect(&self, path: &str) {
        // leptos panics on a path that is no header.
        match HeaderValue::from_str(path) {
            Ok(_) => leptos_axum::redirect(path),
            Err(_) => warn!("A page wanted to go to a path that cannot be written into a header"),
        }
    }

    fn redirect_without_scripts(&self, path: &str) {
        if self.wants_page {
            self.redirect(path);
        }
    }

    fn set_status(&self, status: u16) {
        if let Ok(status) = StatusCode::from_u16(status) {
            self.response.set_status(status);
        }
    }

    fn typed(&self) -> Option<Typed> {
        self.typed.clone()
    }

    async fn sign_up_policy(&self) -> Result<SignUpPolicy, Problem> {
        Ok(self.state.config.sign_up)
    }

    async fn check_set_up_link(&self, token: String) -> Result<(), Problem> {
        people::check_set_up_link(self, &token).await
    }

    async fn check_invitation(&self, token: String) -> Result<(), Problem> {
        people::check_invitation(self, &token).await
    }

    async fn set_up(&self, token: String, person: NewAccount) -> Result<(), Problem> {
        people::set_up(self, &token, person).await
    }

    async fn sign_up(&self, invitation: Option<String>, person: NewAccount) -> Result<(), Problem> {
        people::sign_up(self, invitation, person).await
    }

    async fn sign_in(&self, email: EmailAddress, password: String) -> Result<(), Problem> {
        people::sign_in(self, email, password).await
    }

    async fn sign_out(&self) -> Result<(), Problem> {
        people::sign_out(self).await
    }

    async fn sign_out_everywhere(&self) -> Result<(), Problem> {
        people::sign_out_everywhere(self).await
    }

    async fn rename(&self, name: DisplayName) -> Result<(), Problem> {
        people::rename(self, &name).await
    }

    async fn change_password(&self, present: String, new: NewPassword) -> Result<(), Problem> {
        people::change_password(self, present, new).await
    }

    async fn invite(&self) -> Result<String, Problem> {
        people::invite(self).await
    }

    async fn invitations(&self) -> Result<Vec<Invitation>, Problem> {
        people::invitations(self).await
    }

    async fn revoke_invitation(&self, id: String) -> Result<(), Problem> {
        people::revoke_invitation(self, &id).await
    }

    async fn people(&self, search: String, page: u32) -> Result<People, Problem> {
        administration::people(self, &search, page).await
    }

    async fn make_password_link(&self, person: AccountId) -> Result<String, Problem> {
        administration::make_password_link(self, &person).await
    }

    async fn set_administrator(&self, person: AccountId, administrator: bool) -> Result<(), Problem> {
        administration::set_administrator(self, &person, administrator).await
    }

    async fn delete_account(&self, person: AccountId) -> Result<(), Problem> {
        administration::delete_account(self, &person).await
    }

    async fn check_password_link(&self, token: String) -> Result<EmailAddress, Problem> {
        people::check_password_link(self, &token).await
    }

    async fn choose_password(&self, token: String, new: NewPassword) -> Result<(), Problem> {
        people::choose_password(self, &token, new).await
    }

    async fn create_meeting(&self, draft: Draft) -> Result<Meeting, Problem> {
        meetings::create(self, draft).await
    }

    async fn my_meetings(&self) -> Result<Vec<Card>, Problem> {
        meetings::mine(self).await
    }

    async fn meeting(&self, id: MeetingId) -> Result<Meeting, Problem> {
        meetings::managed(self, &id).await
    }

    async fn change_meeting(&self, id: MeetingId, change: Change) -> Result<Meeting, Problem> {
        meetings::change(self, &id, change).await
    }

    async fn delete_meeting(&self, id: MeetingId) -> Result<(), Problem> {
        meetings::delete(self, &id).await
    }

    async fn stream_tokens(&self, id: MeetingId) -> Result<Vec<StreamToken>, Problem> {
        streams::tokens(self, &id).await
    }

    async fn make_stream_token(&self, id: MeetingId, name: DisplayName, grant: Grant) -> Result<String, Problem> {
        streams::make(self, &id, name, grant).await
    }

    async fn revoke_stream_token(&self, id: MeetingId, token: String) -> Result<(), Problem> {
        streams::revoke(self, &id, &token).await
    }

    async fn doorplate(&self, id: MeetingId) -> Result<Doorplate, Problem> {
        meetings::doorplate(self, &id).await
    }

    async fn check_meeting_password(&self, id: MeetingId, password: MeetingPassword) -> Result<(), Problem> {
        meetings::check_password(self, id, password).await
    }

    async fn chat(&self, id: MeetingId, before: Option<ChatCursor>) -> Result<ChatHistory, Problem> {
        meetings::chat(self, &id, before).await
    }
}

/// A question that the store did not answer.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn unread(error: store::Error) -> Problem {
    error!(error = %error, "Could not read from the store");
    if matches!(error, store::Error::Busy) { Problem::Busy } else { Problem::Failed }
}

/// A change that the store did not take.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn unsaved(error: store::Error) -> Problem {
    error!(error = %error, "Could not write to the store");
    if matches!(error, store::Error::Busy) { Problem::Busy } else { Problem::NotSaved }
}

/// The operating system has no randomness.
fn unlucky(error: impl std::fmt::Display) -> Problem {
    error!(error = %error, "Could not draw randomness");
    Problem::Failed
}
