//! The line that takes a meeting's ID or link.

use domain::Problem;
use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::meetings::FindMeeting;
use crate::erase::Served;
use crate::text;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::TextField;
use crate::widgets::answer_of;

/// Finds a meeting by its ID or link (TCC-4, 7, 9).
#[component]
pub fn JoinForm(
    /// The button's look: the main one of a page unless said otherwise.
    #[prop(default = "button button-primary")]
    class: &'static str,
) -> AnyView {
    let find = ServerAction::<FindMeeting>::new();
    let answer = answer_of(find);
    let at_field = |problem: &Problem| matches!(problem, Problem::BadMeetingId | Problem::NoSuchMeeting);
    view! {
        <ActionForm action=find attr:class="form">
            <FormProblem problem=answer.problem at_field />
            <div class="join">
                <TextField
                    name="text"
                    label=text::entry::JOIN_FIELD
                    placeholder=text::entry::JOIN_EXAMPLE
                    missing=Problem::BadMeetingId
                    answer
                    also=at_field
                />
                <Submit label=text::entry::JOIN pending=find.pending() class />
            </div>
        </ActionForm>
    }
    .served()
}
