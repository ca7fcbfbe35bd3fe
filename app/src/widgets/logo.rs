//! The name and its mark.

use leptos::prelude::*;

use crate::text;

/// The product's name with its mark, as a link to the start page.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <a class="logo" href="/">
            <img class="logo-mark" src="/favicon.svg" alt="" width="30" height="30" />
            {text::CONFAB}
        </a>
    }
}
