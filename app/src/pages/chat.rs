//! A page.

use leptos::prelude::*;

/// The page.
#[component]
pub fn ChatPage() -> AnyView {
    view! { <h1>"ChatPage"</h1> }.into_any()
}
