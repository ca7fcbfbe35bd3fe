//! A page.

use leptos::prelude::*;

/// The page.
#[component]
pub fn SetupPage() -> AnyView {
    view! { <h1>"SetupPage"</h1> }.into_any()
}
