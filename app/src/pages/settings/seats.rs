//! The card of the seats for sound and picture (SM-7).

use domain::meeting::Capacity;
use domain::problem::Field;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Subject;
use crate::api::meetings::SaveSeats;
use crate::erase::Served;
use crate::text;
use crate::text::settings as words;
use crate::widgets::Banner;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::TextField;
use crate::widgets::Tone;
use crate::widgets::answer_of;

/// What the page calls this card.
const CARD: &str = "seats";

/// Draws the form; what is typed is kept only by its button.
pub fn card(subject: Subject) -> AnyView {
    let Subject { meeting, unsaved, .. } = subject;
    let save = ServerAction::<SaveSeats>::new();
    let answer = answer_of(save);
    let was_saved = use_query_map().read_untracked().get("saved").as_deref() == Some(CARD);
    let saved = RwSignal::new(was_saved && answer.problem.with_untracked(Option::is_none));
    Effect::new(move |_| {
        if let Some(Ok(_)) = save.value().get() {
            unsaved.update(|cards| {
                cards.remove(CARD);
            });
            saved.set(true);
        }
    });
    let note_change = move |_| {
        unsaved.update(|cards| {
            cards.insert(CARD);
        });
        saved.set(false);
    };
    view! {
        <section class="settings-card" aria-labelledby="seats-title">
            <h2 id="seats-title">{words::SEATS}</h2>
            <p class="settings-lead">{words::SEATS_LEAD}</p>
            <ActionForm action=save attr:class="form" on:input=note_change>
                <input type="hidden" name="id" value=meeting.id.to_string() />
                <TextField
                    name="capacity"
                    label=words::CAPACITY
                    field=Field::Capacity
                    answer
                    value=meeting.settings.capacity.to_string()
                    range=(Capacity::LEAST, Capacity::MOST)
                />
                <FormProblem problem=answer.problem />
                {move || saved.get().then(|| view! { <Banner tone=Tone::Good>{text::SAVED}</Banner> })}
                <div class="button-row">
                    <Submit label=words::SAVE_SEATS pending=save.pending() />
                    {move || unsaved.with(|cards| cards.contains(CARD)).then(|| view! {
                        <span class="unsaved">{words::UNSAVED_NOTE}</span>
                    })}
                </div>
            </ActionForm>
        </section>
    }
    .served()
}
