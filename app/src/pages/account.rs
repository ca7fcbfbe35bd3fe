//! One's own account.

pub mod devices;
pub mod invitations;
pub mod name;
pub mod password;

use domain::Problem;
use domain::people::Account;
use domain::people::Visitor;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::people::present_visitor;
use crate::erase::Served;
use crate::pages::account::devices::Devices;
use crate::pages::account::invitations::Invitations;
use crate::pages::account::name::NameForm;
use crate::pages::account::password::PasswordForm;
use crate::pages::drawn_or_problem;
use crate::pages::signed_in::SignedIn;
use crate::text;
use crate::text::account as words;
use crate::widgets::Answer;
use crate::widgets::Avatar;
use crate::widgets::Banner;
use crate::widgets::Place;
use crate::widgets::Tone;

/// The sections of one's account.
#[component]
pub fn AccountPage() -> AnyView {
    let visitor = Resource::new(|| (), |()| present_visitor());
    let body = move || {
        Suspend::new(async move {
            let account = visitor.await.and_then(|visitor| match visitor {
                Visitor::Account(account) => Ok(account),
                Visitor::Guest | Visitor::Stream(_) => Err(Problem::SignInFirst.into()),
            });
            drawn_or_problem(account, |account| view! { <Sections account /> }.served())
        })
    };
    view! {
        <Title text=text::ACCOUNT />
        <SignedIn here=Place::Account>
            <header class="frame-head">
                <h1>{text::ACCOUNT}</h1>
            </header>
            <Transition>{body}</Transition>
        </SignedIn>
    }
    .served()
}

#[component]
fn Sections(account: Account) -> AnyView {
    let name = RwSignal::new(account.name.to_string());
    view! {
        <div class="account-person">
            <Avatar name />
            <p>
                <strong dir="auto">{name}</strong>
                <span>{account.email.to_string()}</span>
            </p>
        </div>
        <NameForm name />
        <PasswordForm email=account.email.to_string() />
        <Devices />
        {account.administrator.then(|| view! { <Others /> <Invitations /> })}
    }
    .served()
}

/// The way to everybody's accounts, for administrators.
#[component]
fn Others() -> AnyView {
    view! {
        <section class="account-section" aria-labelledby="people-title">
            <div class="account-words">
                <h2 id="people-title">{words::PEOPLE}</h2>
                <p>{words::PEOPLE_LEAD}</p>
            </div>
            <div class="form">
                <a class="button" href="/people">
                    {words::PEOPLE_LINK}
                </a>
            </div>
        </section>
    }
    .served()
}

/// Confirms that the form called `form` was saved: the answer says so, or, without scripts, the page's address.
#[component]
pub fn Saved(form: &'static str, says: &'static str, answer: Answer) -> AnyView {
    let query = use_query_map();
    let in_address = move || query.read().get("saved").as_deref() == Some(form);
    let is_saved = Memo::new(move |_| answer.done.get() || (in_address() && answer.problem.with(Option::is_none)));
    (move || is_saved.get().then(|| view! { <Banner tone=Tone::Good>{says}</Banner> })).served()
}
