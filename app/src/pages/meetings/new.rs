//! The dialog that makes a meeting (SM-18 to SM-21).

use domain::meeting::MeetingPassword;
use domain::problem::Field;
use domain::text::Title;
use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::meetings::CreateMeeting;
use crate::erase::Served;
use crate::pages::close_dialog;
use crate::text;
use crate::text::meetings as words;
use crate::widgets::Dialog;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::Switch;
use crate::widgets::TextField;
use crate::widgets::answer_of;

/// Asks for a title, and for nothing else that is needed.
#[component]
pub fn NewDialog(create: ServerAction<CreateMeeting>) -> AnyView {
    let answer = answer_of(create);
    view! {
        <Dialog title=words::NEW close_href=super::HERE on_close=close_dialog(super::HERE)>
            <ActionForm action=create attr:class="form">
                <FormProblem problem=answer.problem />
                <TextField
                    name="title"
                    label=words::TITLE
                    placeholder=words::TITLE_EXAMPLE
                    field=Field::Title
                    answer
                    most=Title::MOST
                    autofocus=true
                />
                <TextField
                    name="password"
                    label=words::PASSWORD
                    hint=words::PASSWORD_HINT
                    field=Field::MeetingPassword
                    answer
                    most=MeetingPassword::MOST
                    optional=true
                />
                <Switch name="regular" label=words::REGULAR hint=words::REGULAR_HINT answer />
                <div class="dialog-foot">
                    <a class="button" href=super::HERE>
                        {text::CANCEL}
                    </a>
                    <Submit label=words::CREATE pending=create.pending() />
                </div>
            </ActionForm>
        </Dialog>
    }
    .served()
}
