//! Making an account: open to all, by invitation, or not at all.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::people::SignUp;
use crate::api::people::present_sign_up_policy;
use crate::backend::SignUpPolicy;
use crate::erase::Served;
use crate::pages::person::PersonFields;
use crate::pages::with_next;
use crate::text;
use crate::text::entry;
use crate::widgets::EntryFrame;
use crate::widgets::FormProblem;
use crate::widgets::ProblemView;
use crate::widgets::Submit;
use crate::widgets::answer_of;

/// Makes an account, as far as this server allows.
#[component]
pub fn SignUpPage() -> AnyView {
    let policy = Resource::new(|| (), |()| present_sign_up_policy());
    let query = use_query_map().get_untracked();
    let (invitation, next) = (query.get("invitation"), query.get("next"));
    let other = with_next("/sign-in", next.clone());
    let body = move || {
        let (invitation, next) = (invitation.clone(), next.clone());
        Suspend::new(async move {
            match policy.await {
                Ok(SignUpPolicy::Open) => view! { <SignUpForm invitation next /> }.served(),
                Ok(SignUpPolicy::Invitation) if invitation.is_some() => {
                    view! { <SignUpForm invitation next /> }.served()
                }
                Ok(SignUpPolicy::Invitation) => words(entry::SIGN_UP_CLOSED_TITLE, entry::SIGN_UP_INVITED_ONLY),
                Ok(SignUpPolicy::Closed) => words(entry::SIGN_UP_CLOSED_TITLE, entry::SIGN_UP_CLOSED),
                Err(refusal) => view! { <ProblemView problem=refusal.0 /> }.served(),
            }
        })
    };
    view! {
        <Title text=text::SIGN_UP />
        <EntryFrame>
            <Transition>{body}</Transition>
            <p class="entry-other">
                {entry::HAVE_ACCOUNT} " " <a href=other>{text::SIGN_IN}</a>
            </p>
        </EntryFrame>
    }
    .served()
}

fn words(title: &'static str, lead: &'static str) -> AnyView {
    view! {
        <div class="entry-words">
            <h1>{title}</h1>
            <p class="lead">{lead}</p>
        </div>
    }
    .served()
}

#[component]
fn SignUpForm(invitation: Option<String>, next: Option<String>) -> AnyView {
    let sign_up = ServerAction::<SignUp>::new();
    let answer = answer_of(sign_up);
    view! {
        {words(entry::SIGN_UP_TITLE, entry::SIGN_UP_LEAD)}
        <ActionForm action=sign_up attr:class="form">
            {invitation.map(|token| view! { <input type="hidden" name="invitation" value=token /> })}
            {next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
            <FormProblem problem=answer.problem />
            <PersonFields answer />
            <Submit label=text::SIGN_UP pending=sign_up.pending() class="button button-primary button-wide" />
        </ActionForm>
    }
    .served()
}
