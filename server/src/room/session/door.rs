//! Before the room: the client says who it is, and whether it knows the password.

use std::time::Duration;

use domain::Problem;
use domain::access;
use domain::access::Action;
use domain::meeting::Meeting;
use domain::wire::ClientMessage;
use domain::wire::Hello;
use domain::wire::PROTOCOL;
use domain::wire::ServerMessage;
use roster::Entrance;
use roster::SeatToken;
use store::StoredMeeting;
use tokio::sync::oneshot;
use tracing::error;

use crate::clock;
use crate::limits::Lock;
use crate::room::Rooms;
use crate::room::mailbox::Mailbox;
use crate::room::session::Caller;
use crate::room::session::Entered;
use crate::room::session::resume;
use crate::room::session::resume::Resume;
use crate::room::session::wire::Heard;
use crate::room::session::wire::Wire;
use crate::room::task::Command;
use crate::state::State;

/// How long a client may take to say who it is, wrong passwords included.
const PATIENCE: Duration = Duration::from_secs(60);

/// Frames that are looked at before the door is shut: a hello and some wrong passwords.
const TRIES: usize = 20;

/// Hears the client until it may enter. `None` when the client went away.
///
/// # Errors
/// Why the client is turned away for good.
pub(super) async fn enter(wire: &mut Wire, state: &State, caller: &Caller) -> Result<Option<Entered>, Problem> {
    let talk = async {
        for _ in 0..TRIES {
            let refused = match wire.hear().await {
                Heard::Closed | Heard::Gone => return Ok(None),
                Heard::Nothing => continue,
                Heard::Text(text) => match ClientMessage::decode(&text) {
                    Ok(ClientMessage::Hello(hello)) => match admit(hello, state, caller).await? {
                        Answer::In(entered) => return Ok(Some(*entered)),
                        Answer::Again(problem) => problem,
                    },
                    Ok(_) => Problem::OutOfOrder,
                    Err(problem) => problem,
                },
            };
            wire.say(&ServerMessage::Error { error: refused, chat: None }).await;
        }
        Err(Problem::Flooding)
    };
    tokio::time::timeout(PATIENCE, talk).await.unwrap_or(Err(Problem::OutOfOrder))
}

/// What a hello leads to.
enum Answer {
    In(Box<Entered>),
    /// Not like this; the client may say hello again.
    Again(Problem),
}

async fn admit(hello: Hello, state: &State, caller: &Caller) -> Result<Answer, Problem> {
    if hello.protocol != PROTOCOL {
        return Err(Problem::WrongProtocol);
    }
    let rooms = &state.rooms;
    if rooms.is_stopping() {
        return Err(Problem::Stopping);
    }
    check_session(rooms, caller).await?;
    let stored = read_meeting(rooms, caller).await?;
    let shown = hello.resume.as_deref().and_then(Resume::parse);
    // A hand belongs to a seat: whoever shows none had none up.
    let hand_raised_at = hello.hand_raised_at.filter(|_| shown.is_some());
    let free = may_enter(caller, &stored.meeting)?;
    if !free
        && !has_passed(rooms, caller, &stored, shown.as_ref()).await
        && let Err(problem) = check_password(&hello, &stored, state, caller).await
    {
        return Ok(Answer::Again(problem));
    }
    let token = match shown {
        Some(shown) => shown.token,
        None => SeatToken::from_entropy(clock::entropy().map_err(|_| Problem::Failed)?),
    };
    let connection = rooms.next_connection();
    let (visitor, name) = (caller.visitor.clone(), hello.name.clone());
    let resume = resume::reveal(&token, &visitor, stored.password_hash.as_deref());
    let entrance = Entrance { connection, visitor, name, token, resume, hand_raised_at };
    let (mailbox, letters) = Mailbox::new();
    let room = rooms.enter(&caller.meeting, entrance, mailbox).await?;
    Ok(Answer::In(Box::new(Entered { room, letters, connection, name: hello.name, meeting: stored.meeting })))
}

/// Whether whoever was signed in when they connected still is: a client may take its time before it says hello.
async fn check_session(rooms: &Rooms, caller: &Caller) -> Result<(), Problem> {
    let Some(session) = &caller.session else { return Ok(()) };
    match rooms.shared.store.session(session, clock::now()).await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Problem::SignedOut),
        Err(e) => {
            error!(meeting.id = %caller.meeting, error = %e, "Could not read the session of somebody who enters");
            Err(Problem::Failed)
        }
    }
}

async fn read_meeting(rooms: &Rooms, caller: &Caller) -> Result<StoredMeeting, Problem> {
    match rooms.shared.store.meeting(&caller.meeting).await {
        Ok(stored) => stored.ok_or(Problem::NoSuchMeeting),
        Err(e) => {
            error!(meeting.id = %caller.meeting, error = %e, "Could not read the meeting that somebody enters");
            Err(Problem::Failed)
        }
    }
}

/// Whether this person has passed the door before, by what they show of that.
async fn has_passed(rooms: &Rooms, caller: &Caller, stored: &StoredMeeting, shown: Option<&Resume>) -> bool {
    let Some(shown) = shown else { return false };
    let proved = stored.password_hash.as_ref().is_some_and(|hash| shown.has_passed(&caller.visitor, hash));
    proved || has_seat(rooms, caller, &shown.token).await
}

/// Whether the token opens a kept seat. Its owner has passed the door, and stays when the password is changed.
async fn has_seat(rooms: &Rooms, caller: &Caller, token: &SeatToken) -> bool {
    let (reply, answer) = oneshot::channel();
    rooms.tell(&caller.meeting, Command::Knows(token.clone(), caller.visitor.clone(), reply)).await;
    answer.await.unwrap_or(false)
}

async fn check_password(hello: &Hello, stored: &StoredMeeting, state: &State, caller: &Caller) -> Result<(), Problem> {
    let Some(password) = &hello.password else { return Err(Problem::PasswordNeeded) };
    let guess = state.limits.guess(Lock::MeetingPassword(caller.meeting.clone()), caller.ip).await?;
    let right = state.passwords.decide(guess, password.expose().to_owned(), stored.password_hash.clone()).await?;
    if right { Ok(()) } else { Err(Problem::WrongMeetingPassword) }
}

/// Decides whether somebody may come in at all, and whether without the password.
fn may_enter(caller: &Caller, meeting: &Meeting) -> Result<bool, Problem> {
    let role = access::role(&caller.visitor, &meeting.owner);
    access::may(&caller.visitor, role, Action::Enter, &meeting.settings)?;
    Ok(access::may(&caller.visitor, role, Action::EnterWithoutPassword, &meeting.settings).is_ok())
}
