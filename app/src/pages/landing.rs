//! The start page: join with an ID or a link, or sign in.

pub mod stage;

use domain::Problem;
use domain::people::Visitor;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::meetings::FindMeeting;
use crate::api::people::present_visitor;
use crate::erase::Served;
use crate::pages::landing::stage::Stage;
use crate::text;
use crate::widgets::FormProblem;
use crate::widgets::Logo;
use crate::widgets::Submit;
use crate::widgets::TextField;
use crate::widgets::answer_of;

/// The start page.
#[component]
pub fn LandingPage() -> AnyView {
    let visitor = Resource::new(|| (), |()| present_visitor());
    let ways = move || {
        Suspend::new(async move {
            match visitor.await {
                Ok(Visitor::Account(_)) => {
                    view! { <a class="button button-small" href="/meetings">{text::entry::TO_MEETINGS}</a> }
                }
                Ok(Visitor::Guest | Visitor::Stream(_)) | Err(_) => {
                    view! { <a class="button button-small" href="/sign-in">{text::SIGN_IN}</a> }
                }
            }
        })
    };
    view! {
        <Title text="" />
        <div class="landing">
            <header class="landing-top">
                <Logo />
                <Transition>{ways}</Transition>
            </header>
            <main class="landing-main" id="content">
                <div class="landing-words">
                    <h1>{text::entry::HERO}</h1>
                    <p class="lead">{text::entry::HERO_LEAD}</p>
                    <JoinForm />
                    <p class="landing-host">
                        {text::entry::HOST} " " <a href="/meetings?new">{text::entry::HOST_LINK}</a>
                    </p>
                </div>
                <Stage />
            </main>
        </div>
    }
    .served()
}

/// Finds a meeting by its ID or link (TCC-4, 7, 9).
#[component]
fn JoinForm() -> AnyView {
    let find = ServerAction::<FindMeeting>::new();
    let answer = answer_of(find);
    let at_field = |problem: &Problem| matches!(problem, Problem::BadMeetingId | Problem::NoSuchMeeting);
    view! {
        <ActionForm action=find attr:class="form">
            <FormProblem problem=answer.problem at_field />
            <div class="join">
                <TextField
                    name="text"
                    label=text::entry::JOIN_FIELD
                    placeholder=text::entry::JOIN_EXAMPLE
                    missing=Problem::BadMeetingId
                    answer
                    also=at_field
                />
                <Submit label=text::entry::JOIN pending=find.pending() />
            </div>
        </ActionForm>
    }
    .served()
}
