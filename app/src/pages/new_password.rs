//! Behind a one-time link: choosing a new password.

use domain::Problem;
use domain::people::EmailAddress;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::administration::ChoosePassword;
use crate::api::administration::check_password_link;
use crate::api::bodies::filled;
use crate::erase::Served;
use crate::pages::person::NewPasswordField;
use crate::text;
use crate::text::account as words;
use crate::text::entry;
use crate::widgets::Banner;
use crate::widgets::EntryFrame;
use crate::widgets::FormProblem;
use crate::widgets::ProblemView;
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

/// What the link opens; one that was used says so before anybody fills in a form.
#[component]
fn Opened(token: String) -> AnyView {
    let asked = token.clone();
    let checked = Resource::new(|| (), move |()| check_password_link(asked.clone()));
    let body = move || {
        let token = token.clone();
        Suspend::new(async move {
            match checked.await {
                Ok(email) => view! { <PasswordForm token email /> }.served(),
                Err(refusal) => view! {
                    <ProblemView problem=refusal.0 />
                    <p class="entry-other">
                        {entry::HAVE_ACCOUNT} " " <a href="/sign-in">{text::SIGN_IN}</a>
                    </p>
                }
                .served(),
            }
        })
    };
    view! { <Transition>{body}</Transition> }.served()
}

#[component]
fn PasswordForm(token: String, email: EmailAddress) -> AnyView {
    let choose = ServerAction::<ChoosePassword>::new();
    let answer = answer_of(choose);
    let sign_in = move || {
        let link = || view! { <p><a href="/sign-in">{text::SIGN_IN}</a></p> };
        (answer.problem.get() == Some(Problem::LinkExpired)).then(link)
    };
    view! {
        <div class="entry-words">
            <h1>{entry::NEW_PASSWORD_TITLE}</h1>
            <p class="lead">{entry::new_password_lead(&email)}</p>
        </div>
        <ActionForm action=choose attr:class="form">
            <input type="hidden" name="token" value=token />
            // Password managers file the new password under this name.
            <input type="text" name="email" value=email.to_string() autocomplete="username" hidden readonly />
            <FormProblem problem=answer.problem />
            {sign_in}
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
