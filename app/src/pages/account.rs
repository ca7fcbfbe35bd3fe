//! A page.

use leptos::prelude::*;

/// The page.
#[component]
pub fn AccountPage() -> AnyView {
    view! { <h1>"AccountPage"</h1> }.into_any()
}
