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
    /// Chooses a new password with a one-time link.
    NewPassword,
    /// One's own account.
    Account,
    /// Everybody's accounts.
    People,
    /// One's meetings.
    Meetings,
    /// The settings of a meeting.
    Settings,
    /// The chat of a meeting, read again.
    Chat,
}

/// The part with the pages, as the manifest of tools/site calls it.
const PAGES: &str = "pages";

/// How the paths begin whose page is in the first file.
const MEETING: &str = "/c/";

#[wasm_split(pages, wasm_split_path = ::leptos::wasm_split, fallible, preload(fetch_pages))]
fn draw(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::Landing => pages::LandingPage(),
        Page::Setup => pages::SetupPage(),
        Page::SignIn => pages::SignInPage(),
        Page::SignUp => pages::SignUpPage(),
        Page::NewPassword => pages::NewPasswordPage(),
        Page::Account => pages::AccountPage(),
        Page::People => pages::PeoplePage(),
        Page::Meetings => pages::MeetingsPage(),
        Page::Settings => pages::SettingsPage(),
        Page::Chat => pages::ChatPage(),
    })
}

/// Fetches the code of the page that the server drew: the browser can take over only what it could draw itself.
pub async fn fetch_for(path: &str) -> Result<(), SplitLoaderError> {
    if path.starts_with(MEETING) { Ok(()) } else { fetch_pages().await }
}

impl ChooseView for Page {
    /// Where the page cannot be fetched, the way of a browser without scripts is taken: the server draws it.
    async fn choose(self) -> AnyView {
        // On the server: lets the browser begin to fetch it while it reads the page's first lines.
        leptos::prefetch_lazy_fn_on_server(PAGES);
        let wanted = use_url();
        if let Ok(view) = draw(self).await {
            return view;
        }
        let address = wanted.with_untracked(|url| match url.search() {
            "" => url.path().to_owned(),
            search => format!("{}?{search}", url.path()),
        });
        let _ = window().location().assign(&address);
        std::future::pending().await
    }

    async fn preload(&self) {}
}

/// Takes the visitor to the door again, with what the server said, if it said anything.
pub type Back = Callback<Option<Problem>>;

/// What stands behind the door of a meeting. Whoever holds one has fetched it.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    visit: fn(Ticket, RwSignal<Option<Media>>, Back) -> AnyView,
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

    /// Draws a visit.
    pub fn visit(self, ticket: Ticket, media: RwSignal<Option<Media>>, back: Back) -> AnyView {
        (self.visit)(ticket, media, back)
    }
}
