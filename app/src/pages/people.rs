//! Everybody's accounts, for administrators, and the dialogs that change one.
//!
//! A dialog is open while the page's address says so (`?link=…`, `?rights=…`, `?delete=…`), as on the page of the
//! meetings, and the address keeps what was searched for.

pub mod delete;
pub mod excerpt;
pub mod link;
pub mod rights;
pub mod row;

use icondata_lu::LuArrowLeft;
use icondata_lu::LuArrowRight;
use icondata_lu::LuChevronLeft;
use icondata_lu::LuUsers;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::Refusal;
use crate::api::administration::DeleteAccount;
use crate::api::administration::SetAdministrator;
use crate::api::administration::present_people;
use crate::backend::People;
use crate::backend::Person;
use crate::erase::Served;
use crate::pages::count_done;
use crate::pages::drawn_or_problem;
use crate::pages::origin;
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
                view! { <Everybody people excerpt=excerpt.get_untracked() /> }.served()
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
            <Transition fallback=|| view! { <Skeleton /> }>
                {list}
                <Dialogs people excerpt rights delete />
            </Transition>
        </SignedIn>
    }
    .served()
}

#[component]
fn Everybody(people: People, excerpt: Excerpt) -> AnyView {
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

/// The dialogs about one person. A list that is loaded anew draws none of them anew, so that whatever was made in it or has
/// the keyboard is kept; one whose person is gone goes, too.
#[component]
fn Dialogs(
    people: Resource<Result<People, Refusal>>,
    excerpt: Memo<Excerpt>,
    rights: ServerAction<SetAdministrator>,
    delete: ServerAction<DeleteAccount>,
) -> AnyView {
    let (query, origin) = (use_query_map(), origin());
    let named = move |name: &'static str| {
        let subject = move || {
            let id = query.read().get(name)?;
            people.with(|people| {
                let People { people, you, .. } = people.as_ref()?.as_ref().ok()?;
                let person = people.iter().find(|person| person.account.id.as_str() == id)?;
                Some((person.clone(), person.account.id == *you))
            })
        };
        let address = Memo::new(move |_| subject().map(|(person, _)| (person.account.id, excerpt.get())));
        move || {
            let (_, excerpt) = address.get()?;
            let (person, yours) = untrack(subject)?;
            Some((person, yours, excerpt))
        }
    };
    let (of_link, of_rights, of_delete) = (named("link"), named("rights"), named("delete"));
    let link =
        move || of_link().map(|(person, _, excerpt)| view! { <LinkDialog person excerpt origin=origin.clone() /> });
    let rights =
        move || of_rights().map(|(person, yours, excerpt)| view! { <RightsDialog person yours excerpt rights /> });
    let delete =
        move || of_delete().map(|(person, yours, excerpt)| view! { <DeleteDialog person yours excerpt delete /> });
    view! {
        {link}
        {rights}
        {delete}
    }
    .served()
}
