//! The room: tiles, the bar of controls, chat and people.

pub mod bar;
pub mod chat;
pub mod desk;
pub mod dialogs;
pub mod glimpses;
pub mod keys;
pub mod more;
pub mod pages;
pub mod people;
pub mod pin;
pub mod sign;
pub mod sounds;
pub mod stage;
pub mod tile;
pub mod wrong;

use domain::MeetingId;
use icondata_lu::LuHand;
use icondata_lu::LuLink;
use leptos::prelude::*;
use web_sys::MediaStream;
use web_sys::MediaStreamTrack;

use crate::call::Call;
use crate::call::session::Flow;
use crate::erase::Drawn;
use crate::pages::meeting::trouble::NewTroubles;
use crate::text;
use crate::text::room as words;
use crate::widgets::Icon;
use crate::widgets::copy_text;
use desk::Desk;
use desk::Panel;

/// A stream of one track, as an element can play it.
pub fn stream_of(track: &MediaStreamTrack) -> Option<MediaStream> {
    let stream = MediaStream::new().ok()?;
    stream.add_track(track);
    Some(stream)
}

/// Draws the room; in the browser only.
#[component]
pub fn RoomView(call: Call, meeting: MeetingId) -> AnyView {
    let desk = Desk::of_room();
    desk.watch_idleness();
    keys::listen(call, desk);
    let panel = {
        let meeting = meeting.clone();
        move || match desk.panel.get() {
            Some(Panel::Chat) => view! { <chat::ChatPanel call desk /> }.drawn(),
            Some(Panel::People) => view! { <people::PeoplePanel call desk meeting=meeting.clone() /> }.drawn(),
            Some(Panel::Wrong) => view! { <wrong::WrongPanel call desk /> }.drawn(),
            None => ().drawn(),
        }
    };
    // Whoever shares must always be able to stop.
    let watches = move || {
        call.screen.with(Option::is_none)
            && call.room.with(|room| room.as_ref().is_some_and(|room| !room.sharing().is_empty()))
    };
    let quiet = move || desk.idle.get() && watches();
    view! {
        <div class="room" class:room-with-panel=move || desk.panel.get().is_some() class:room-quiet=quiet>
            <Head call desk meeting=meeting.clone() />
            <stage::Stage call desk meeting=meeting.clone() />
            {panel}
            <bar::Bar call desk meeting />
            <Notices call />
            <div class="room-low">
                <NewTroubles media=call.media />
                <glimpses::Glimpses call desk />
            </div>
            <sounds::Sounds call />
            <dialogs::Dialogs call desk />
        </div>
    }
    .drawn()
}

/// What the meeting is, who wants to speak, and its link.
#[component]
fn Head(call: Call, desk: Desk, meeting: MeetingId) -> AnyView {
    let title = Memo::new(move |_| {
        call.room.with(|room| room.as_ref().map(|room| room.settings.title.to_string()).unwrap_or_default())
    });
    let hands = Memo::new(move |_| {
        let hands = call.room.with(|room| room.as_ref().map(|room| room.hands()).unwrap_or_default());
        hands.iter().map(|id| call.name_of(id)).collect::<Vec<_>>().join(", ")
    });
    view! {
        <header class="room-head">
            <h1 class="room-title" dir="auto">{title}</h1>
            <button
                type="button"
                class="button button-quiet button-icon button-small"
                aria-label=text::COPY_LINK
                title=text::COPY_LINK
                on:click=move |_| copy_link(&meeting)
            >
                <Icon icon=LuLink />
            </button>
            {move || (!hands.read().is_empty()).then(|| view! {
                <p class="room-hands">
                    <Icon icon=LuHand />
                    <span dir="auto">{hands}</span>
                </p>
            })}
            <pages::Pages desk />
        </header>
    }
    .drawn()
}

fn copy_link(meeting: &MeetingId) {
    let origin = window().location().origin().unwrap_or_default();
    copy_text(format!("{origin}{}", meeting.path()), text::LINK_COPIED, || ());
}

/// The state of the connection, what just happened, and reactions on their way up.
#[component]
fn Notices(call: Call) -> AnyView {
    let line = Memo::new(move |_| {
        call.room.with(|room| room.as_ref().and_then(|room| Some((room.place_in_line()?, room.settings.capacity))))
    });
    let trouble = Memo::new(move |_| match (call.outage.get(), line.get(), call.flow.get()) {
        (Some(outage), ..) => Some((words::RECONNECTING, words::reconnecting(outage).to_owned())),
        (None, Some((place, capacity)), _) => Some((words::NO_MEDIA_SEAT, words::in_line(place, capacity))),
        (None, None, Flow::Broken) => Some((words::RECONNECTING, words::MEDIA_BROKEN.to_owned())),
        (None, None, Flow::Impossible) => Some(("", words::NO_MEDIA.to_owned())),
        (None, None, Flow::Starting | Flow::Flowing) => None,
    });
    view! {
        <div class="room-trouble" role="status">
            {move || trouble.get().map(|(title, lead)| view! { <p><strong>{title}</strong> " " {lead}</p> })}
        </div>
        <div class="room-said" role="status">
            {move || Some(call.said.get()).filter(|said| !said.is_empty()).map(|said| view! { <p>{said}</p> })}
        </div>
        <div class="reactions" aria-hidden="true">
            <For each=move || call.reactions.get() key=|reaction| reaction.number let(reaction)>
                <p class="reaction">
                    <span class="reaction-emoji">{reaction.emoji}</span>
                    <span class="reaction-name" dir="auto">{reaction.name}</span>
                </p>
            </For>
        </div>
    }
    .drawn()
}
