//! The first page ever: the one-time link of a new server makes its first administrator.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::people::SetUp;
use crate::api::people::check_set_up_link;
use crate::erase::Served;
use crate::pages::one_time_link::LinkProblem;
use crate::pages::one_time_link::opened;
use crate::pages::person::PersonFields;
use crate::text::entry;
use crate::widgets::Banner;
use crate::widgets::EntryFrame;
use crate::widgets::Submit;
use crate::widgets::Tone;
use crate::widgets::answer_of;

/// Makes the first administrator.
#[component]
pub fn SetupPage() -> AnyView {
    let token = use_query_map().read_untracked().get("token");
    let body = match token {
        Some(token) => view! { <Opened token /> }.served(),
        None => view! {
            <Welcome />
            <Banner tone=Tone::Attention>{entry::SETUP_NO_TOKEN}</Banner>
        }
        .served(),
    };
    view! {
        <Title text=entry::SETUP_TITLE />
        <EntryFrame>{body}</EntryFrame>
    }
    .served()
}

#[component]
fn Welcome() -> AnyView {
    view! {
        <div class="entry-words">
            <h1>{entry::SETUP_TITLE}</h1>
            <p class="lead">{entry::SETUP_LEAD}</p>
        </div>
    }
    .served()
}

#[component]
fn Opened(token: String) -> AnyView {
    let asked = token.clone();
    let checked = Resource::new(|| (), move |()| check_set_up_link(asked.clone()));
    let form = move |()| {
        view! {
            <Welcome />
            <SetupForm token=token.clone() />
        }
        .served()
    };
    opened(checked, form, (entry::SETUP_ANEW, entry::SETUP_DONE))
}

#[component]
fn SetupForm(token: String) -> AnyView {
    let set_up = ServerAction::<SetUp>::new();
    let answer = answer_of(set_up);
    view! {
        <ActionForm action=set_up attr:class="form">
            <input type="hidden" name="token" value=token />
            <LinkProblem problem=answer.problem sign_in=entry::SETUP_DONE />
            <PersonFields answer />
            <Submit label=entry::SETUP_SUBMIT pending=set_up.pending() class="button button-primary button-wide" />
        </ActionForm>
    }
    .served()
}
