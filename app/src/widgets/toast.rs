//! Short confirmations at the bottom of the window, read aloud and gone by themselves.

use std::time::Duration;

use icondata_lu::LuCheck;
use leptos::prelude::*;

/// How long a message stays: long enough to read a line twice.
const STAY: Duration = Duration::from_secs(6);

/// The messages that are shown, of which every page may add one.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<(u32, String)>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// Shows a message. For handlers and effects only: it starts the clock that takes the message away.
    pub fn say(&self, text: impl Into<String>) {
        let (shown, id) = (self.shown, self.next.get_value());
        self.next.set_value(id.wrapping_add(1));
        shown.update(|list| list.push((id, text.into())));
        set_timeout(
            move || {
                shown.try_update(|list| list.retain(|(other, _)| *other != id));
            },
            STAY,
        );
    }
}

/// Makes the messages available to every page.
pub fn provide_toasts() {
    provide_context(Toasts { shown: RwSignal::new(Vec::new()), next: StoredValue::new(0) });
}

/// The messages of this window.
pub fn toasts() -> Toasts {
    use_context().unwrap_or_else(|| Toasts { shown: RwSignal::new(Vec::new()), next: StoredValue::new(0) })
}

/// Where the messages appear. Always in the document: a region that comes with its first message is not read aloud.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.shown.get() key=|(id, _)| *id let((_, text))>
                <p class="toast">
                    <super::Icon icon=LuCheck />
                    {text}
                </p>
            </For>
        </div>
    }
}
