//! How a card is saved: what it says while something in it is not, and once it is.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Unsaved;
use crate::erase::Served;
use crate::text;
use crate::text::settings as words;
use crate::widgets::Answer;
use crate::widgets::Banner;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::Tone;

/// Whether the form of one card is saved.
#[derive(Clone, Copy)]
pub struct Saving {
    card: &'static str,
    answer: Answer,
    unsaved: RwSignal<Unsaved>,
    saved: RwSignal<bool>,
}

impl Saving {
    /// Follows the `answer` to the form of the card that the page calls `card`. Without scripts the page's address
    /// says what was saved.
    pub fn of(card: &'static str, unsaved: RwSignal<Unsaved>, answer: Answer) -> Self {
        let was_saved = use_query_map().read_untracked().get("saved").as_deref() == Some(card);
        let saved = RwSignal::new(was_saved && answer.problem.with_untracked(Option::is_none));
        Effect::new(move |_| {
            if answer.done.get() {
                unsaved.update(|cards| {
                    cards.remove(card);
                });
                saved.set(true);
            } else if answer.problem.with(Option::is_some) {
                saved.set(false);
            }
        });
        Self { card, answer, unsaved, saved }
    }

    /// Something was typed or switched.
    pub fn changed(&self) {
        self.unsaved.update(|cards| {
            cards.insert(self.card);
        });
        self.saved.set(false);
    }
}

/// The end of a card's form: what was refused, what was saved, and the button. While there is something to save the
/// button stays in the window, however long the form is.
#[component]
pub fn SaveRow(saving: Saving, label: &'static str, #[prop(into)] pending: Signal<bool>) -> AnyView {
    let Saving { card, answer, unsaved, saved } = saving;
    let is_unsaved = Memo::new(move |_| unsaved.with(|cards| cards.contains(card)));
    view! {
        <FormProblem problem=answer.problem />
        {move || saved.get().then(|| view! { <Banner tone=Tone::Good>{text::SAVED}</Banner> })}
        <div class="button-row save-row" class:save-row-due=is_unsaved id=format!("{card}-save")>
            <Submit label pending />
            {move || is_unsaved.get().then(|| view! { <span class="unsaved">{words::UNSAVED_NOTE}</span> })}
        </div>
    }
    .served()
}
