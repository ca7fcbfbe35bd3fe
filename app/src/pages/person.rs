//! The fields of somebody who gets or has an account.

use domain::people::EmailAddress;
use domain::people::NewPassword;
use domain::problem::Field;
use domain::text::DisplayName;
use leptos::prelude::*;

use crate::erase::Served;
use crate::text::entry;
use crate::widgets::Answer;
use crate::widgets::TextField;

/// Name, address and new password.
#[component]
pub fn PersonFields(answer: Answer) -> AnyView {
    view! {
        <TextField
            name="name"
            label=entry::NAME
            hint=entry::NAME_HINT
            field=Field::Name
            answer
            autocomplete="name"
            most=DisplayName::MOST
            autofocus=true
        />
        <EmailField answer />
        <NewPasswordField name="password" label=entry::PASSWORD answer />
    }
    .served()
}

/// The address that signs in.
#[component]
pub fn EmailField(answer: Answer, #[prop(optional)] autofocus: bool) -> AnyView {
    view! {
        <TextField
            name="email"
            label=entry::EMAIL
            kind="email"
            field=Field::Email
            answer
            autocomplete="username"
            most=EmailAddress::MOST
            autofocus
        />
    }
    .served()
}

/// A password that is chosen here.
#[component]
pub fn NewPasswordField(name: &'static str, label: &'static str, answer: Answer) -> AnyView {
    view! {
        <TextField
            name
            label
            hint=entry::PASSWORD_HINT
            kind="password"
            field=Field::Password
            answer
            autocomplete="new-password"
            least=NewPassword::LEAST
            most=NewPassword::MOST
        />
    }
    .served()
}
