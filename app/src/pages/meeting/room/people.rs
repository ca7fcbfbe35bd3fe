//! Who is here.

use domain::MeetingId;
use domain::ParticipantId;
use domain::access::Role;
use domain::wire::Participant;
use domain::wire::Publishing;
use domain::wire::Source;
use domain::wire::TrackId;
use icondata_lu::LuHand;
use icondata_lu::LuLink;
use icondata_lu::LuMic;
use icondata_lu::LuMicOff;
use icondata_lu::LuVideo;
use icondata_lu::LuVideoOff;
use leptos::prelude::*;

use super::chat::PanelHead;
use super::desk::Desk;
use super::pin::PinButton;
use super::sign::Sign;
use super::sign::sign_of;
use crate::call::Call;
use crate::call::attendance::Attendance;
use crate::call::attendance::Line;
use crate::call::platform;
use crate::erase::Drawn;
use crate::text;
use crate::text::room as words;
use crate::widgets::Avatar;
use crate::widgets::Icon;

/// From so many people on they are looked for by name; fewer are seen at a glance.
const SEARCHED_FROM: usize = 10;

/// Draws the list, and above it how others come in.
#[component]
pub fn PeoplePanel(call: Call, desk: Desk, meeting: MeetingId) -> AnyView {
    let here = Memo::new(move |_| call.room.with(|room| room.as_ref().map(Attendance::of).unwrap_or_default()));
    let count = Memo::new(move |_| here.with(Attendance::count));
    let many = Memo::new(move |_| count.get() >= SEARCHED_FROM);
    let search = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let part = if many.get() { platform::plain(search.get().trim()) } else { String::new() };
        here.with(|here| here.find(|name| part.is_empty() || platform::plain(name).contains(&part)))
    });
    let nobody = Memo::new(move |_| found.with(Vec::is_empty));
    view! {
        <aside class="panel" aria-label=words::PEOPLE>
            <PanelHead title=words::PEOPLE desk count />
            <div class="attendance-tools">
                <button
                    type="button"
                    class="button button-small button-wide"
                    on:click=move |_| super::copy_link(&meeting)
                >
                    <Icon icon=LuLink />
                    {text::COPY_LINK}
                </button>
                {move || many.get().then(|| view! { <Search search nobody /> })}
            </div>
            <ul class="people" tabindex="0" aria-label=words::PEOPLE>
                <For each=move || found.get() key=Clone::clone let(id)>
                    <Person desk here id />
                </For>
            </ul>
        </aside>
    }
    .drawn()
}

#[component]
fn Search(search: RwSignal<String>, nobody: Memo<bool>) -> AnyView {
    view! {
        <label class="only-read" for="find-person">{words::FIND_PERSON}</label>
        <input
            class="field-input"
            id="find-person"
            type="search"
            autocomplete="off"
            placeholder=words::FIND_PERSON
            prop:value=move || search.get()
            on:input=move |event| search.set(event_target_value(&event))
        />
        <p class="attendance-none" role="status">{move || nobody.get().then_some(words::NOBODY_FOUND)}</p>
    }
    .drawn()
}

/// A line of the list. It stays while what it tells changes, so that its button keeps the keyboard.
#[component]
fn Person(desk: Desk, here: Memo<Attendance>, id: ParticipantId) -> AnyView {
    let line = {
        let id = id.clone();
        Memo::new(move |_| here.with(|here| here.line(&id).cloned()))
    };
    let name = Memo::new(move |_| line.with(|line| line.as_ref().map(name_of).unwrap_or_default()));
    let seated = Memo::new(move |_| line.with(|line| line.as_ref().is_some_and(|line| line.person.media)));
    let track = TrackId { participant: id, source: Source::Camera };
    let pin = move || {
        view! { <PinButton desk track=track.clone() label=name class="button button-quiet button-icon button-small" /> }
    };
    view! {
        <li class="person">
            {move || line.get().map(|line| view! { <About line /> })}
            {move || seated.get().then(&pin)}
        </li>
    }
    .drawn()
}

/// What the person's tile is called, too.
fn name_of(line: &Line) -> String {
    if line.own { words::YOU.to_owned() } else { line.person.name.to_string() }
}

#[component]
fn About(line: Line) -> AnyView {
    let Line { person, own, hand } = line;
    let name = person.name.to_string();
    view! {
        <Avatar name=name.clone() />
        <span class="person-words">
            <span class="person-name" dir="auto">{name}</span>
            <span class="person-role">{roles(&person, own)}</span>
        </span>
        {sign_of(&person).map(|quality| view! { <Sign quality /> })}
        {hand.map(|number| view! {
            <span class="person-hand" title=words::hand_number(number)>
                <Icon icon=LuHand />
                <span class="numeric" aria-hidden="true">{number}</span>
                <span class="only-read">{words::hand_number(number)}</span>
            </span>
        })}
        {person.media.then(|| view! { <Sends publishing=person.publishing /> })}
    }
    .drawn()
}

fn roles(person: &Participant, own: bool) -> String {
    let roles = [
        own.then_some(words::YOU),
        (person.role == Role::Owner).then_some(words::ORGANISER),
        person.guest.then_some(words::GUEST),
        (!person.media).then_some(words::CHAT_ONLY),
        (!person.connected).then_some(words::RECONNECTING),
    ];
    roles.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Whether microphone and camera are on.
#[component]
fn Sends(publishing: Publishing) -> AnyView {
    let sign = |on: bool, icon: icondata_core::Icon, words: &'static str| {
        view! {
            <span class="person-sends" class:person-off=!on title=words>
                <Icon icon=icon />
                <span class="only-read">{words}</span>
            </span>
        }
    };
    let (microphone, camera) = (publishing.microphone, publishing.camera);
    view! {
        {if microphone { sign(true, LuMic, words::HEARD) } else { sign(false, LuMicOff, words::MUTED) }}
        {if camera { sign(true, LuVideo, words::SEEN) } else { sign(false, LuVideoOff, words::UNSEEN) }}
    }
    .drawn()
}
