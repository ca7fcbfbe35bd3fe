//! The card with the meeting's link, to be selected or copied.

use leptos::prelude::*;

use super::Subject;
use crate::erase::Served;
use crate::text;
use crate::text::settings as words;
use crate::widgets::LinkBox;

/// Draws the link that stops at the page before the meeting, and the one that does not (TCM-64).
pub fn card(subject: Subject) -> AnyView {
    let direct = format!("{}#app=1", subject.link);
    view! {
        <section class="settings-card" aria-labelledby="link-title">
            <h2 id="link-title">{words::LINK}</h2>
            <p class="settings-lead">{words::LINK_LEAD}</p>
            <LinkBox link=subject.link label=words::LINK copy=text::COPY_LINK done=text::LINK_COPIED />
            <h3>{words::LINK_DIRECT}</h3>
            <p class="settings-lead">{words::LINK_DIRECT_LEAD}</p>
            <LinkBox link=direct label=words::LINK_DIRECT copy=words::COPY_DIRECT done=text::LINK_COPIED />
        </section>
    }
    .served()
}
