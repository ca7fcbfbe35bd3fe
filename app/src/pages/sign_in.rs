//! A page.

use leptos::prelude::*;

/// The page.
#[component]
pub fn SignInPage() -> AnyView {
    view! { <h1>"SignInPage"</h1> }.into_any()
}
