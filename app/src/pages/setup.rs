//! The first page ever: the one-time link of a new server makes its first administrator.

use domain::Problem;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::people::SetUp;
use crate::erase::Served;
use crate::pages::person::PersonFields;
use crate::text::entry;
use crate::widgets::Banner;
use crate::widgets::EntryFrame;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::Tone;
use crate::widgets::answer_of;

/// Makes the first administrator.
#[component]
pub fn SetupPage() -> AnyView {
    let token = use_query_map().read_untracked().get("token");
    let body = match token {
        Some(token) => view! { <SetupForm token /> }.served(),
        None => view! { <Banner tone=Tone::Attention>{entry::SETUP_NO_TOKEN}</Banner> }.served(),
    };
    view! {
        <Title text=entry::SETUP_TITLE />
        <EntryFrame>
            <div class="entry-words">
                <h1>{entry::SETUP_TITLE}</h1>
                <p class="lead">{entry::SETUP_LEAD}</p>
            </div>
            {body}
        </EntryFrame>
    }
    .served()
}

#[component]
fn SetupForm(token: String) -> AnyView {
    let set_up = ServerAction::<SetUp>::new();
    let answer = answer_of(set_up);
    let is_set_up = move || {
        let link = || view! { <p><a href="/sign-in">{entry::SETUP_DONE}</a></p> };
        (answer.problem.get() == Some(Problem::LinkExpired)).then(link)
    };
    view! {
        <ActionForm action=set_up attr:class="form">
            <input type="hidden" name="token" value=token />
            <FormProblem problem=answer.problem />
            {is_set_up}
            <PersonFields answer />
            <Submit label=entry::SETUP_SUBMIT pending=set_up.pending() class="button button-primary button-wide" />
        </ActionForm>
    }
    .served()
}
