//! A page.

use leptos::prelude::*;

/// The page.
#[component]
pub fn SignUpPage() -> AnyView {
    view! { <h1>"SignUpPage"</h1> }.into_any()
}
