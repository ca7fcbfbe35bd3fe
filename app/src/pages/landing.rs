//! The start page: join with an ID or a link, or sign in.

pub mod stage;

use domain::people::Visitor;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::people::present_visitor;
use crate::erase::Served;
use crate::pages::join::JoinForm;
use crate::pages::landing::stage::Stage;
use crate::text;
use crate::widgets::Logo;

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
