//! The question before a meeting is deleted (SM-72).

use domain::meeting::Card;
use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::meetings::DeleteMeeting;
use crate::erase::Served;
use crate::pages::close_dialog;
use crate::text::meetings as words;
use crate::widgets::Dialog;
use crate::widgets::Question;
use crate::widgets::problem_of;

/// Names what is deleted, and deletes it.
#[component]
pub fn DeleteDialog(card: Card, delete: ServerAction<DeleteMeeting>) -> AnyView {
    let Card { meeting, present, messages, .. } = card;
    view! {
        <Dialog
            title=words::delete_title(&meeting.settings.title)
            close_href=super::HERE
            on_close=close_dialog(super::HERE)
        >
            <ActionForm action=delete>
                <input type="hidden" name="id" value=meeting.id.to_string() />
                <Question
                    lead=words::delete_lead(messages, present)
                    back=super::HERE
                    problem=problem_of(delete)
                    label=words::delete_button(messages)
                    pending=delete.pending()
                />
            </ActionForm>
        </Dialog>
    }
    .served()
}
