//! Home: one's meetings, and the dialogs that make and delete them.
//!
//! A dialog is open while the page's address says so (`?new`, `?created=…`, `?delete=…`), so each of them works
//! without scripts, and the browser's Back closes it.

pub mod card;
pub mod created;
pub mod delete;
pub mod new;

use domain::meeting::Card;
use icondata_lu::LuPlus;
use icondata_lu::LuVideo;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::Refusal;
use crate::api::meetings::CreateMeeting;
use crate::api::meetings::DeleteMeeting;
use crate::api::meetings::my_meetings;
use crate::erase::Served;
use crate::pages::count_done;
use crate::pages::drawn_or_problem;
use crate::pages::join::JoinForm;
use crate::pages::meetings::card::MeetingCard;
use crate::pages::meetings::created::CreatedDialog;
use crate::pages::meetings::delete::DeleteDialog;
use crate::pages::meetings::new::NewDialog;
use crate::pages::origin;
use crate::pages::signed_in::SignedIn;
use crate::text;
use crate::text::meetings as words;
use crate::widgets::Banner;
use crate::widgets::Empty;
use crate::widgets::Icon;
use crate::widgets::Place;
use crate::widgets::Skeleton;
use crate::widgets::Tone;

/// The page without a dialog.
const HERE: &str = "/meetings";

/// The list of one's meetings.
#[component]
pub fn MeetingsPage() -> AnyView {
    let create = ServerAction::<CreateMeeting>::new();
    let delete = ServerAction::<DeleteMeeting>::new();
    let changes = RwSignal::new(0);
    count_done(create, changes);
    count_done(delete, changes);
    let cards = Resource::new(move || changes.get(), |_| my_meetings());
    let query = use_query_map();
    let is_new = Memo::new(move |_| query.read().get("new").is_some());
    let is_deleted = Memo::new(move |_| query.read().get("deleted").is_some());
    let origin = origin();
    let list = {
        let origin = origin.clone();
        move || {
            let origin = origin.clone();
            Suspend::new(async move {
                drawn_or_problem(cards.await, |cards| view! { <MeetingList cards origin /> }.served())
            })
        }
    };
    view! {
        <Title text=text::MEETINGS />
        <SignedIn here=Place::Meetings>
            <header class="frame-head">
                <h1>{text::MEETINGS}</h1>
                <a class="button button-primary" href="/meetings?new">
                    <Icon icon=LuPlus />
                    {words::NEW}
                </a>
            </header>
            <div class="meetings-join">
                <JoinForm class="button" />
            </div>
            {move || is_deleted.get().then(|| view! { <Banner tone=Tone::Good>{words::DELETED}</Banner> })}
            <Transition fallback=|| view! { <Skeleton count=2 /> }>
                {list}
                <Dialogs cards delete origin />
            </Transition>
            {move || is_new.get().then(|| view! { <NewDialog create /> })}
        </SignedIn>
    }
    .served()
}

#[component]
fn MeetingList(cards: Vec<Card>, origin: String) -> AnyView {
    if cards.is_empty() {
        return no_meetings();
    }
    // Where people are right now comes first; otherwise the newest, as the server says.
    let (running, others): (Vec<_>, Vec<_>) = cards.into_iter().partition(|card| card.present > 0);
    let draw = |card: Card| view! { <MeetingCard card origin=origin.clone() /> };
    view! { <ul class="meeting-list">{running.into_iter().chain(others).map(draw).collect_view()}</ul> }.served()
}

/// The dialogs about one meeting. A list that is loaded anew draws none of them anew, so that whatever has the keyboard
/// keeps it; one whose meeting is gone goes, too.
#[component]
fn Dialogs(
    cards: Resource<Result<Vec<Card>, Refusal>>,
    delete: ServerAction<DeleteMeeting>,
    origin: String,
) -> AnyView {
    let query = use_query_map();
    let named = move |name: &'static str| {
        let card = move || {
            let id = query.read().get(name)?;
            cards.with(|cards| {
                let cards = cards.as_ref()?.as_ref().ok()?;
                cards.iter().find(|card| card.meeting.id.as_str() == id).cloned()
            })
        };
        let id = Memo::new(move |_| card().map(|card| card.meeting.id));
        move || id.get().and_then(|_| untrack(card))
    };
    let (created, unwanted) = (named("created"), named("delete"));
    view! {
        {move || created().map(|card| view! { <CreatedDialog card origin=origin.clone() /> })}
        {move || unwanted().map(|card| view! { <DeleteDialog card delete /> })}
    }
    .served()
}

fn no_meetings() -> AnyView {
    view! {
        <Empty icon=LuVideo title=words::NONE_TITLE lead=words::NONE>
            <a class="button button-primary" href="/meetings?new">
                <Icon icon=LuPlus />
                {words::NEW}
            </a>
        </Empty>
    }
    .served()
}
