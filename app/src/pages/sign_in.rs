//! Signing in.

use domain::Problem;
use domain::people::Visitor;
use domain::problem::Field;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_query_map;

use crate::api::bodies::local_path;
use crate::api::people::SignIn;
use crate::api::people::present_visitor;
use crate::erase::Served;
use crate::pages::person::EmailField;
use crate::pages::with_next;
use crate::text;
use crate::text::entry;
use crate::widgets::Banner;
use crate::widgets::EntryFrame;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::TextField;
use crate::widgets::Tone;
use crate::widgets::answer_of;

/// Opens a session; whoever has one goes on.
#[component]
pub fn SignInPage() -> AnyView {
    let next = StoredValue::new(use_query_map().read_untracked().get("next"));
    let visitor = Resource::new(|| (), |()| present_visitor());
    let gone_on = move || {
        Suspend::new(async move {
            matches!(visitor.await, Ok(Visitor::Account(_)))
                .then(|| view! { <Redirect path=local_path(next.get_value()) /> })
        })
    };
    view! {
        <Title text=text::SIGN_IN />
        <EntryFrame>
            <Transition>{gone_on}</Transition>
            <div class="entry-words">
                <h1>{entry::SIGN_IN_TITLE}</h1>
                <p class="lead">{entry::SIGN_IN_LEAD}</p>
            </div>
            <SignInForm next=next.get_value() />
            <p class="entry-other">{entry::FORGOTTEN}</p>
            <p class="entry-other">
                {entry::NO_ACCOUNT} " " <a href=with_next("/sign-up", next.get_value())>{text::SIGN_UP}</a>
            </p>
        </EntryFrame>
    }
    .served()
}

#[component]
fn SignInForm(next: Option<String>) -> AnyView {
    let sign_in = ServerAction::<SignIn>::new();
    let answer = answer_of(sign_in);
    // Said where the password is: it says nothing about which of the two is wrong, but most often it is this one.
    let at_field = |problem: &Problem| matches!(problem, Problem::WrongCredentials);
    let ended = use_query_map().read_untracked().get("signed-out").is_some();
    let confirmed = move || {
        let is_news = ended && answer.problem.with(Option::is_none);
        is_news.then(|| view! { <Banner tone=Tone::Good>{entry::SIGNED_OUT}</Banner> })
    };
    view! {
        {confirmed}
        <ActionForm action=sign_in attr:class="form">
            {next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
            <FormProblem problem=answer.problem at_field />
            <EmailField answer autofocus=true />
            <TextField
                name="password"
                label=entry::PASSWORD
                kind="password"
                field=Field::Password
                answer
                also=at_field
                autocomplete="current-password"
            />
            <Submit label=text::SIGN_IN pending=sign_in.pending() class="button button-primary button-wide" />
        </ActionForm>
    }
    .served()
}
