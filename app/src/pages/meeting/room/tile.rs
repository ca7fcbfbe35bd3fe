//! One person, or one shared screen.

use domain::wire::Participant;
use domain::wire::Pause;
use domain::wire::Source;
use domain::wire::TrackId;
use icondata_lu::LuHand;
use icondata_lu::LuMicOff;
use icondata_lu::LuMonitorUp;
use leptos::html;
use leptos::prelude::*;
use web_sys::MediaStream;

use super::desk::Desk;
use super::pin::PinButton;
use super::sign::OwnSign;
use super::sign::Sign;
use super::sign::sign_of;
use crate::call::Call;
use crate::call::layout::Rect;
use crate::call::stage::Arranged;
use crate::erase::Drawn;
use crate::text::room as words;
use crate::widgets::Avatar;
use crate::widgets::Icon;

/// Draws a tile; it moves to its new place instead of jumping.
#[component]
pub fn TileView(call: Call, desk: Desk, track: TrackId, arranged: Memo<Arranged>) -> AnyView {
    let own = call.room.with_untracked(|room| room.as_ref().is_some_and(|room| room.you == track.participant));
    let is_screen = track.source == Source::Screen;
    let place = {
        let track = track.clone();
        Memo::new(move |before: Option<&Rect>| {
            let found =
                arranged.with(|arranged| arranged.tiles.iter().find(|tile| tile.track == track).map(|t| t.place));
            found.or(before.copied()).unwrap_or_default()
        })
    };
    let person = {
        let id = track.participant.clone();
        Memo::new(move |_| call.room.with(|room| room.as_ref().and_then(|room| room.participant(&id)).cloned()))
    };
    let ring = {
        let id = track.participant.clone();
        Memo::new(move |_| if is_screen { 0.0 } else { call.speakers.with(|speakers| speakers.ring(&id)) })
    };
    let label = {
        let id = track.participant.clone();
        Memo::new(move |_| label(&call.name_of(&id), own, is_screen))
    };
    let name = Signal::derive(move || person.with(|p| p.as_ref().map(|p| p.name.to_string()).unwrap_or_default()));
    let participant = track.participant.to_string();
    let rests = {
        let track = track.clone();
        Memo::new(move |_| call.resting.with(|resting| resting.get(&track).copied()))
    };
    let picture = if own && is_screen {
        view! { <OwnScreen call /> }.drawn()
    } else {
        view! { <Picture call track=track.clone() own person /> }.drawn()
    };
    view! {
        <article
            class="tile"
            class:tile-screen=is_screen
            class:tile-own=own && !is_screen
            class:tile-speaks=move || { ring.get() > 0.0 }
            class:tile-rests=move || rests.get().is_some()
            class:tile-lost=move || person.with(|p| p.as_ref().is_some_and(|p| !p.connected))
            data-participant=participant
            data-source=if is_screen { "screen" } else { "camera" }
            aria-label=label
            style:transform=move || { let p = place.get(); format!("translate({}px, {}px)", p.x, p.y) }
            style:width=move || format!("{}px", place.get().width)
            style:height=move || format!("{}px", place.get().height)
            style=("--voice", move || format!("{:.2}", ring.get()))
        >
            <div class="tile-empty">
                <Avatar name />
            </div>
            {picture}
            <Legend desk label person own is_screen rests />
            <PinButton desk track label class="round round-small tile-pin" />
        </article>
    }
    .drawn()
}

fn label(name: &str, own: bool, is_screen: bool) -> String {
    match (is_screen, own) {
        (true, true) => words::YOUR_SCREEN.to_owned(),
        (true, false) => words::screen_of(name),
        (false, true) => words::YOU.to_owned(),
        (false, false) => name.to_owned(),
    }
}

/// The picture, as long as there is one.
#[component]
fn Picture(call: Call, track: TrackId, own: bool, person: Memo<Option<Participant>>) -> AnyView {
    let video = NodeRef::<html::Video>::new();
    let is_screen = track.source == Source::Screen;
    let sent = Memo::new(move |_| {
        person.with(|person| {
            let publishing = person.as_ref().map(|person| person.publishing).unwrap_or_default();
            if is_screen { publishing.screen } else { publishing.camera }
        })
    });
    let stream = move || -> Option<MediaStream> {
        if own {
            call.media.camera.with(|camera| camera.as_ref().and_then(super::stream_of))
        } else {
            call.seen.with(|seen| seen.get(&track).cloned()).filter(|_| sent.get())
        }
    };
    // Drawn from its first picture on: before that the slot may still hold somebody else's last one.
    let drawn = RwSignal::new(false);
    Effect::new(move |_| {
        let (Some(video), stream) = (video.get(), stream()) else { return };
        if video.src_object() != stream {
            drawn.set(false);
            video.set_src_object(stream.as_ref());
        }
    });
    view! {
        <video
            class="tile-picture"
            class:tile-picture-on=drawn
            node_ref=video
            autoplay
            playsinline
            prop:muted=true
            on:loadeddata=move |_| drawn.set(true)
            on:resize=move |_| drawn.set(true)
        ></video>
    }
    .drawn()
}

/// In the place of one's own screen: shown there it would show itself, again and again.
#[component]
fn OwnScreen(call: Call) -> AnyView {
    let stop = move |_| {
        call.stop_sharing();
        // The button that had the keyboard goes with the tile.
        request_animation_frame(Desk::regain_focus);
    };
    view! {
        <div class="tile-sharing">
            <Icon icon=LuMonitorUp />
            <p>{words::SHARING}</p>
            <button type="button" class="button button-small" on:click=stop>
                {words::STOP_SHARING}
            </button>
        </div>
    }
    .drawn()
}

/// Name and state, at the bottom left on a soft shadow.
#[component]
fn Legend(
    desk: Desk,
    label: Memo<String>,
    person: Memo<Option<Participant>>,
    own: bool,
    is_screen: bool,
    rests: Memo<Option<Pause>>,
) -> AnyView {
    let muted = Memo::new(move |_| {
        !is_screen && person.with(|person| person.as_ref().is_some_and(|person| !person.publishing.microphone))
    });
    let hand = Memo::new(move |_| {
        !is_screen && person.with(|person| person.as_ref().is_some_and(|person| person.hand_raised_at.is_some()))
    });
    let lost = Memo::new(move |_| person.with(|person| person.as_ref().is_some_and(|person| !person.connected)));
    let state = move || match (lost.get(), rests.get()) {
        (true, _) => Some(words::RECONNECTING),
        (false, Some(Pause::Connection)) => Some(words::RESTS_FOR_CONNECTION),
        (false, Some(Pause::Server)) => Some(words::RESTS_FOR_SERVER),
        (false, Some(Pause::Codec)) => Some(words::UNPLAYABLE),
        (false, None) => None,
    };
    let quality = Memo::new(move |_| person.with(|person| person.as_ref().filter(|_| !is_screen).and_then(sign_of)));
    let sign = move |quality| {
        if own { view! { <OwnSign quality desk /> }.drawn() } else { view! { <Sign quality /> }.drawn() }
    };
    view! {
        <div class="tile-legend">
            {move || muted.get().then(|| view! {
                <span class="tile-muted">
                    <Icon icon=LuMicOff />
                    <span class="only-read">{words::MUTED}</span>
                </span>
            })}
            <span class="tile-name" dir="auto">{label}</span>
            {move || quality.get().map(sign)}
            {move || state().map(|state| view! { <span class="tile-state">{state}</span> })}
        </div>
        {move || hand.get().then(|| view! {
            <span class="tile-hand">
                <Icon icon=LuHand />
                <span class="only-read">{words::HAND_UP}</span>
            </span>
        })}
    }
    .drawn()
}
