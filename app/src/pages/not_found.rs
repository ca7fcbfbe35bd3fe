//! A page.

use leptos::prelude::*;

/// The page.
#[component]
pub fn NotFoundPage() -> AnyView {
    view! { <h1>"NotFoundPage"</h1> }.into_any()
}
