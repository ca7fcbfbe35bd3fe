//! Icons: Lucide's, 20 px, in the colour of the text around them.

use leptos::prelude::*;

/// Draws an icon. It says nothing to screen readers: the control around it has the name.
#[component]
pub fn Icon(#[prop(into)] icon: Signal<icondata_core::Icon>) -> impl IntoView {
    view! {
        <svg
            class="icon"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            inner_html=move || icon.get().data
        />
    }
}
