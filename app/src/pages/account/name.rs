//! The name that others see.

use domain::problem::Field;
use domain::text::DisplayName;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::Saved;
use crate::api::people::Rename;
use crate::erase::Served;
use crate::text::account as words;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::TextField;
use crate::widgets::answer_of;

/// Changes the name; `name` is what the page shows.
#[component]
pub fn NameForm(name: RwSignal<String>) -> AnyView {
    let rename = ServerAction::<Rename>::new();
    let answer = answer_of(rename);
    let sent = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if let Some(input) = rename.input().get() {
            sent.set(Some(input.name));
        }
    });
    Effect::new(move |_| {
        if let (Some(Ok(())), Some(new)) = (rename.value().get(), sent.get_untracked()) {
            name.set(new);
        }
    });
    view! {
        <section class="account-section" aria-labelledby="name-title">
            <div class="account-words">
                <h2 id="name-title">{words::PROFILE}</h2>
                <p>{words::PROFILE_LEAD}</p>
            </div>
            <ActionForm action=rename attr:class="form">
                <TextField
                    name="name"
                    label=words::NAME
                    field=Field::Name
                    answer
                    value=name.get_untracked()
                    autocomplete="name"
                    most=DisplayName::MOST
                />
                <FormProblem problem=answer.problem />
                <Saved form="name" says=words::NAME_SAVED answer />
                <Submit label=words::NAME_SAVE pending=rename.pending() class="button" />
            </ActionForm>
        </section>
    }
    .served()
}
