//! The password of the account.

use domain::Problem;
use domain::problem::Field;
use leptos::form::ActionForm;
use leptos::html;
use leptos::prelude::*;

use super::Saved;
use crate::api::people::ChangePassword;
use crate::erase::Served;
use crate::pages::person::NewPasswordField;
use crate::text::account as words;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::TextField;
use crate::widgets::answer_of;

const MISSING: Problem = Problem::Missing { field: Field::Password };

/// Changes the password, against the present one.
#[component]
pub fn PasswordForm(email: String) -> AnyView {
    let change = ServerAction::<ChangePassword>::new();
    let answer = answer_of(change);
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if let (true, Some(form)) = (answer.done.get(), form.get_untracked()) {
            form.reset();
        }
    });
    let is_present = |problem: &Problem| matches!(problem, Problem::WrongPresentPassword);
    let is_again = |problem: &Problem| matches!(problem, Problem::PasswordsDiffer);
    let at_field = |problem: &Problem| matches!(problem, Problem::WrongPresentPassword | Problem::PasswordsDiffer);
    view! {
        <section class="account-section" aria-labelledby="password-title">
            <div class="account-words">
                <h2 id="password-title">{words::PASSWORD}</h2>
                <p>{words::PASSWORD_LEAD}</p>
            </div>
            <ActionForm action=change node_ref=form attr:class="form">
                // Password managers file the new password under this name.
                <input type="text" name="email" value=email autocomplete="username" hidden readonly />
                <TextField
                    name="present"
                    label=words::PASSWORD_PRESENT
                    kind="password"
                    missing=MISSING
                    answer
                    also=is_present
                    autocomplete="current-password"
                />
                <NewPasswordField name="new" label=words::PASSWORD_NEW answer />
                <TextField
                    name="again"
                    label=words::PASSWORD_AGAIN
                    kind="password"
                    missing=MISSING
                    answer
                    also=is_again
                    autocomplete="new-password"
                />
                <FormProblem problem=answer.problem at_field />
                <Saved form="password" says=words::PASSWORD_SAVED answer />
                <Submit label=words::PASSWORD_SAVE pending=change.pending() class="button" />
            </ActionForm>
        </section>
    }
    .served()
}
