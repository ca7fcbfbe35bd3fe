//! A small sign for a connection that is not good.

use domain::wire::Participant;
use domain::wire::Quality;
use leptos::prelude::*;

use super::desk::Desk;
use super::desk::Panel;
use crate::erase::Drawn;
use crate::text::wrong as words;

/// The word for a connection that deserves a sign; a person who is away is told about in other ways.
pub fn sign_of(person: &Participant) -> Option<Quality> {
    Some(person.quality).filter(|quality| person.connected && words::connection(*quality).is_some())
}

/// A person's sign, with words for screen readers and for whoever points at it.
#[component]
pub fn Sign(quality: Quality) -> AnyView {
    let words = words::connection(quality).unwrap_or_default();
    view! {
        <span class="sign" class:sign-poor=quality != Quality::Fair title=words>
            <Bars quality />
            <span class="only-read">{words}</span>
        </span>
    }
    .drawn()
}

/// One's own sign, which leads to what is wrong.
#[component]
pub fn OwnSign(quality: Quality, desk: Desk) -> AnyView {
    let words = words::own_connection(words::connection(quality).unwrap_or_default());
    view! {
        <button
            type="button"
            class="sign sign-own"
            class:sign-poor=quality != Quality::Fair
            title=words.clone()
            aria-label=words
            on:click=move |_| desk.panel.set(Some(Panel::Wrong))
        >
            <Bars quality />
        </button>
    }
    .drawn()
}

/// Three bars, of which as many are lit as the connection is worth.
#[component]
fn Bars(quality: Quality) -> AnyView {
    let lit = match quality {
        Quality::Good | Quality::None => 3,
        Quality::Fair => 2,
        Quality::Poor => 1,
        Quality::Lost => 0,
    };
    let bar = move |(index, path)| {
        let unlit = index >= lit;
        view! { <path class:sign-unlit=unlit d=path /> }
    };
    let bars = ["M5 20v-4", "M12 20v-9", "M19 20V5"].into_iter().enumerate().map(bar).collect_view();
    view! { <svg class="icon sign-bars" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" aria-hidden="true">{bars}</svg> }
        .drawn()
}
