//! The question before an account is deleted.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::excerpt::Excerpt;
use crate::api::administration::DeleteAccount;
use crate::backend::Person;
use crate::erase::Served;
use crate::pages::close_dialog;
use crate::text::people as words;
use crate::widgets::Dialog;
use crate::widgets::Question;
use crate::widgets::problem_of;

/// Says what goes with the account, and asks.
#[component]
pub fn DeleteDialog(person: Person, yours: bool, excerpt: Excerpt, delete: ServerAction<DeleteAccount>) -> AnyView {
    // What was refused about somebody else is not said here.
    Effect::new(move |_| delete.clear());
    let Person { account, meetings, .. } = person;
    let (here, next) = (excerpt.address(), excerpt.with_done("deleted"));
    view! {
        <Dialog
            title=words::delete_title(&account.name, yours)
            close_href=here.clone()
            on_close=close_dialog(&here)
        >
            <ActionForm action=delete>
                <input type="hidden" name="person" value=account.id.to_string() />
                <input type="hidden" name="next" value=next />
                <Question
                    lead=words::delete_lead(&account.name, yours, meetings)
                    back=here
                    problem=problem_of(delete)
                    label=words::delete_button(meetings)
                    pending=delete.pending()
                />
            </ActionForm>
        </Dialog>
    }
    .served()
}
