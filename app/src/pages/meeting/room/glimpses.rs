//! The beginning of each message that comes while the chat is closed.

use leptos::prelude::*;

use super::desk::Desk;
use super::desk::Panel;
use crate::call::Call;
use crate::erase::Drawn;

/// Draws the glimpses, each of which opens the chat. Always in the document: a region that comes with its first message
/// is not read aloud.
#[component]
pub fn Glimpses(call: Call, desk: Desk) -> AnyView {
    view! {
        <div class="glimpses" role="status" aria-atomic="false">
            <For each=move || call.glimpses.get() key=|glimpse| glimpse.id.clone() let(glimpse)>
                <button type="button" class="glimpse" on:click=move |_| desk.panel.set(Some(Panel::Chat))>
                    <strong class="glimpse-name" dir="auto">{glimpse.name}</strong>
                    " "
                    <span class="glimpse-line" dir="auto">{glimpse.line}</span>
                </button>
            </For>
        </div>
    }
    .drawn()
}
