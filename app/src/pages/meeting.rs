//! A page.

use leptos::prelude::*;

/// The page.
#[component]
pub fn MeetingPage() -> AnyView {
    view! { <h1>"MeetingPage"</h1> }.into_any()
}
