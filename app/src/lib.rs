//! The pages of Confab, rendered by the server and brought to life in the browser.
//!
//! Owns: the document's shell, the routes, every page and widget, the browser's half of a call and every
//! sentence that the UI can say ([`text`]). Asks the server through one door, [`backend::Backend`].
//! Never: holds a database type, or touches a browser API during the first render.
//! Start reading at [`App`], then [`pages`].
#![allow(clippy::needless_pass_by_value, reason = "a component owns its props, whether it consumes them or not")]

pub mod api;
pub mod backend;
pub mod call;
pub mod pages;
pub mod text;
pub mod widgets;

use leptos::prelude::*;
use leptos_meta::HashedStylesheet;
use leptos_meta::MetaTags;
use leptos_meta::Title;
use leptos_meta::provide_meta_context;
use leptos_router::SsrMode;
use leptos_router::components::Route;
use leptos_router::components::Router;
use leptos_router::components::Routes;
use leptos_router::path;

/// The HTML document around [`App`].
pub fn shell(options: LeptosOptions) -> AnyView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="icon" href="/favicon.ico" sizes="32x32" />
                <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <HashedStylesheet options=options.clone() id="confab" />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
    .into_any()
}

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
            <Routes fallback=pages::NotFoundPage>
                <Route path=path!("/") view=pages::LandingPage ssr=SsrMode::Async />
                <Route path=path!("/setup") view=pages::SetupPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=pages::SignInPage ssr=SsrMode::Async />
                <Route path=path!("/sign-up") view=pages::SignUpPage ssr=SsrMode::Async />
                <Route path=path!("/account") view=pages::AccountPage ssr=SsrMode::Async />
                <Route path=path!("/meetings") view=pages::MeetingsPage ssr=SsrMode::Async />
                <Route path=path!("/meetings/:id/settings") view=pages::SettingsPage ssr=SsrMode::Async />
                <Route path=path!("/meetings/:id/chat") view=pages::ChatPage ssr=SsrMode::Async />
                <Route path=path!("/c/:id") view=pages::MeetingPage ssr=SsrMode::Async />
            </Routes>
        </Router>
        <widgets::ToastRegion />
    }
    .into_any()
}
