//! Everybody's accounts, for administrators, and the dialogs that change one.
//!
//! A dialog is open while the page's address says so (`?link=…`, `?rights=…`, `?delete=…`), as on the page of the
//! meetings, and the address keeps what was searched for.

pub mod delete;
pub mod excerpt;
pub mod link;
pub mod rights;
pub mod row;

use domain::AccountId;
use icondata_lu::LuArrowLeft;
use icondata_lu::LuArrowRight;
use icondata_lu::LuChevronLeft;
use icondata_lu::LuUsers;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::administration::DeleteAccount;
use crate::api::administration::SetAdministrator;
use crate::api::administration::present_people;
use crate::backend::People;
use crate::backend::Person;
use crate::erase::Served;
use crate::pages::count_done;
use crate::pages::drawn_or_problem;
use crate::pages::people::delete::DeleteDialog;
use crate::pages::people::excerpt::Excerpt;
use crate::pages::people::link::LinkDialog;
use crate::pages::people::rights::RightsDialog;
use crate::pages::people::row::Row;
use crate::pages::signed_in::SignedIn;
use crate::text;
use crate::text::people as words;
use crate::widgets::Banner;
use crate::widgets::Empty;
use crate::widgets::Icon;
use crate::widgets::Place;
use crate::widgets::Skeleton;
use crate::widgets::Tone;

/// The list of all accounts.
#[component]
pub fn PeoplePage() -> AnyView {
    let rights = ServerAction::<SetAdministrator>::new();
    let delete = ServerAction::<DeleteAccount>::new();
    let changes = RwSignal::new(0);
    count_done(rights, changes);
    count_done(delete, changes);
    let query = use_query_map();
    let excerpt = Memo::new(move |_| Excerpt::of(&query.read()));
    let asked = move || (excerpt.get(), changes.get());
    let people = Resource::new(asked, |(excerpt, _)| present_people(excerpt.search, excerpt.page));
    let list = move || {
        Suspend::new(async move {
            drawn_or_problem(people.await, |people| {
                view! { <Everybody people excerpt=excerpt.get_untracked() rights delete /> }.served()
            })
        })
    };
    view! {
        <Title text=words::PEOPLE />
        <SignedIn here=Place::Account>
            <a class="back-link" href="/account">
                <Icon icon=LuChevronLeft />
                {text::ACCOUNT}
            </a>
            <Transition fallback=|| view! { <Skeleton /> }>{list}</Transition>
        </SignedIn>
    }
    .served()
}

#[component]
fn Everybody(
    people: People,
    excerpt: Excerpt,
    rights: ServerAction<SetAdministrator>,
    delete: ServerAction<DeleteAccount>,
) -> AnyView {
    let People { people, more, you } = people;
    let rows = if people.is_empty() {
        view! { <Empty icon=LuUsers title=words::NONE_TITLE lead=words::NONE /> }.served()
    } else {
        let draw = |person: &Person| view! { <Row person=person.clone() excerpt=excerpt.clone() you=you.clone() /> };
        view! { <ul class="people">{people.iter().map(draw).collect_view()}</ul> }.served()
    };
    view! {
        <header class="frame-head">
            <div>
                <h1>{words::PEOPLE}</h1>
                <p class="lead">{words::LEAD}</p>
            </div>
        </header>
        <Done />
        {search_form(&excerpt)}
        {rows}
        {turn(&excerpt, more)}
        <Dialogs people excerpt you rights delete />
    }
    .served()
}

/// Confirms what a dialog did.
#[component]
fn Done() -> AnyView {
    let query = use_query_map();
    let done = Memo::new(move |_| match query.read().get("done").as_deref() {
        Some("deleted") => Some(words::DELETED),
        Some("promoted") => Some(words::PROMOTED),
        Some("demoted") => Some(words::DEMOTED),
        Some(_) | None => None,
    });
    (move || done.get().map(|done| view! { <Banner tone=Tone::Good>{done}</Banner> })).served()
}

/// Asks the address, so it needs no script.
fn search_form(excerpt: &Excerpt) -> AnyView {
    let searched = !excerpt.search.is_empty();
    view! {
        <search>
            <form class="people-search" method="get" action=excerpt::HERE>
                <input
                    class="field-input"
                    type="search"
                    name="search"
                    aria-label=words::SEARCH
                    placeholder=words::SEARCH
                    value=excerpt.search.clone()
                    maxlength=excerpt::MOST_SEARCHED.to_string()
                    autocomplete="off"
                />
                <button type="submit" class="button">
                    {words::SEARCH_SUBMIT}
                </button>
                {searched.then(|| view! { <a class="button button-quiet" href=excerpt::HERE>{words::SHOW_ALL}</a> })}
            </form>
        </search>
    }
    .served()
}

/// The ways to the people before and after.
fn turn(excerpt: &Excerpt, more: bool) -> AnyView {
    let previous = excerpt.previous().map(|page| {
        view! {
            <a class="button button-small" href=page.address()>
                <Icon icon=LuArrowLeft />
                {words::PREVIOUS}
            </a>
        }
    });
    let next = more.then(|| {
        view! {
            <a class="button button-small" href=excerpt.next().address()>
                {words::NEXT}
                <Icon icon=LuArrowRight />
            </a>
        }
    });
    view! { <div class="people-turn">{previous} {next}</div> }.served()
}

#[component]
fn Dialogs(
    people: Vec<Person>,
    excerpt: Excerpt,
    you: AccountId,
    rights: ServerAction<SetAdministrator>,
    delete: ServerAction<DeleteAccount>,
) -> AnyView {
    let query = use_query_map();
    let (people, excerpt) = (StoredValue::new(people), StoredValue::new(excerpt));
    let named = move |name: &'static str| {
        Memo::new(move |_| {
            let id = query.read().get(name)?;
            people.with_value(|people| people.iter().find(|person| person.account.id.as_str() == id).cloned())
        })
    };
    let (of_link, of_rights, of_delete) = (named("link"), named("rights"), named("delete"));
    let you = StoredValue::new(you);
    let yours = move |person: &Person| you.with_value(|you| person.account.id == *you);
    let link = move || of_link.get().map(|person| view! { <LinkDialog person excerpt=excerpt.get_value() /> });
    let rights = move || {
        of_rights.get().map(|person| {
            view! { <RightsDialog yours=yours(&person) person excerpt=excerpt.get_value() rights /> }
        })
    };
    let delete = move || {
        of_delete.get().map(|person| {
            view! { <DeleteDialog yours=yours(&person) person excerpt=excerpt.get_value() delete /> }
        })
    };
    view! {
        {link}
        {rights}
        {delete}
    }
    .served()
}
