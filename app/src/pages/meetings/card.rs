//! One meeting in the list.

use domain::meeting::Card;
use domain::meeting::Meeting;
use icondata_lu::LuCopy;
use icondata_lu::LuLockKeyhole;
use icondata_lu::LuMessageSquare;
use icondata_lu::LuRepeat;
use icondata_lu::LuSettings;
use icondata_lu::LuTrash2;
use leptos::prelude::*;

use crate::erase::Served;
use crate::text;
use crate::text::meetings as words;
use crate::widgets::Icon;
use crate::widgets::Menu;
use crate::widgets::MenuLink;
use crate::widgets::Time;
use crate::widgets::copy_text;

/// Draws a meeting: what it is about, who is there, how to get in, and the ⋮ menu.
#[component]
pub fn MeetingCard(card: Card, origin: String) -> AnyView {
    let Card { meeting, present, waiting, .. } = card;
    let link = format!("{origin}{}", meeting.id.path());
    let path = meeting.id.path();
    let (class, enter) = match present {
        0 => ("button button-small", words::OPEN),
        _ => ("button button-small button-primary", words::JOIN),
    };
    let of_title = format!("{enter} “{}”", meeting.settings.title);
    view! {
        <li class="card meeting-card">
            <div class="meeting-card-head">
                <h2 dir="auto">{meeting.settings.title.to_string()}</h2>
                <MeetingMenu meeting=meeting.clone() link />
            </div>
            <Facts meeting=meeting.clone() present waiting />
            <div class="meeting-card-foot">
                <span class="meeting-id">{meeting.id.to_string()}</span>
                <a class=class href=path aria-label=of_title>
                    {enter}
                </a>
            </div>
        </li>
    }
    .served()
}

#[component]
fn Facts(meeting: Meeting, present: usize, waiting: usize) -> AnyView {
    let (since, at) = match meeting.last_used_at {
        Some(at) => (words::LAST_USED, at),
        None => (words::CREATED_AT, meeting.created_at),
    };
    view! {
        <p class="meeting-card-facts">
            {(present > 0).then(|| view! { <span class="fact fact-live">{words::present(present)}</span> })}
            {(waiting > 0).then(|| view! { <span class="fact fact-live">{words::waiting(waiting)}</span> })}
            <span class="fact">{since} " " <Time at /></span>
            {meeting.settings.password_set.then(|| view! { <span class="fact"><Icon icon=LuLockKeyhole />{words::HAS_PASSWORD}</span> })}
            {meeting.settings.regular.then(|| view! { <span class="fact"><Icon icon=LuRepeat />{words::IS_REGULAR}</span> })}
        </p>
    }
    .served()
}

#[component]
fn MeetingMenu(meeting: Meeting, link: String) -> AnyView {
    let id = meeting.id;
    let copy = move |_| copy_text(link.clone(), text::LINK_COPIED, || ());
    view! {
        <Menu id=format!("menu-{id}") label=words::menu_of(&meeting.settings.title)>
            <button type="button" class="menu-item needs-script" on:click=copy>
                <Icon icon=LuCopy />
                {text::COPY_LINK}
            </button>
            <MenuLink href=format!("/meetings/{id}/settings") icon=LuSettings label=words::SETTINGS />
            <MenuLink href=format!("/meetings/{id}/chat") icon=LuMessageSquare label=words::READ_CHAT />
            <hr class="menu-line" />
            <a class="menu-item menu-item-danger" href=format!("/meetings?delete={id}")>
                <Icon icon=LuTrash2 />
                {words::DELETE}
            </a>
        </Menu>
    }
    .served()
}
