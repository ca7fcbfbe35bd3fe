//! Who is here.

use domain::access::Role;
use domain::wire::Participant;
use icondata_lu::LuHand;
use icondata_lu::LuMicOff;
use icondata_lu::LuVideoOff;
use leptos::prelude::*;

use super::chat::PanelHead;
use super::chat::close_on_escape;
use super::desk::Desk;
use super::sign::Sign;
use super::sign::sign_of;
use crate::call::Call;
use crate::erase::Drawn;
use crate::text::room as words;
use crate::widgets::Avatar;
use crate::widgets::Icon;

/// Draws the list: raised hands first, the longest up on top.
#[component]
pub fn PeoplePanel(call: Call, desk: Desk) -> AnyView {
    let people = move || {
        call.room.with(|room| {
            let Some(room) = room else { return Vec::new() };
            let hands = room.hands();
            let others = room.order().into_iter().filter(|id| !hands.contains(id)).collect::<Vec<_>>();
            let all = hands.iter().chain(&others).filter_map(|id| room.participant(id));
            all.map(|person| (person.clone(), person.id == room.you)).collect()
        })
    };
    // A line is drawn again when anything about the person changes.
    let key = |(person, _): &(Participant, bool)| {
        (person.id.clone(), person.name.to_string(), person.hand_raised_at, state_of(person), person.quality)
    };
    view! {
        <aside class="panel" aria-label=words::PEOPLE on:keydown=move |event| close_on_escape(&event, desk)>
            <PanelHead title=words::PEOPLE desk />
            <ul class="people" tabindex="0" aria-label=words::PEOPLE>
                <For each=people key=key let((person, own))>
                    <Person person own />
                </For>
            </ul>
        </aside>
    }
    .drawn()
}

fn state_of(person: &Participant) -> (bool, bool, bool, bool) {
    (person.publishing.microphone, person.publishing.camera, person.connected, person.media)
}

#[component]
fn Person(person: Participant, own: bool) -> AnyView {
    let (microphone, camera, connected, media) = state_of(&person);
    let roles = [
        own.then_some(words::YOU),
        (person.role == Role::Owner).then_some(words::ORGANISER),
        person.guest.then_some(words::GUEST),
        (!media).then_some(words::CHAT_ONLY),
        (!connected).then_some(words::RECONNECTING),
    ];
    let roles = roles.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let name = person.name.to_string();
    view! {
        <li class="person">
            <Avatar name=name.clone() />
            <span class="person-words">
                <span class="person-name">{name}</span>
                <span class="person-role">{roles}</span>
            </span>
            {sign_of(&person).map(|quality| view! { <Sign quality /> })}
            {person.hand_raised_at.map(|_| view! { <span class="person-hand"><Icon icon=LuHand /></span> })}
            {(media && !microphone).then(|| view! { <span class="person-off"><Icon icon=LuMicOff /><span class="only-read">{words::MUTED}</span></span> })}
            {(media && !camera).then(|| view! { <span class="person-off"><Icon icon=LuVideoOff /></span> })}
        </li>
    }
    .drawn()
}
