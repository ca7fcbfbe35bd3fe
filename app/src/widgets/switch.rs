//! Something that is in force, or not.

use leptos::prelude::*;

use super::Answer;
use crate::erase::Served;

/// A switch of a form: sends `name` when it is on.
#[component]
pub fn Switch(
    name: &'static str,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] on: bool,
    /// What came back of the form.
    answer: Answer,
) -> AnyView {
    let hint_id = format!("{name}-hint");
    view! {
        <label class="switch" for=name>
            <span class="switch-label">{label}</span>
            {hint.map(|hint| view! { <span class="switch-hint" id=hint_id.clone()>{hint}</span> })}
            <input
                class="switch-box"
                type="checkbox"
                role="switch"
                id=name
                name=name
                value="on"
                checked=answer.is_on(name, on)
                aria-label=label
                aria-describedby=hint.map(|_| hint_id)
            />
        </label>
    }
    .served()
}
