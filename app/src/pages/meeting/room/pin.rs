//! Keeping a person or a shared screen large.

use domain::wire::TrackId;
use icondata_lu::LuPin;
use icondata_lu::LuPinOff;
use leptos::prelude::*;

use super::desk::Desk;
use crate::erase::Drawn;
use crate::text::room as words;
use crate::widgets::Icon;

/// Pins a track, or loosens the pin; `label` says whose it is.
#[component]
pub fn PinButton(desk: Desk, track: TrackId, #[prop(into)] label: Signal<String>, class: &'static str) -> AnyView {
    let pinned = {
        let track = track.clone();
        Memo::new(move |_| desk.pinned.with(|pinned| pinned.as_ref() == Some(&track)))
    };
    let name = move || words::pin(pinned.get(), &label.get());
    let icon = Signal::derive(move || if pinned.get() { LuPinOff } else { LuPin });
    view! {
        <button
            type="button"
            class=class
            aria-pressed=move || if pinned.get() { "true" } else { "false" }
            aria-label=name
            title=name
            on:click=move |_| desk.toggle_pin(&track)
        >
            <Icon icon=icon />
        </button>
    }
    .drawn()
}
