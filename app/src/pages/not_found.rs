//! An address that leads nowhere.

use icondata_lu::LuCompass;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::backend::backend;
use crate::erase::Served;
use crate::text;
use crate::widgets::EntryFrame;
use crate::widgets::Icon;

/// Says that there is no such page, with HTTP status 404.
#[component]
pub fn NotFoundPage() -> AnyView {
    if let Ok(backend) = backend() {
        backend.set_status(404);
    }
    view! {
        <Title text=text::problem::NOT_FOUND_TITLE />
        <EntryFrame>
            <section class="problem">
                <div class="empty-mark">
                    <Icon icon=LuCompass />
                </div>
                <h1>{text::problem::NOT_FOUND_TITLE}</h1>
                <p>{text::problem::NOT_FOUND}</p>
                <a class="button button-primary" href="/">
                    {text::TO_START}
                </a>
            </section>
        </EntryFrame>
    }
    .served()
}
