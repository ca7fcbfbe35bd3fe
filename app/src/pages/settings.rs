//! A page.

use leptos::prelude::*;

/// The page.
#[component]
pub fn SettingsPage() -> AnyView {
    view! { <h1>"SettingsPage"</h1> }.into_any()
}
