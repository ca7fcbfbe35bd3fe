//! The one door through which the pages ask the server.
//!
//! The server implements [`Backend`] and puts it into the context of every render and every server function.
//! Who asks is not an argument: the implementation knows the request, and decides with `domain::access`.

use std::sync::Arc;

use async_trait::async_trait;
use domain::AccountId;
use domain::ChatId;
use domain::MeetingId;
use domain::Problem;
use domain::Timestamp;
use domain::meeting::Card;
use domain::meeting::Change;
use domain::meeting::Doorplate;
use domain::meeting::Draft;
use domain::meeting::Meeting;
use domain::meeting::MeetingPassword;
use domain::people::Account;
use domain::people::EmailAddress;
use domain::people::NewPassword;
use domain::people::Visitor;
use domain::stream::Grant;
use domain::stream::StreamToken;
use domain::text::DisplayName;
use domain::wire::ChatMessage;
use leptos::prelude::use_context;
use serde::Deserialize;
use serde::Serialize;

/// What the pages ask the server for. Every method checks the rights of whoever sent the request.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Who sent this request.
    async fn visitor(&self) -> Result<Visitor, Problem>;
    /// The address under which people reach this server, such as `https://meet.example.org`; no slash at the end.
    fn origin(&self) -> String;
    /// Sends the browser to a path of this server after the answer.
    fn redirect(&self, path: &str);
    /// The same for a browser without scripts. A page with scripts stays where it is, scrolled as it is, and shows by
    /// itself what came of the form.
    fn redirect_without_scripts(&self, path: &str);
    /// Sets the HTTP status of the page.
    fn set_status(&self, status: u16);
    /// What was typed into the form whose refusal this page tells.
    fn typed(&self) -> Option<Typed>;

    /// How people get accounts here.
    async fn sign_up_policy(&self) -> Result<SignUpPolicy, Problem>;
    /// Checks the token of the first administrator's one-time link before it is used.
    async fn check_set_up_link(&self, token: String) -> Result<(), Problem>;
    /// Checks the token of an invitation before it is used.
    async fn check_invitation(&self, token: String) -> Result<(), Problem>;
    /// Makes the first administrator and signs them in; `token` is of the one-time link.
    async fn set_up(&self, token: String, person: NewAccount) -> Result<(), Problem>;
    /// Makes an account and signs it in; `invitation` is of the one-time link, where one is needed.
    async fn sign_up(&self, invitation: Option<String>, person: NewAccount) -> Result<(), Problem>;
    /// Opens a session.
    async fn sign_in(&self, email: EmailAddress, password: String) -> Result<(), Problem>;
    /// Ends this session.
    async fn sign_out(&self) -> Result<(), Problem>;
    /// Ends all sessions of this account.
    async fn sign_out_everywhere(&self) -> Result<(), Problem>;
    /// Changes the name others see.
    async fn rename(&self, name: DisplayName) -> Result<(), Problem>;
    /// Changes the password and ends all other sessions of this account.
    async fn change_password(&self, present: String, new: NewPassword) -> Result<(), Problem>;
    /// Makes a one-time link for a new account, for administrators; answers the link's path.
    async fn invite(&self) -> Result<String, Problem>;
    /// The invitations that are still open, for administrators.
    async fn invitations(&self) -> Result<Vec<Invitation>, Problem>;
    /// Takes an invitation back, for administrators.
    async fn revoke_invitation(&self, id: String) -> Result<(), Problem>;

    /// People who have an account here, for administrators: those whose name or address holds `search`, in the order
    /// of their names; `page` counts from 0.
    async fn people(&self, search: String, page: u32) -> Result<People, Problem>;
    /// Makes a one-time link with which somebody chooses a new password, for administrators; answers the link's path.
    /// Earlier links of this person open nothing any more.
    async fn make_password_link(&self, person: AccountId) -> Result<String, Problem>;
    /// Gives somebody the administrator's rights, or takes them, for administrators. The last one keeps them.
    async fn set_administrator(&self, person: AccountId, administrator: bool) -> Result<(), Problem>;
    /// Deletes somebody's account with its meetings and ends what goes on with it, for administrators; not the last
    /// administrator's.
    async fn delete_account(&self, person: AccountId) -> Result<(), Problem>;
    /// Checks the token of a link for a new password before it is used, and answers whose it is.
    async fn check_password_link(&self, token: String) -> Result<EmailAddress, Problem>;
    /// Chooses a new password with the token of a one-time link, ends all sessions of the account and opens one here.
    async fn choose_password(&self, token: String, new: NewPassword) -> Result<(), Problem>;

    /// Makes a meeting.
    async fn create_meeting(&self, draft: Draft) -> Result<Meeting, Problem>;
    /// The visitor's own meetings, newest first.
    async fn my_meetings(&self) -> Result<Vec<Card>, Problem>;
    /// A meeting that the visitor may manage.
    async fn meeting(&self, id: MeetingId) -> Result<Meeting, Problem>;
    /// Changes a meeting; in force at once, also while it runs.
    async fn change_meeting(&self, id: MeetingId, change: Change) -> Result<Meeting, Problem>;
    /// Deletes a meeting with its chat, and ends it when it runs.
    async fn delete_meeting(&self, id: MeetingId) -> Result<(), Problem>;
    /// The tokens of a meeting for programs that publish or watch, newest first, for its organiser.
    async fn stream_tokens(&self, id: MeetingId) -> Result<Vec<StreamToken>, Problem>;
    /// Makes such a token and answers its secret, for the organiser.
    async fn make_stream_token(&self, id: MeetingId, name: DisplayName, grant: Grant) -> Result<String, Problem>;
    /// Takes such a token back, and ends what goes on with it, for the organiser.
    async fn revoke_stream_token(&self, id: MeetingId, token: String) -> Result<(), Problem>;
    /// What stands at the door of a meeting.
    async fn doorplate(&self, id: MeetingId) -> Result<Doorplate, Problem>;
    /// Checks a meeting's password before entering.
    async fn check_meeting_password(&self, id: MeetingId, password: MeetingPassword) -> Result<(), Problem>;
    /// Messages of a meeting's chat, for whoever may read it without being in it.
    async fn chat(&self, id: MeetingId, before: Option<ChatCursor>) -> Result<ChatHistory, Problem>;
}

/// What somebody without scripts typed into a form that was refused, for the page that comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The path that the form was sent to.
    pub form: String,
    /// The fields by name, as far as they may be given back: no secrets.
    pub fields: Vec<(String, String)>,
}

impl Typed {
    /// The text of a field; none if it was not sent.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, text)| text.as_str())
    }
}

/// How people get accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUpPolicy {
    /// Anybody can make one.
    Open,
    /// With an administrator's one-time link.
    Invitation,
    /// Nobody can.
    Closed,
}

/// A person about to get an account.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The name others see.
    pub name: DisplayName,
    /// The address that signs in.
    pub email: EmailAddress,
    /// The password.
    pub password: NewPassword,
}

/// An open invitation, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Names it for revoking.
    pub id: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it runs out.
    pub expires_at: Timestamp,
}

/// Somebody who has an account here, as administrators see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The account.
    pub account: Account,
    /// When it was made.
    pub created_at: Timestamp,
    /// How many meetings go with it if it is deleted.
    pub meetings: usize,
}

/// A page of the people who have an account here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Who is on this page.
    pub people: Vec<Person>,
    /// Whether further ones follow.
    pub more: bool,
    /// Who asks.
    pub you: AccountId,
}

/// A place in a chat: the oldest message that is already known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatCursor {
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Which message.
    pub id: ChatId,
}

/// A page of a meeting's chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatHistory {
    /// The meeting.
    pub meeting: Meeting,
    /// Messages, oldest first.
    pub messages: Vec<ChatMessage>,
    /// Where older messages begin, if there are any.
    pub older: Option<ChatCursor>,
}

/// The backend of this request.
///
/// # Errors
/// [`Problem::Failed`] outside a request, which is a fault of the server's wiring.
pub fn backend() -> Result<Arc<dyn Backend>, Problem> {
    use_context::<Arc<dyn Backend>>().ok_or(Problem::Failed)
}
