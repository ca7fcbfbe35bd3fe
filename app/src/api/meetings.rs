//! Meetings and their chats.

use domain::MeetingId;
use domain::meeting::Card;
use domain::meeting::Doorplate;
use domain::meeting::Meeting;
use leptos::server;

use super::Refusal;
use crate::backend::ChatCursor;
use crate::backend::ChatHistory;

/// Finds a meeting by its ID or a pasted link and goes to its page.
#[server(endpoint = "find-meeting")]
pub async fn find_meeting(text: String) -> Result<(), Refusal> {
    let id = domain::MeetingId::find_in(&text)?;
    let backend = crate::backend::backend()?;
    backend.doorplate(id.clone()).await?;
    backend.redirect(&id.path());
    Ok(())
}

/// Makes a meeting and says so at the top of the list, where it can be opened or left for later.
#[server(endpoint = "create-meeting")]
pub async fn create_meeting(title: String, password: String, regular: Option<String>) -> Result<Meeting, Refusal> {
    let draft = domain::meeting::Draft {
        title: domain::text::Title::parse(&title)?,
        password: super::bodies::filled(password).map(domain::meeting::MeetingPassword::parse).transpose()?,
        regular: super::bodies::ticked(&regular),
    };
    let backend = crate::backend::backend()?;
    let meeting = backend.create_meeting(draft).await?;
    backend.redirect(&format!("/meetings?created={}", meeting.id));
    Ok(meeting)
}

/// The visitor's own meetings.
#[server(endpoint = "my-meetings")]
pub async fn my_meetings() -> Result<Vec<Card>, Refusal> {
    Ok(crate::backend::backend()?.my_meetings().await?)
}

/// A meeting that the visitor may manage, and its whole link.
#[server(endpoint = "meeting")]
pub async fn my_meeting(id: String) -> Result<(Meeting, String), Refusal> {
    let backend = crate::backend::backend()?;
    let meeting = backend.meeting(MeetingId::find_in(&id)?).await?;
    let link = format!("{}{}", backend.origin(), meeting.id.path());
    Ok((meeting, link))
}

/// Saves the card "Options" of a meeting's settings. `password` is empty to keep the present one.
#[server(endpoint = "save-options")]
pub async fn save_options(
    id: MeetingId,
    title: String,
    password: String,
    remove_password: Option<String>,
    allow_guests: Option<String>,
    attendees_may_start: Option<String>,
    regular: Option<String>,
) -> Result<Meeting, Refusal> {
    use domain::meeting::PasswordChange;
    let password = match super::bodies::filled(password) {
        _ if super::bodies::ticked(&remove_password) => Some(PasswordChange::Remove),
        Some(text) => Some(PasswordChange::Set(domain::meeting::MeetingPassword::parse(text)?)),
        None => None,
    };
    let change = domain::meeting::Change {
        title: Some(domain::text::Title::parse(&title)?),
        password,
        allow_guests: Some(super::bodies::ticked(&allow_guests)),
        attendees_may_start: Some(super::bodies::ticked(&attendees_may_start)),
        regular: Some(super::bodies::ticked(&regular)),
        capacity: None,
    };
    let backend = crate::backend::backend()?;
    let meeting = backend.change_meeting(id, change).await?;
    backend.redirect_without_scripts(&format!("/meetings/{}/settings?saved=options#options-save", meeting.id));
    Ok(meeting)
}

/// Saves the card of the seats for sound and picture.
#[server(endpoint = "save-seats")]
pub async fn save_seats(id: MeetingId, capacity: String) -> Result<Meeting, Refusal> {
    let capacity = Some(domain::meeting::Capacity::parse(&capacity)?);
    let backend = crate::backend::backend()?;
    let change = domain::meeting::Change { capacity, ..domain::meeting::Change::default() };
    let meeting = backend.change_meeting(id, change).await?;
    backend.redirect_without_scripts(&format!("/meetings/{}/settings?saved=seats#seats-save", meeting.id));
    Ok(meeting)
}

/// Deletes a meeting and all that it holds.
#[server(endpoint = "delete-meeting")]
pub async fn delete_meeting(id: MeetingId) -> Result<(), Refusal> {
    let backend = crate::backend::backend()?;
    backend.delete_meeting(id).await?;
    backend.redirect("/meetings?deleted");
    Ok(())
}

/// What stands at the door of a meeting.
#[server(endpoint = "doorplate")]
pub async fn read_doorplate(id: String) -> Result<Doorplate, Refusal> {
    Ok(crate::backend::backend()?.doorplate(MeetingId::find_in(&id)?).await?)
}

/// Checks a meeting's password before entering; the signalling asks again.
#[server(endpoint = "check-meeting-password")]
pub async fn check_meeting_password(id: MeetingId, password: String) -> Result<(), Refusal> {
    let password = domain::meeting::MeetingPassword::parse(password)?;
    Ok(crate::backend::backend()?.check_meeting_password(id, password).await?)
}

/// Messages of a meeting's chat without being in it; `before` is where the page that is already known begins.
#[server(endpoint = "chat")]
pub async fn read_chat(id: String, before: Option<ChatCursor>) -> Result<ChatHistory, Refusal> {
    Ok(crate::backend::backend()?.chat(MeetingId::find_in(&id)?, before).await?)
}
