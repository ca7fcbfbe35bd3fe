//! Making an account: open to all, by invitation, or not at all.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::Refusal;
use crate::api::bodies::filled;
use crate::api::people::SignUp;
use crate::api::people::check_invitation;
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
    let (invitation, next) = (query.get("invitation").and_then(filled), query.get("next"));
    let asked = invitation.clone();
    let checked = Resource::new(|| (), move |()| check(asked.clone()));
    let other = with_next("/sign-in", next.clone());
    let body = move || {
        let (invitation, next) = (invitation.clone(), next.clone());
        Suspend::new(async move {
            match (policy.await, checked.await) {
                (Ok(SignUpPolicy::Closed), _) => words(entry::SIGN_UP_CLOSED_TITLE, entry::SIGN_UP_CLOSED),
                (Ok(SignUpPolicy::Invitation), _) if invitation.is_none() => {
                    words(entry::SIGN_UP_CLOSED_TITLE, entry::SIGN_UP_INVITED_ONLY)
                }
                (Ok(SignUpPolicy::Open | SignUpPolicy::Invitation), Ok(())) => {
                    view! { <SignUpForm invitation next /> }.served()
                }
                (Err(refusal), _) | (Ok(_), Err(refusal)) => view! { <ProblemView problem=refusal.0 /> }.served(),
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

/// Whether the invitation still opens, where there is one: it is said before anybody fills in a form.
async fn check(invitation: Option<String>) -> Result<(), Refusal> {
    match invitation {
        Some(token) => check_invitation(token).await,
        None => Ok(()),
    }
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
