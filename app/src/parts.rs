//! The parts of the client that a browser fetches when it needs them.
//!
//! tools/site cuts the compiled client at the functions marked with `wasm_split`: what only they reach leaves the first
//! file. The first file holds what every page needs, and the way into a meeting, because a guest's first visit is the
//! one that counts; [`Room`] is fetched while the guest types a name, [`Page`] with the first of the other pages. More
//! and smaller parts would fall into a file for every set of parts that share something.
//!
//! The server is one piece: to it all of this is there at once.

use domain::Problem;
use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use leptos::wasm_split::wasm_split;
use leptos_router::ChooseView;
use leptos_router::hooks::use_url;

use crate::call::Media;
use crate::call::Ticket;
use crate::pages;
use crate::shell;

/// A page other than the one behind a meeting's link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The start page.
    Landing,
    /// Makes the first administrator.
    Setup,
    /// Opens a session.
    SignIn,
    /// Makes an account.
    SignUp,
    /// One's own account.
    Account,
    /// One's meetings.
    Meetings,
    /// The settings of a meeting.
    Settings,
    /// The chat of a meeting, read again.
    Chat,
}

/// As the manifest of tools/site calls it.
const PAGES: &str = "pages";

#[wasm_split(pages, wasm_split_path = ::leptos::wasm_split, fallible, preload(fetch_pages))]
fn draw(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::Landing => pages::LandingPage(),
        Page::Setup => pages::SetupPage(),
        Page::SignIn => pages::SignInPage(),
        Page::SignUp => pages::SignUpPage(),
        Page::Account => pages::AccountPage(),
        Page::Meetings => pages::MeetingsPage(),
        Page::Settings => pages::SettingsPage(),
        Page::Chat => pages::ChatPage(),
    })
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        match draw(self).await {
            Ok(view) => view,
            Err(_) => std::future::pending().await,
        }
    }

    /// Waits until the page can be drawn. Where that cannot be, what is on the screen stays and the person is told.
    async fn preload(&self) {
        // On the server: let the browser begin to fetch it while it reads the page's first lines.
        leptos::prefetch_lazy_fn_on_server(PAGES);
        let wanted = use_url();
        if fetch_pages().await.is_err() {
            wanted.with_untracked(|url| shell::strand(url.path(), url.search()));
            std::future::pending().await
        }
    }
}

/// What stands behind the door of a meeting. Whoever holds one has fetched it.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    visit: fn(Ticket, RwSignal<Option<Media>>, Callback<Problem>) -> AnyView,
}

#[wasm_split(room, wasm_split_path = ::leptos::wasm_split, fallible)]
fn room() -> Result<Room, SplitLoaderError> {
    Ok(Room { visit: pages::meeting::visit::draw })
}

impl Room {
    /// Fetches it, once; after a failure the next call tries again.
    pub async fn fetch() -> Result<Self, SplitLoaderError> {
        room().await
    }

    /// Draws a visit. `refuse` takes the visitor back to the door, with what the server said.
    pub fn visit(self, ticket: Ticket, media: RwSignal<Option<Media>>, refuse: Callback<Problem>) -> AnyView {
        (self.visit)(ticket, media, refuse)
    }
}
