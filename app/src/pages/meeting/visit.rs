//! From the door into the room: knocking, waiting, being inside.

use domain::Problem;
use domain::text::Title;
use leptos::prelude::*;

use super::farewell::Farewell;
use super::farewell::Out;
use super::room::RoomView;
use crate::call::Call;
use crate::call::Media;
use crate::call::Phase;
use crate::call::Ticket;
use crate::call::outage::Outage;
use crate::erase::Drawn;
use crate::parts::Back;
use crate::text::door as words;
use crate::text::room;

/// Where the visitor stands, once past the door.
#[derive(Clone, Debug)]
pub enum Stand {
    /// On the way in, or in.
    Inside,
    /// Out of the meeting of this title again.
    Out(Farewell, Title),
}

/// Draws a visit from its first knock to after its end; drawn in the browser only, after a press.
pub fn draw(ticket: Ticket, media: RwSignal<Option<Media>>, back: Back) -> AnyView {
    let stand = RwSignal::new(Stand::Inside);
    (move || match stand.get() {
        Stand::Inside => view! { <Inside ticket=ticket.clone() media stand back /> }.drawn(),
        Stand::Out(farewell, title) => {
            view! { <Out farewell title meeting=ticket.meeting.clone() media stand /> }.drawn()
        }
    })
    .drawn()
}

#[component]
fn Inside(ticket: Ticket, media: RwSignal<Option<Media>>, stand: RwSignal<Stand>, back: Back) -> AnyView {
    let (meeting, title) = (ticket.meeting.clone(), ticket.title.clone());
    let media = media.get_untracked().unwrap_or_else(Media::none);
    let call = Call::enter(ticket, media);
    // What changes inside a phase must not draw the room anew.
    let part = Memo::new(move |_| {
        call.phase.with(|phase| match phase {
            Phase::Knocking | Phase::Over(_) | Phase::Left => Part::Knocking,
            Phase::Waiting(settings) => Part::Waiting(room::waiting_for(settings)),
            Phase::Inside => Part::Inside,
        })
    });
    let out = move |farewell| {
        // It may have been renamed since it was read at the door.
        let renamed = call.room.with_untracked(|room| room.as_ref().map(|room| room.settings.title.clone()));
        stand.set(Stand::Out(farewell, renamed.unwrap_or_else(|| title.clone())));
    };
    Effect::new(move |_| match call.phase.get() {
        Phase::Over(Problem::NoSuchMeeting) => out(Farewell::Closed(Problem::NoSuchMeeting)),
        Phase::Over(Problem::Ended) if call.owns() => out(Farewell::EndedByYou),
        // Whoever never was inside is still before the door, and so is whoever lacks the new password.
        Phase::Over(why) if call.room.with_untracked(Option::is_none) || needs_password(&why) => {
            back.run(Some(why));
        }
        Phase::Over(why) => out(Farewell::Closed(why)),
        Phase::Left => out(Farewell::Left),
        Phase::Knocking | Phase::Waiting(_) | Phase::Inside => {}
    });
    let to_door = Callback::new(move |()| back.run(None));
    (move || match part.get() {
        Part::Knocking => view! { <Hall title=words::KNOCKING.to_owned() call to_door /> }.drawn(),
        Part::Waiting(title) => view! { <Hall title lead=words::WAITING call to_door /> }.drawn(),
        Part::Inside => view! { <RoomView call meeting=meeting.clone() /> }.drawn(),
    })
    .drawn()
}

fn needs_password(why: &Problem) -> bool {
    matches!(why, Problem::PasswordNeeded | Problem::WrongMeetingPassword)
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Knocking,
    Waiting(String),
    Inside,
}

/// Where one waits: for the server, then for the organiser. Says so when there is no connection.
#[component]
fn Hall(title: String, #[prop(optional)] lead: &'static str, call: Call, to_door: Callback<()>) -> AnyView {
    let unreachable = Memo::new(move |_| call.outage.get() == Some(Outage::Unreachable));
    let said = move || if unreachable.get() { no_connection() } else { what_for(title.clone(), lead, call) };
    // One button, so that the keyboard stays on it when its meaning changes.
    let label = move || if unreachable.get() { words::TO_DOOR } else { words::STOP_WAITING };
    let go = move |_| if unreachable.get_untracked() { to_door.run(()) } else { call.leave() };
    view! {
        <div class="room hall">
            <main class="hall-main" id="content">
                <span class="hall-light" aria-hidden="true"></span>
                <div class="hall-words" role="status">{said}</div>
                <button type="button" class="button" on:click=go>
                    {label}
                </button>
            </main>
        </div>
    }
    .drawn()
}

fn what_for(title: String, lead: &'static str, call: Call) -> AnyView {
    let lost = move || {
        call.outage.get().and_then(words::waiting_without).map(|why| {
            view! { <p class="hall-trouble"><strong>{room::RECONNECTING}</strong> " " {why}</p> }
        })
    };
    view! {
        <h1 dir="auto">{title}</h1>
        {(!lead.is_empty()).then(|| view! { <p>{lead}</p> })}
        {lost}
    }
    .drawn()
}

fn no_connection() -> AnyView {
    view! {
        <h1>{words::UNREACHABLE_TITLE}</h1>
        <p>{words::UNREACHABLE}</p>
        <p>{words::UNREACHABLE_CHECK}</p>
        <p class="hall-mend">{words::UNREACHABLE_MEND}</p>
    }
    .drawn()
}
