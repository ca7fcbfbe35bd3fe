//! What pages are drawn with.

use leptos::prelude::*;

/// Makes the list of short messages available to every page.
pub fn provide_toasts() {}

/// Where the short messages appear.
#[component]
pub fn ToastRegion() -> impl IntoView {}
