//! The card of the seats for sound and picture (SM-7).

use domain::meeting::Capacity;
use domain::problem::Field;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::Subject;
use super::save::SaveRow;
use super::save::Saving;
use crate::api::meetings::SaveSeats;
use crate::erase::Served;
use crate::text::settings as words;
use crate::widgets::TextField;
use crate::widgets::answer_of;

/// What the page calls this card.
const CARD: &str = "seats";

/// Draws the form; what is typed is kept only by its button.
pub fn card(subject: Subject) -> AnyView {
    let Subject { meeting, unsaved, .. } = subject;
    let save = ServerAction::<SaveSeats>::new();
    let answer = answer_of(save);
    let saving = Saving::of(CARD, unsaved, answer);
    view! {
        <section class="settings-card" aria-labelledby="seats-title">
            <h2 id="seats-title">{words::SEATS}</h2>
            <p class="settings-lead">{words::SEATS_LEAD}</p>
            <ActionForm action=save attr:class="form" on:input=move |_| saving.changed()>
                <input type="hidden" name="id" value=meeting.id.to_string() />
                <TextField
                    name="capacity"
                    label=words::CAPACITY
                    field=Field::Capacity
                    answer
                    value=meeting.settings.capacity.to_string()
                    range=(Capacity::LEAST, Capacity::MOST)
                />
                <SaveRow saving label=words::SAVE_SEATS pending=save.pending() />
            </ActionForm>
        </section>
    }
    .served()
}
