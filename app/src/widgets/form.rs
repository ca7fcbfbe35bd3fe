//! What forms share: the problem that came back, and the button that sends.

use domain::Problem;
use domain::problem::Field;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::Banner;
use super::Tone;
use crate::api::Refusal;
use crate::erase::Served;
use crate::text::of_problem;

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
