//! The pages of Confab, rendered by the server and brought to life in the browser.
//!
//! Owns: the document's [`shell`](mod@shell), the routes, every page and widget, the browser's half of a call and every
//! sentence that the UI can say ([`text`]). Asks the server through one door, [`backend::Backend`].
//! Never: holds a database type, or touches a browser API during the first render.
//! Start reading at [`App`], then [`pages`]; [`parts`] says what of it the browser fetches when.
#![allow(clippy::needless_pass_by_value, reason = "a component owns its props, whether it consumes them or not")]

pub mod api;
pub mod backend;
pub mod call;
pub mod erase;
pub mod pages;
pub mod parts;
pub mod shell;
pub mod text;
pub mod widgets;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_meta::provide_meta_context;
use leptos_router::SsrMode;
use leptos_router::components::FlatRoutes;
use leptos_router::components::Route;
use leptos_router::components::Router;
use leptos_router::path;

use crate::erase::Served;
use crate::parts::Page;

pub use shell::Release;
pub use shell::shell;

/// The whole application: contexts and routes.
///
/// Contexts provided here, and nowhere else: leptos_meta's, and [`widgets::Toasts`].
#[component]
pub fn App() -> AnyView {
    provide_meta_context();
    widgets::provide_toasts();
    // Tests wait for this mark: clicks before it are not heard.
    Effect::new(|_| {
        let _ = document().document_element().map(|html| html.set_attribute("data-hydrated", ""));
    });
    view! {
        <Title formatter=text::page_title />
        <Router>
            <FlatRoutes fallback=pages::NotFoundPage>
                <Route path=path!("/") view=Page::Landing ssr=SsrMode::Async />
                <Route path=path!("/setup") view=Page::Setup ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=Page::SignIn ssr=SsrMode::Async />
                <Route path=path!("/sign-up") view=Page::SignUp ssr=SsrMode::Async />
                <Route path=path!("/new-password") view=Page::NewPassword ssr=SsrMode::Async />
                <Route path=path!("/account") view=Page::Account ssr=SsrMode::Async />
                <Route path=path!("/people") view=Page::People ssr=SsrMode::Async />
                <Route path=path!("/meetings") view=Page::Meetings ssr=SsrMode::Async />
                <Route path=path!("/meetings/:id/settings") view=Page::Settings ssr=SsrMode::Async />
                <Route path=path!("/meetings/:id/chat") view=Page::Chat ssr=SsrMode::Async />
                <Route path=path!("/c/:id") view=pages::MeetingPage ssr=SsrMode::Async />
            </FlatRoutes>
        </Router>
        <widgets::ToastRegion />
    }
    .served()
}
