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
use crate::erase::Drawn;
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
pub fn draw(ticket: Ticket, media: RwSignal<Option<Media>>, refuse: Callback<Problem>) -> AnyView {
    let stand = RwSignal::new(Stand::Inside);
    (move || match stand.get() {
        Stand::Inside => view! { <Inside ticket=ticket.clone() media stand refuse /> }.drawn(),
        Stand::Out(farewell, title) => {
            view! { <Out farewell title meeting=ticket.meeting.clone() media stand /> }.drawn()
        }
    })
    .drawn()
}

#[component]
fn Inside(
    ticket: Ticket,
    media: RwSignal<Option<Media>>,
    stand: RwSignal<Stand>,
    refuse: Callback<Problem>,
) -> AnyView {
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
            refuse.run(why);
        }
        Phase::Over(why) => out(Farewell::Closed(why)),
        Phase::Left => out(Farewell::Left),
        Phase::Knocking | Phase::Waiting(_) | Phase::Inside => {}
    });
    (move || match part.get() {
        Part::Knocking => view! { <Hall title=words::KNOCKING.to_owned() lead="" call /> }.drawn(),
        Part::Waiting(title) => view! { <Hall title lead=words::WAITING call /> }.drawn(),
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

/// Where one waits.
#[component]
fn Hall(title: String, lead: &'static str, call: Call) -> AnyView {
    view! {
        <div class="room hall">
            <main class="hall-main" id="content" role="status">
                <span class="hall-light" aria-hidden="true"></span>
                <h1>{title}</h1>
                <p>{lead}</p>
                <button type="button" class="button" on:click=move |_| call.leave()>
                    {words::STOP_WAITING}
                </button>
            </main>
        </div>
    }
    .drawn()
}
