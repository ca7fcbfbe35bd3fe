//! The settings of one meeting. A card is one file in `settings/` and one line in [`CARDS`].

pub mod link;
pub mod options;
pub mod save;
pub mod seats;
pub mod streams;

use std::collections::BTreeSet;

use domain::meeting::Meeting;
use leptos::ev;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use wasm_bindgen::JsCast;

use crate::api::meetings::my_meeting;
use crate::erase::Served;
use crate::pages::drawn_or_problem;
use crate::pages::signed_in::OfMeeting;
use crate::text::settings as words;

/// The cards, from top to bottom.
const CARDS: [fn(Subject) -> AnyView; 4] = [options::card, seats::card, link::card, streams::card];

/// What every card gets.
#[derive(Clone)]
pub struct Subject {
    /// The meeting as it was when the page was opened.
    pub meeting: Meeting,
    /// Its whole link.
    pub link: String,
    /// The title as it is; the card that changes it says so here.
    pub title: RwSignal<String>,
    /// What on the page is not saved; a card that has changes says so here.
    pub unsaved: RwSignal<Unsaved>,
}

/// The cards with changes that are not saved.
pub type Unsaved = BTreeSet<&'static str>;

/// The page of all cards.
#[component]
pub fn SettingsPage() -> AnyView {
    let params = use_params_map();
    let meeting = Resource::new(move || params.read().get("id").unwrap_or_default(), my_meeting);
    let unsaved = RwSignal::new(Unsaved::new());
    ask_before_leaving(unsaved);
    let body = move || {
        Suspend::new(async move {
            drawn_or_problem(meeting.await, |(meeting, link)| {
                let title = RwSignal::new(meeting.settings.title.to_string());
                cards(&Subject { meeting, link, title, unsaved })
            })
        })
    };
    view! {
        <Title text=words::HEADING />
        <div class="settings-page" on:click=move |event| load_anew(&event, unsaved)>
            <OfMeeting>{body}</OfMeeting>
        </div>
    }
    .served()
}

fn cards(subject: &Subject) -> AnyView {
    view! {
        <header class="settings-head">
            <h1 dir="auto">{subject.title}</h1>
            <p>{words::HEADING}</p>
        </header>
        <div class="settings-cards">{CARDS.map(|card| card(subject.clone())).into_iter().collect_view()}</div>
    }
    .served()
}

/// The browser asks before the document goes away with changes (SM-52).
fn ask_before_leaving(unsaved: RwSignal<Unsaved>) {
    Effect::new(move |_| {
        let ask = window_event_listener(ev::beforeunload, move |event| {
            if !unsaved.read_untracked().is_empty() {
                event.prevent_default();
            }
        });
        on_cleanup(move || ask.remove());
    });
}

/// While there are changes, a link is kept from the router and loads a new document, so the browser asks there too.
fn load_anew(event: &ev::MouseEvent, unsaved: RwSignal<Unsaved>) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if !unsaved.read_untracked().is_empty()
        && target.is_some_and(|target| target.closest("a[href]").ok().flatten().is_some())
    {
        event.stop_propagation();
    }
}
