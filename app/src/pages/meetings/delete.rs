//! The question before a meeting is deleted (SM-72).

use domain::meeting::Card;
use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::meetings::DeleteMeeting;
use crate::erase::Served;
use crate::text;
use crate::text::meetings as words;
use crate::widgets::Dialog;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::problem_of;

/// Names what is deleted, and deletes it.
#[component]
pub fn DeleteDialog(card: Card, delete: ServerAction<DeleteMeeting>) -> AnyView {
    let Card { meeting, present, messages, .. } = card;
    view! {
        <Dialog
            title=words::delete_title(&meeting.settings.title)
            close_href=super::HERE
            on_close=super::close_dialog()
        >
            <ActionForm action=delete>
                <input type="hidden" name="id" value=meeting.id.to_string() />
                <div class="dialog-text">
                    <p>{words::delete_lead(messages, present)}</p>
                    <FormProblem problem=problem_of(delete) />
                </div>
                <div class="dialog-foot">
                    <a class="button" href=super::HERE autofocus>
                        {text::CANCEL}
                    </a>
                    <Submit
                        label=words::delete_button(messages)
                        pending=delete.pending()
                        class="button button-danger"
                    />
                </div>
            </ActionForm>
        </Dialog>
    }
    .served()
}
