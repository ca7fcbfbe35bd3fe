//! What forms share: the answer that came back, and the button that sends.

use domain::Problem;
use domain::problem::Field;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::Banner;
use super::Tone;
use crate::api::Refusal;
use crate::backend::Typed;
use crate::backend::backend;
use crate::erase::Served;
use crate::text::of_problem;

/// What came back of a form that people type into.
#[derive(Clone, Copy)]
pub struct Answer {
    /// What was refused, last time that the form was sent.
    pub problem: Signal<Option<Problem>>,
    /// Whether it was done, last time that the form was sent.
    pub done: Signal<bool>,
    typed: StoredValue<Option<Typed>>,
}

impl Answer {
    /// What a field shows at first: what was typed into it before the refusal, else `value`.
    pub fn text_of(&self, name: &str, value: String) -> String {
        let typed = self.typed.with_value(|typed| typed.as_ref()?.text_of(name).map(str::to_owned));
        typed.unwrap_or(value)
    }

    /// Whether a switch is on at first; one that was off is not among what was sent.
    pub fn is_on(&self, name: &str, on: bool) -> bool {
        self.typed.with_value(|typed| typed.as_ref().map_or(on, |typed| typed.text_of(name).is_some()))
    }
}

/// The answer to a form. With scripts the fields are still there as they were left; without them the server
/// knows what was typed.
pub fn answer_of<S>(action: ServerAction<S>) -> Answer
where
    S: ServerFn<Error = Refusal> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let typed = backend().ok().and_then(|backend| backend.typed()).filter(|typed| typed.form == S::PATH);
    let value = action.value();
    let done = Signal::derive(move || value.with(|value| matches!(value, Some(Ok(_)))));
    Answer { problem: problem_of(action), done, typed: StoredValue::new(typed) }
}

/// What the server refused, last time that the form was sent.
///
/// Not memoised: the same refusal twice is said twice.
pub fn problem_of<S>(action: ServerAction<S>) -> Signal<Option<Problem>>
where
    S: ServerFn<Error = Refusal> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let value = action.value();
    Signal::derive(move || value.with(|value| value.as_ref()?.as_ref().err().map(|refusal| refusal.0.clone())))
}

/// The problem, where `is_here` says that this is the place to say it.
pub fn problem_where(problem: Signal<Option<Problem>>, is_here: fn(&Problem) -> bool) -> Signal<Option<Problem>> {
    Signal::derive(move || problem.get().filter(is_here))
}

/// The field that a problem is about, if it is about one.
pub(super) fn field_of(problem: &Problem) -> Option<Field> {
    if let Problem::Missing { field }
    | Problem::TooLong { field, .. }
    | Problem::TooShort { field, .. }
    | Problem::OutOfRange { field, .. }
    | Problem::Invalid { field } = problem
    {
        Some(*field)
    } else {
        None
    }
}

/// Says a problem that no field of the form says, above the form's button.
#[component]
pub fn FormProblem(
    problem: Signal<Option<Problem>>,
    /// Whether some field of the form says this problem beside itself.
    #[prop(default = |_| false)]
    at_field: fn(&Problem) -> bool,
) -> AnyView {
    let rest = move || problem.get().filter(|problem| field_of(problem).is_none() && !at_field(problem));
    (move || rest().map(|problem| view! { <Banner tone=Tone::Problem>{of_problem(&problem)}</Banner> })).served()
}

/// The button that sends the form; while the server works it says so and takes no second press.
#[component]
pub fn Submit(
    #[prop(into)] label: String,
    #[prop(into)] pending: Signal<bool>,
    #[prop(default = "button button-primary")] class: &'static str,
) -> AnyView {
    let hold = move |event: leptos::ev::MouseEvent| {
        if pending.get_untracked() {
            event.prevent_default();
        }
    };
    // Busy rather than disabled: a disabled button would drop the keyboard's focus.
    view! {
        <button type="submit" class=class aria-busy=move || pending.get().then_some("true") on:click=hold>
            {label}
        </button>
    }
    .served()
}
