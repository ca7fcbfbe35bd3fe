//! What stands around a page.

use icondata_lu::LuCircleUserRound;
use icondata_lu::LuLogOut;
use icondata_lu::LuVideo;
use leptos::prelude::*;

use super::Icon;
use super::Logo;
use crate::erase::Inside;
use crate::erase::Served;
use crate::text;

/// The places of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The list of one's meetings, and what belongs to one of them.
    Meetings,
    /// One's account.
    Account,
}

const PLACES: [(Place, &str, &str, icondata_core::Icon); 2] = [
    (Place::Meetings, "/meetings", text::MEETINGS, LuVideo),
    (Place::Account, "/account", text::ACCOUNT, LuCircleUserRound),
];

/// The page of somebody who is signed in: navigation at the left, on a phone at the bottom.
///
/// `sign_out` is the form that ends the session, around a [`SignOutButton`].
#[component]
pub fn PageFrame(here: Place, sign_out: AnyView, children: Inside) -> AnyView {
    let links = PLACES.map(|(place, href, label, icon)| {
        view! {
            <a class="frame-link" href=href aria-current=(place == here).then_some("page")>
                <Icon icon=icon />
                {label}
            </a>
        }
    });
    view! {
        <a class="skip" href="#content">{text::SKIP}</a>
        <div class="frame">
            <div class="frame-side">
                <header class="frame-top">
                    <Logo />
                </header>
                <nav class="frame-nav" aria-label=text::NAVIGATION>
                    {links.into_iter().collect_view()}
                    {sign_out}
                </nav>
            </div>
            <main class="frame-main" id="content">{children.draw()}</main>
        </div>
    }
    .served()
}

/// The button inside the form that ends the session.
#[component]
pub fn SignOutButton() -> impl IntoView {
    view! {
        <button type="submit" class="frame-link">
            <Icon icon=LuLogOut />
            {text::SIGN_OUT}
        </button>
    }
}

/// The page of somebody who is about to come in: the logo, and one thing to do.
#[component]
pub fn EntryFrame(children: Inside) -> AnyView {
    view! {
        <div class="entry">
            <header class="entry-top">
                <Logo />
            </header>
            <main class="entry-main" id="content">
                {children.draw()}
            </main>
        </div>
    }
    .served()
}
