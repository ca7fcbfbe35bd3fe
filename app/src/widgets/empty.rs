//! A page with nothing on it yet.

use leptos::prelude::*;

use crate::erase::Inside;
use crate::erase::Served;

/// Says what would be here, and how to get it; the way there is in `children`.
#[component]
pub fn Empty(
    icon: icondata_core::Icon,
    title: &'static str,
    lead: &'static str,
    #[prop(optional)] children: Option<Inside>,
) -> AnyView {
    view! {
        <section class="empty">
            <div class="empty-mark">
                <super::Icon icon=icon />
            </div>
            <h2>{title}</h2>
            <p>{lead}</p>
            {children.map(Inside::draw)}
        </section>
    }
    .served()
}
