//! Behind a one-time link: choosing a new password.

use domain::people::EmailAddress;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::administration::ChoosePassword;
use crate::api::administration::check_password_link;
use crate::api::bodies::filled;
use crate::erase::Served;
use crate::pages::one_time_link::LinkProblem;
use crate::pages::one_time_link::opened;
use crate::pages::person::NewPasswordField;
use crate::text;
use crate::text::account as words;
use crate::text::entry;
use crate::widgets::Banner;
use crate::widgets::EntryFrame;
use crate::widgets::Submit;
use crate::widgets::Tone;
use crate::widgets::answer_of;

/// Asks for a new password and signs in with it.
#[component]
pub fn NewPasswordPage() -> AnyView {
    let token = use_query_map().read_untracked().get("token").and_then(filled);
    let body = match token {
        Some(token) => view! { <Opened token /> }.served(),
        None => view! {
            <h1>{entry::NEW_PASSWORD_TITLE}</h1>
            <Banner tone=Tone::Attention>{entry::NEW_PASSWORD_NO_TOKEN}</Banner>
        }
        .served(),
    };
    view! {
        <Title text=entry::NEW_PASSWORD_TITLE />
        <EntryFrame>{body}</EntryFrame>
    }
    .served()
}

#[component]
fn Opened(token: String) -> AnyView {
    let asked = token.clone();
    let checked = Resource::new(|| (), move |()| check_password_link(asked.clone()));
    let form = move |email: EmailAddress| view! { <PasswordForm token=token.clone() email /> }.served();
    opened(checked, form, (entry::HAVE_ACCOUNT, text::SIGN_IN))
}

#[component]
fn PasswordForm(token: String, email: EmailAddress) -> AnyView {
    let choose = ServerAction::<ChoosePassword>::new();
    let answer = answer_of(choose);
    view! {
        <div class="entry-words">
            <h1>{entry::NEW_PASSWORD_TITLE}</h1>
            <p class="lead">{entry::new_password_lead(&email)}</p>
        </div>
        <ActionForm action=choose attr:class="form">
            <input type="hidden" name="token" value=token />
            // Password managers file the new password under this name.
            <input type="text" name="email" value=email.to_string() autocomplete="username" hidden readonly />
            <LinkProblem problem=answer.problem sign_in=text::SIGN_IN />
            <NewPasswordField name="password" label=words::PASSWORD_NEW answer />
            <Submit
                label=entry::NEW_PASSWORD_SUBMIT
                pending=choose.pending()
                class="button button-primary button-wide"
            />
        </ActionForm>
    }
    .served()
}
