//! What the pages behind one-time links share: a link that is used or wrong opens nothing, and leads to signing in.

use domain::Problem;
use leptos::prelude::*;

use crate::api::Refusal;
use crate::erase::Served;
use crate::widgets::FormProblem;
use crate::widgets::ProblemView;

/// What stands where a link opens nothing: a sentence, and the words of the way to sign in behind it.
pub type Instead = (&'static str, &'static str);

/// What the link opens; one that was used says so before anybody fills in a form.
pub fn opened<T>(
    checked: Resource<Result<T, Refusal>>,
    draw: impl Fn(T) -> AnyView + Clone + Send + 'static,
    (why, sign_in): Instead,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let body = move || {
        let draw = draw.clone();
        Suspend::new(async move {
            match checked.await {
                Ok(opened) => draw(opened),
                Err(refusal) => view! {
                    <ProblemView problem=refusal.0 />
                    <p class="entry-other">
                        {why} " " <a href="/sign-in">{sign_in}</a>
                    </p>
                }
                .served(),
            }
        })
    };
    view! { <Transition>{body}</Transition> }.served()
}

/// Says what was refused in the form that a link opened; one that was used meanwhile leads to signing in.
#[component]
pub fn LinkProblem(
    problem: Signal<Option<Problem>>,
    /// The words of the way to sign in.
    sign_in: &'static str,
) -> AnyView {
    let way = move || {
        let link = || view! { <p><a href="/sign-in">{sign_in}</a></p> };
        (problem.get() == Some(Problem::LinkExpired)).then(link)
    };
    view! {
        <FormProblem problem />
        {way}
    }
    .served()
}
