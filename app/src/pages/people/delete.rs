//! The question before an account is deleted.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::excerpt::Excerpt;
use crate::api::administration::DeleteAccount;
use crate::backend::Person;
use crate::erase::Served;
use crate::text;
use crate::text::people as words;
use crate::widgets::Dialog;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::problem_of;

/// Says what goes with the account, and asks.
#[component]
pub fn DeleteDialog(person: Person, yours: bool, excerpt: Excerpt, delete: ServerAction<DeleteAccount>) -> AnyView {
    // What was refused about somebody else is not said here.
    Effect::new(move |_| delete.clear());
    let Person { account, meetings, .. } = person;
    let (here, next) = (excerpt.address(), excerpt.with_done("deleted"));
    let lead = words::delete_lead(&account.name, yours, meetings);
    view! {
        <Dialog
            title=words::delete_title(&account.name, yours)
            close_href=here.clone()
            on_close=super::close_dialog(&excerpt)
        >
            <ActionForm action=delete>
                <input type="hidden" name="person" value=account.id.to_string() />
                <input type="hidden" name="next" value=next />
                <div class="dialog-text">
                    <p>{lead}</p>
                    <FormProblem problem=problem_of(delete) />
                </div>
                <div class="dialog-foot">
                    <a class="button" href=here autofocus>
                        {text::CANCEL}
                    </a>
                    <Submit
                        label=words::delete_button(meetings)
                        pending=delete.pending()
                        class="button button-danger"
                    />
                </div>
            </ActionForm>
        </Dialog>
    }
    .served()
}
