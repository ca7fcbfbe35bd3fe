//! A page.

use leptos::prelude::*;

/// The page.
#[component]
pub fn LandingPage() -> AnyView {
    view! { <h1>"LandingPage"</h1> }.into_any()
}
