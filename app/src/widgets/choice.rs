//! One of a few.

use leptos::prelude::*;

use super::Answer;
use crate::erase::Served;

/// A labelled list of which one is chosen; the first, unless another one was sent before.
#[component]
pub fn Choice(
    /// The name in the form, and the element's id.
    name: &'static str,
    label: &'static str,
    /// What is sent, and what is read.
    options: Vec<(&'static str, &'static str)>,
    /// What came back of the form.
    answer: Answer,
) -> AnyView {
    let first = options.first().map_or("", |(value, _)| value);
    let chosen = answer.text_of(name, first.to_owned());
    let option = |(value, words): &(&'static str, &'static str)| {
        view! { <option value=*value selected=chosen == *value>{*words}</option> }
    };
    view! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <select class="field-input" id=name name=name>{options.iter().map(option).collect_view()}</select>
        </div>
    }
    .served()
}
