//! What a dialog asks before something is done.

use domain::Problem;
use leptos::prelude::*;

use super::FormProblem;
use super::Submit;
use crate::erase::Served;
use crate::text;

/// The inside of a dialog's form: what will be done, what was refused, the way back and the button that does it.
///
/// The keyboard begins at the way back, so that nobody does it by accident.
#[component]
pub fn Question(
    #[prop(into)] lead: String,
    /// The page without the dialog.
    #[prop(into)]
    back: String,
    problem: Signal<Option<Problem>>,
    #[prop(into)] label: String,
    #[prop(into)] pending: Signal<bool>,
    #[prop(default = "button button-danger")] class: &'static str,
) -> AnyView {
    view! {
        <div class="dialog-text">
            <p>{lead}</p>
            <FormProblem problem />
        </div>
        <div class="dialog-foot">
            <a class="button" href=back autofocus>
                {text::CANCEL}
            </a>
            <Submit label pending class />
        </div>
    }
    .served()
}
