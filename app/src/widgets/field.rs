//! One line of text that a person fills in.

use domain::Problem;
use domain::problem::Field;
use icondata_lu::LuCircleAlert;
use icondata_lu::LuEye;
use icondata_lu::LuEyeOff;
use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::Answer;
use super::Icon;
use super::form::field_of;
use crate::erase::Served;
use crate::text;
use crate::text::of_problem;

/// The elements that describe a field: its error while there is one, and its hint.
fn described_by(
    error_id: String,
    hint_id: Option<String>,
    shown: Signal<Option<Problem>>,
) -> impl Fn() -> Option<String> {
    move || match (shown.with(Option::is_some), &hint_id) {
        (true, Some(hint_id)) => Some(format!("{error_id} {hint_id}")),
        (true, None) => Some(error_id.clone()),
        (false, hint_id) => hint_id.clone(),
    }
}

/// A labelled line of text. Says beside itself what is wrong with it: at once where the browser sees it,
/// otherwise when the server's answer is `problem`.
#[component]
pub fn TextField(
    /// The name in the form, and the element's id.
    name: &'static str,
    label: &'static str,
    /// Whose problems are said here.
    #[prop(optional)]
    field: Option<Field>,
    /// What to say when it is left empty; without it, that `field` is missing.
    #[prop(optional)]
    missing: Option<Problem>,
    /// What came back of the form.
    answer: Answer,
    /// Further problems to say here.
    #[prop(default = |_| false)]
    also: fn(&Problem) -> bool,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] value: String,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] placeholder: Option<&'static str>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] least: Option<usize>,
    #[prop(optional)] most: Option<usize>,
    /// The least and the most, for a number.
    #[prop(optional)]
    range: Option<(u16, u16)>,
) -> AnyView {
    let problem = answer.problem;
    let (noticed, corrected) = (RwSignal::new(None::<Problem>), RwSignal::new(false));
    let refused =
        move || problem.get().filter(|problem| (field.is_some() && field_of(problem) == field) || also(problem));
    let input = NodeRef::<html::Input>::new();
    // After a refusal the keyboard is where it is to be mended: in the page that comes back, and in the one that stays.
    let autofocus = untrack(move || refused().is_some() || (autofocus && problem.with(Option::is_none)));
    Effect::new(move |_| {
        corrected.set(false);
        if let (true, Some(input)) = (refused().is_some(), input.get_untracked()) {
            let _ = input.focus();
        }
    });
    let shown = Signal::derive(move || noticed.get().or_else(|| if corrected.get() { None } else { refused() }));
    let on_invalid = move |event: Event| {
        event.prevent_default();
        noticed.set(notice(&event_target(&event), field, missing.clone(), least, range));
    };
    let on_input = move |_| {
        noticed.set(None);
        corrected.set(true);
    };
    let [error_id, hint_id] = ["error", "hint"].map(|what| format!("{name}-{what}"));
    let described = described_by(error_id.clone(), hint.map(|_| hint_id.clone()), shown);
    let (is_password, readable) = (kind == "password", RwSignal::new(false));
    let kind = if range.is_some() { "number" } else { kind };
    let dir = (kind == "text").then_some("auto");
    let kind = move || if is_password && readable.get() { "text" } else { kind };
    view! {
        <div class="field">
            {label_line(name, label, optional)}
            <div class="field-line">
                <input
                    class="field-input"
                    node_ref=input
                    id=name
                    name=name
                    type=kind
                    value=answer.text_of(name, value)
                    dir=dir
                    autocomplete=autocomplete
                    placeholder=placeholder
                    required=!optional
                    autofocus=autofocus
                    minlength=least.map(|least| least.to_string())
                    maxlength=most.map(|most| most.to_string())
                    min=range.map(|(least, _)| least.to_string())
                    max=range.map(|(_, most)| most.to_string())
                    spellcheck=is_password.then_some("false")
                    aria-invalid=move || shown.with(Option::is_some).then_some("true")
                    aria-describedby=described
                    on:invalid=on_invalid
                    on:input=on_input
                />
                {is_password.then(|| view! { <RevealButton readable input /> })}
            </div>
            {move || shown.get().map(|problem| error_line(error_id.clone(), &problem))}
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
        </div>
    }
    .served()
}

fn label_line(name: &'static str, label: &'static str, optional: bool) -> AnyView {
    view! {
        <label class="field-label" for=name>
            {label}
            {optional.then(|| view! { <span class="field-optional">" · " {text::OPTIONAL}</span> })}
        </label>
    }
    .served()
}

fn error_line(id: String, problem: &Problem) -> AnyView {
    view! {
        <p class="field-error" id=id role="alert">
            <Icon icon=LuCircleAlert />
            <span>{of_problem(problem)}</span>
        </p>
    }
    .served()
}

/// Makes a password readable, and dots again.
#[component]
fn RevealButton(readable: RwSignal<bool>, input: NodeRef<html::Input>) -> impl IntoView {
    let icon = Signal::derive(move || if readable.get() { LuEyeOff } else { LuEye });
    let toggle = move |_| {
        readable.update(|readable| *readable = !*readable);
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
    };
    view! {
        <button
            type="button"
            class="field-reveal needs-script"
            aria-label=text::SHOW_PASSWORD
            title=text::SHOW_PASSWORD
            aria-pressed=move || if readable.get() { "true" } else { "false" }
            on:click=toggle
        >
            <Icon icon=icon />
        </button>
    }
}

/// Puts into our words what the browser would say in a bubble of its own, and takes the keyboard to the first
/// field of the form that it complains about.
fn notice(
    input: &HtmlInputElement,
    field: Option<Field>,
    missing: Option<Problem>,
    least: Option<usize>,
    range: Option<(u16, u16)>,
) -> Option<Problem> {
    let first = input.form().and_then(|form| form.query_selector("input:invalid").ok().flatten());
    if first.is_some_and(|first| first.is_same_node(Some(input.unchecked_ref()))) {
        let _ = input.focus();
    }
    let validity = input.validity();
    if validity.valid() {
        return None;
    }
    if validity.value_missing() {
        return missing.or(field.map(|field| Problem::Missing { field }));
    }
    if let (Some(field), Some((least, most))) = (field, range) {
        return Some(Problem::OutOfRange { field, least, most });
    }
    match (field, least) {
        (Some(field), Some(least)) if validity.too_short() => Some(Problem::TooShort { field, least }),
        (Some(field), _) => Some(Problem::Invalid { field }),
        (None, _) => missing,
    }
}
