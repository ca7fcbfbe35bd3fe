//! A page.

use leptos::prelude::*;

/// The page.
#[component]
pub fn MeetingsPage() -> AnyView {
    view! { <h1>"MeetingsPage"</h1> }.into_any()
}
