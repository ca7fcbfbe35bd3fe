//! Where the tiles are laid.

use domain::MeetingId;
use domain::ParticipantId;
use icondata_lu::LuLink;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Element;
use web_sys::ResizeObserver;

use super::desk::Desk;
use super::tile::TileView;
use crate::call::Call;
use crate::call::layout;
use crate::call::layout::Size;
use crate::call::order::sorted_by;
use crate::call::stage;
use crate::call::stage::Scene;
use crate::erase::Drawn;
use crate::text;
use crate::text::room as words;
use crate::widgets::Icon;

/// Draws the tiles of the present page, and asks for their pictures.
#[component]
pub fn Stage(call: Call, desk: Desk, meeting: MeetingId) -> AnyView {
    let element = NodeRef::<html::Main>::new();
    let size = RwSignal::new(Size::default());
    watch_size(element, size);
    let people = Memo::new(move |before| order(call, size, before));
    let arranged = Memo::new(move |_| {
        stage::arrange(&Scene {
            people: people.get(),
            screens: screens(call),
            view: desk.view.get(),
            pinned: desk.pinned.get(),
            speaker: call.speakers.with(|speakers| speakers.dominant.clone()),
            page: desk.page.get(),
            stage: size.get(),
        })
    });
    Effect::new(move |_| call.look_at(arranged.get().tiles));
    let pages = Memo::new(move |_| arranged.with(|arranged| (arranged.page, arranged.pages)));
    Effect::new(move |_| desk.pages.set(pages.get()));
    // In a fixed order: a video that is moved in the document stops playing.
    let tracks = Memo::new(move |_| {
        arranged.with(|arranged| sorted_by(arranged.tiles.iter().map(|tile| tile.track.clone()), Ord::cmp))
    });
    let alone =
        Memo::new(move |_| call.room.with(|room| room.as_ref().is_none_or(|room| room.participants.len() <= 1)));
    view! {
        <main class="stage" id="content" aria-label=words::STAGE node_ref=element>
            <For each=move || tracks.get() key=Clone::clone let(track)>
                <TileView call desk track arranged />
            </For>
            {move || alone.get().then(|| view! {
                <Alone meeting=meeting.clone() />
            })}
        </main>
    }
    .drawn()
}

/// What whoever is first in the room may want to do.
#[component]
fn Alone(meeting: MeetingId) -> AnyView {
    view! {
        <div class="stage-alone">
            <p><strong>{words::ALONE}</strong></p>
            <p>{words::ALONE_LEAD}</p>
            <button type="button" class="button button-small" on:click=move |_| super::copy_link(&meeting)>
                <Icon icon=LuLink />
                {text::COPY_LINK}
            </button>
        </div>
    }
    .drawn()
}

/// Who shares a screen. One's own comes first, so that anybody else's is the large one; whether there is one this page
/// knows before the server says it.
fn screens(call: Call) -> Vec<ParticipantId> {
    let own = call.screen.with(Option::is_some);
    call.room.with(|room| {
        let Some(room) = room else { return Vec::new() };
        let others = room.sharing().into_iter().filter(|id| *id != room.you);
        own.then(|| room.you.clone()).into_iter().chain(others).collect()
    })
}

/// Everybody who can be seen, in a lasting order, in which whoever speaks comes to the first page.
fn order(call: Call, size: RwSignal<Size>, before: Option<&Vec<ParticipantId>>) -> Vec<ParticipantId> {
    let present = call.room.with(|room| room.as_ref().map(|room| room.on_stage()).unwrap_or_default());
    let kept = before.into_iter().flatten().filter(|id| present.contains(id)).cloned();
    let mut people: Vec<ParticipantId> = kept.collect();
    let new: Vec<_> = present.iter().filter(|id| !people.contains(id)).cloned().collect();
    people.extend(new);
    if let Some(speaker) = call.speakers.with(|speakers| speakers.dominant.clone()) {
        let pages = people.len().div_ceil(layout::capacity(size.get())).max(1);
        let first_page = people.len().div_ceil(pages);
        stage::bring_forward(&mut people, &speaker, first_page);
    }
    people
}

/// Follows the size of the stage as panels open and windows change.
fn watch_size(element: NodeRef<html::Main>, size: RwSignal<Size>) {
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let element: Element = element.unchecked_into();
        let measured = element.clone();
        let measure = Closure::<dyn FnMut()>::new(move || {
            let (width, height) = (f64::from(measured.client_width()), f64::from(measured.client_height()));
            if size.try_get_untracked().is_some_and(|known| known != Size { width, height }) {
                size.set(Size { width, height });
            }
        });
        let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) else { return };
        observer.observe(&element);
        let kept = StoredValue::new_local((observer, measure));
        on_cleanup(move || {
            let _ = kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
}
