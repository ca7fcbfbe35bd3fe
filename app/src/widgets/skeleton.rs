//! What is on its way.

use leptos::prelude::*;

use crate::erase::Served;
use crate::text;

/// Draws `count` cards' worth of waiting, in the place where they will be.
#[component]
pub fn Skeleton(#[prop(default = 1)] count: usize) -> AnyView {
    let shapes =
        (0..count).map(|_| view! { <span class="skeleton skeleton-card" aria-hidden="true" /> }).collect_view();
    view! {
        <div class="skeletons" role="status">
            <span class="only-read">{text::LOADING}</span>
            {shapes}
        </div>
    }
    .served()
}
