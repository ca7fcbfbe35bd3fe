//! Meetings: made, listed, changed, deleted, and looked at from before their door.

use app::backend::ChatCursor;
use app::backend::ChatHistory;
use domain::MeetingId;
use domain::Problem;
use domain::access;
use domain::access::Action;
use domain::access::Role;
use domain::meeting::Card;
use domain::meeting::Change;
use domain::meeting::Doorplate;
use domain::meeting::Draft;
use domain::meeting::Meeting;
use domain::meeting::MeetingPassword;
use domain::meeting::PasswordChange;
use domain::meeting::Settings;
use domain::people::Visitor;
use store::StoredMeeting;
use store::meetings::Created;
use store::meetings::MeetingChange;
use tracing::info;

use super::RequestBackend;
use super::unlucky;
use super::unread;
use super::unsaved;
use crate::clock;
use crate::limits::Door;
use crate::limits::Lock;

/// Messages of one page of a chat.
const PAGE: usize = 100;

/// How often another ID is drawn when one is taken; with 47 bits even once is a wonder.
const DRAWS: usize = 3;

pub(super) async fn create(request: &RequestBackend, draft: Draft) -> Result<Meeting, Problem> {
    let owner = request.visitor.require_account()?.id.clone();
    let settings = Settings::of_new(&draft, request.state.config.capacity);
    let password_hash = match draft.password {
        Some(password) => Some(request.state.passwords.hash(password.expose().to_owned()).await?),
        None => None,
    };
    for _ in 0..DRAWS {
        let meeting = Meeting {
            id: MeetingId::from_entropy(clock::entropy().map_err(unlucky)?),
            owner: owner.clone(),
            created_at: clock::now(),
            last_used_at: None,
            settings: settings.clone(),
        };
        let new = StoredMeeting { meeting, password_hash: password_hash.clone() };
        if request.state.store.create_meeting(&new).await.map_err(unsaved)? == Created::Created {
            return Ok(new.meeting);
        }
    }
    Err(Problem::Failed)
}

pub(super) async fn mine(request: &RequestBackend) -> Result<Vec<Card>, Problem> {
    let account = request.visitor.require_account()?;
    let listed = request.state.store.meetings_of(&account.id).await.map_err(unread)?;
    let card = |listed: store::meetings::Listed| {
        let rooms = &request.state.rooms;
        let (present, waiting) = (rooms.present(&listed.meeting.id), rooms.waiting(&listed.meeting.id));
        Card { meeting: listed.meeting, present, waiting, messages: listed.messages }
    };
    Ok(listed.into_iter().map(card).collect())
}

pub(super) async fn managed(request: &RequestBackend, id: &MeetingId) -> Result<Meeting, Problem> {
    Ok(allowed(request, id, Action::Manage).await?.meeting)
}

pub(super) async fn change(request: &RequestBackend, id: &MeetingId, change: Change) -> Result<Meeting, Problem> {
    allowed(request, id, Action::Manage).await?;
    let password_hash = match change.password {
        None => None,
        Some(PasswordChange::Remove) => Some(None),
        Some(PasswordChange::Set(password)) => {
            Some(Some(request.state.passwords.hash(password.expose().to_owned()).await?))
        }
    };
    let change = MeetingChange {
        title: change.title,
        password_hash,
        allow_guests: change.allow_guests,
        attendees_may_start: change.attendees_may_start,
        regular: change.regular,
        capacity: change.capacity,
    };
    let changed = request.state.store.change_meeting(id, &change).await.map_err(unsaved)?;
    let changed = changed.ok_or(Problem::NoSuchMeeting)?;
    request.state.rooms.settings_changed(id).await;
    Ok(changed.meeting)
}

pub(super) async fn delete(request: &RequestBackend, id: &MeetingId) -> Result<(), Problem> {
    allowed(request, id, Action::Delete).await?;
    if !request.state.store.delete_meeting(id).await.map_err(unsaved)? {
        return Err(Problem::NoSuchMeeting);
    }
    info!(meeting.id = %id, "A meeting was deleted by its owner");
    request.state.rooms.end(id, Problem::NoSuchMeeting).await;
    Ok(())
}

pub(super) async fn doorplate(request: &RequestBackend, id: &MeetingId) -> Result<Doorplate, Problem> {
    request.state.limits.admit(Door::Doorplate, request.ip)?;
    let (stored, role) = found(request, id).await?;
    let settings = &stored.meeting.settings;
    access::may(&request.visitor, role, Action::Enter, settings)?;
    let asks = access::may(&request.visitor, role, Action::EnterWithoutPassword, settings).is_err();
    Ok(Doorplate {
        id: id.clone(),
        title: settings.title.clone(),
        asks_password: asks,
        yours: role == Role::Owner,
        your_name: match &request.visitor {
            Visitor::Account(account) => Some(account.name.clone()),
            Visitor::Guest | Visitor::Stream(_) => None,
        },
        present: request.state.rooms.present(id),
        waiting: if role == Role::Owner { request.state.rooms.waiting(id) } else { 0 },
    })
}

pub(super) async fn check_password(
    request: &RequestBackend,
    id: MeetingId,
    password: MeetingPassword,
) -> Result<(), Problem> {
    let (stored, role) = found(request, &id).await?;
    access::may(&request.visitor, role, Action::Enter, &stored.meeting.settings)?;
    let Some(hash) = stored.password_hash else { return Ok(()) };
    let guess = request.state.limits.guess(Lock::MeetingPassword(id), request.ip).await?;
    let right = request.state.passwords.decide(guess, password.expose().to_owned(), Some(hash)).await?;
    if right { Ok(()) } else { Err(Problem::WrongMeetingPassword) }
}

pub(super) async fn chat(
    request: &RequestBackend,
    id: &MeetingId,
    before: Option<ChatCursor>,
) -> Result<ChatHistory, Problem> {
    let meeting = allowed(request, id, Action::ReadChat).await?.meeting;
    let store = &request.state.store;
    // One more than is shown tells whether there are older ones.
    let messages = match &before {
        Some(known) => store.chat_before(id, &known.id, PAGE + 1).await,
        None => store.newest_chat(id, PAGE + 1).await,
    };
    let mut messages = messages.map_err(unread)?;
    let more = messages.len() > PAGE;
    if more {
        messages.remove(0);
    }
    let oldest = messages.first().filter(|_| more);
    let older = oldest.map(|message| ChatCursor { sent_at: message.sent_at, id: message.id.clone() });
    Ok(ChatHistory { meeting, messages, older })
}

/// A meeting, and what the visitor is in it.
async fn found(request: &RequestBackend, id: &MeetingId) -> Result<(StoredMeeting, Role), Problem> {
    let stored = request.state.store.meeting(id).await.map_err(unread)?.ok_or(Problem::NoSuchMeeting)?;
    let role = access::role(&request.visitor, &stored.meeting.owner);
    Ok((stored, role))
}

/// A meeting with which the visitor may do `action`. A guest hears first that this needs an account.
pub(super) async fn allowed(
    request: &RequestBackend,
    id: &MeetingId,
    action: Action,
) -> Result<StoredMeeting, Problem> {
    request.visitor.require_account()?;
    let (stored, role) = found(request, id).await?;
    access::may(&request.visitor, role, action, &stored.meeting.settings)?;
    Ok(stored)
}
