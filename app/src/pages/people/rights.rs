//! The question before somebody becomes an administrator, or is one no longer.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::excerpt::Excerpt;
use crate::api::administration::SetAdministrator;
use crate::backend::Person;
use crate::erase::Served;
use crate::pages::close_dialog;
use crate::text::people as words;
use crate::widgets::Dialog;
use crate::widgets::Question;
use crate::widgets::problem_of;

/// Says what the rights are, and gives or takes them.
#[component]
pub fn RightsDialog(person: Person, yours: bool, excerpt: Excerpt, rights: ServerAction<SetAdministrator>) -> AnyView {
    let account = person.account;
    let gives = !account.administrator;
    let (title, lead, label, class, done) = if gives {
        let title = words::promote_title(&account.name);
        (title, words::PROMOTE_LEAD.to_owned(), words::PROMOTE_SUBMIT, "button button-primary", "promoted")
    } else {
        let (title, lead) = (words::demote_title(&account.name, yours), words::demote_lead(&account.name, yours));
        (title, lead, words::DEMOTE_SUBMIT, "button button-danger", "demoted")
    };
    let (here, next) = (excerpt.address(), excerpt.with_done(done));
    // What was refused about somebody else is not said here.
    Effect::new(move |_| rights.clear());
    view! {
        <Dialog title close_href=here.clone() on_close=close_dialog(&here)>
            <ActionForm action=rights>
                <input type="hidden" name="person" value=account.id.to_string() />
                <input type="hidden" name="next" value=next />
                {gives.then(|| view! { <input type="hidden" name="administrator" value="on" /> })}
                <Question lead back=here problem=problem_of(rights) label pending=rights.pending() class />
            </ActionForm>
        </Dialog>
    }
    .served()
}
