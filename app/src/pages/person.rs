//! The fields of somebody who gets an account.

use domain::Problem;
use domain::people::EmailAddress;
use domain::people::NewPassword;
use domain::problem::Field;
use domain::text::DisplayName;
use leptos::prelude::*;

use crate::erase::Served;
use crate::text::entry;
use crate::widgets::TextField;

/// Name, address and new password.
#[component]
pub fn PersonFields(problem: Signal<Option<Problem>>) -> AnyView {
    view! {
        <TextField
            name="name"
            label=entry::NAME
            hint=entry::NAME_HINT
            field=Field::Name
            problem
            autocomplete="name"
            most=DisplayName::MOST
            autofocus=true
        />
        <TextField
            name="email"
            label=entry::EMAIL
            kind="email"
            field=Field::Email
            problem
            autocomplete="username"
            most=EmailAddress::MOST
        />
        <TextField
            name="password"
            label=entry::PASSWORD
            hint=entry::PASSWORD_HINT
            kind="password"
            field=Field::Password
            problem
            autocomplete="new-password"
            least=NewPassword::LEAST
            most=NewPassword::MOST
        />
    }
    .served()
}
