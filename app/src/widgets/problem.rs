//! A page that cannot be shown.

use domain::Problem;
use icondata_lu::LuCompass;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;
use leptos_router::location::Url;

use super::Icon;
use crate::backend::backend;
use crate::erase::Served;
use crate::text;

/// Says what happened and what to do next, with the HTTP status that belongs to it. Whoever only has to sign in
/// is sent there, and comes back afterwards.
#[component]
pub fn ProblemView(problem: Problem) -> AnyView {
    if problem == Problem::SignInFirst {
        return view! { <Redirect path=sign_in_and_back() /> }.served();
    }
    if let Ok(backend) = backend() {
        backend.set_status(status(&problem));
    }
    view! {
        <Title text=text::problem::title(&problem) />
        <section class="problem">
            <div class="empty-mark">
                <Icon icon=LuCompass />
            </div>
            <h1>{text::problem::title(&problem)}</h1>
            <p>{text::of_problem(&problem)}</p>
            <a class="button button-primary" href="/">
                {text::TO_START}
            </a>
        </section>
    }
    .served()
}

fn sign_in_and_back() -> String {
    let here = use_location();
    let (path, query) = (here.pathname.get_untracked(), here.search.get_untracked());
    let next = if query.is_empty() { path } else { format!("{path}?{query}") };
    format!("/sign-in?next={}", Url::escape(&next))
}

fn status(problem: &Problem) -> u16 {
    if matches!(problem, Problem::NoSuchMeeting | Problem::BadMeetingId | Problem::BadId) {
        404
    } else if matches!(problem, Problem::NotAllowed | Problem::NoGuests) {
        403
    } else if matches!(problem, Problem::LinkExpired) {
        410
    } else if matches!(problem, Problem::TooManyAttempts { .. }) {
        429
    } else if matches!(problem, Problem::Busy | Problem::Stopping | Problem::Unreachable) {
        503
    } else {
        500
    }
}
