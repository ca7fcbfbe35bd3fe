//! The pages, one module each.

pub mod account;
pub mod chat;
pub mod join;
pub mod landing;
pub mod meeting;
pub mod meetings;
pub mod new_password;
pub mod not_found;
pub mod one_time_link;
pub mod people;
pub mod person;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod sign_up;
pub mod signed_in;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use leptos_router::location::Url;

use crate::api::Refusal;
use crate::backend::backend;
use crate::erase::Served;
use crate::widgets::ProblemView;

pub use account::AccountPage;
pub use chat::ChatPage;
pub use landing::LandingPage;
pub use meeting::MeetingPage;
pub use meetings::MeetingsPage;
pub use new_password::NewPasswordPage;
pub use not_found::NotFoundPage;
pub use people::PeoplePage;
pub use settings::SettingsPage;
pub use setup::SetupPage;
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;

/// The address of this server as people reach it; the browser's first render uses the server's word for it.
fn origin() -> String {
    SharedValue::new(|| match backend() {
        Ok(backend) => backend.origin(),
        Err(_) => window().location().origin().unwrap_or_default(),
    })
    .into_inner()
}

/// What was loaded, drawn; or why it was not.
fn drawn_or_problem<T>(loaded: Result<T, Refusal>, draw: impl FnOnce(T) -> AnyView) -> AnyView {
    match loaded {
        Ok(loaded) => draw(loaded),
        Err(refusal) => view! { <ProblemView problem=refusal.0 /> }.served(),
    }
}

/// Counts what an action did. Refusals change nothing in a list: only what was done is a reason to ask for it again.
fn count_done<S>(action: ServerAction<S>, changes: RwSignal<u32>)
where
    S: ServerFn<Error = Refusal> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let value = action.value();
    Effect::new(move |_| {
        if value.with(|value| matches!(value, Some(Ok(_)))) {
            changes.update(|changes| *changes += 1);
        }
    });
}

/// Leads from a dialog that is open while the page's address says so to the page without it.
fn close_dialog(page: &str) -> Callback<()> {
    let (navigate, page) = (use_navigate(), page.to_owned());
    Callback::new(move |()| {
        navigate(&page, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    })
}

/// A path that remembers where to go on afterwards.
fn with_next(path: &str, next: Option<String>) -> String {
    match next {
        Some(next) => format!("{path}?next={}", Url::escape(&next)),
        None => path.to_owned(),
    }
}
