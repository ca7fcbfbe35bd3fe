//! The question before an account is deleted.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::excerpt::Excerpt;
use crate::api::administration::DeleteAccount;
use crate::api::administration::meetings_held;
use crate::backend::Person;
use crate::erase::Served;
use crate::pages::drawn_or_problem;
use crate::text;
use crate::text::people as words;
use crate::widgets::Dialog;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::problem_of;

/// Counts what goes with the account, and asks.
#[component]
pub fn DeleteDialog(person: Person, yours: bool, excerpt: Excerpt, delete: ServerAction<DeleteAccount>) -> AnyView {
    let id = person.account.id.clone();
    let held = Resource::new(|| (), move |()| meetings_held(id.clone()));
    // What was refused about somebody else is not said here.
    Effect::new(move |_| delete.clear());
    let body = move || {
        let (person, excerpt) = (person.clone(), excerpt.clone());
        Suspend::new(async move {
            drawn_or_problem(held.await, |meetings| {
                view! { <Question person yours meetings excerpt delete /> }.served()
            })
        })
    };
    view! { <Transition>{body}</Transition> }.served()
}

#[component]
fn Question(
    person: Person,
    yours: bool,
    meetings: usize,
    excerpt: Excerpt,
    delete: ServerAction<DeleteAccount>,
) -> AnyView {
    let account = person.account;
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
