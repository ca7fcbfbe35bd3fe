//! The first page ever: the one-time link of a new server makes its first administrator.

use domain::Problem;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::people::SetUp;
use crate::api::people::check_set_up_link;
use crate::erase::Served;
use crate::pages::person::PersonFields;
use crate::text::entry;
use crate::widgets::Banner;
use crate::widgets::EntryFrame;
use crate::widgets::FormProblem;
use crate::widgets::ProblemView;
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

/// What the link opens; one that was used says so before anybody fills in a form.
#[component]
fn Opened(token: String) -> AnyView {
    let asked = token.clone();
    let checked = Resource::new(|| (), move |()| check_set_up_link(asked.clone()));
    let body = move || {
        let token = token.clone();
        Suspend::new(async move {
            match checked.await {
                Ok(()) => view! {
                    <Welcome />
                    <SetupForm token />
                }
                .served(),
                Err(refusal) => view! {
                    <ProblemView problem=refusal.0 />
                    <p class="entry-other">
                        {entry::SETUP_ANEW} " " <a href="/sign-in">{entry::SETUP_DONE}</a>
                    </p>
                }
                .served(),
            }
        })
    };
    view! { <Transition>{body}</Transition> }.served()
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
