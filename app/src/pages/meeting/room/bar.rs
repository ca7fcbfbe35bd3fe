//! The bar of controls at the bottom.

use domain::MeetingId;
use domain::wire::REACTIONS;
use icondata_lu::LuHand;
use icondata_lu::LuLayoutGrid;
use icondata_lu::LuMessageSquare;
use icondata_lu::LuMic;
use icondata_lu::LuMicOff;
use icondata_lu::LuMonitorUp;
use icondata_lu::LuMonitorX;
use icondata_lu::LuPhoneOff;
use icondata_lu::LuPresentation;
use icondata_lu::LuSmilePlus;
use icondata_lu::LuUsers;
use icondata_lu::LuVideo;
use icondata_lu::LuVideoOff;
use leptos::prelude::*;

use super::desk::Desk;
use super::desk::Over;
use super::desk::Panel;
use super::more::MoreMenu;
use crate::call::Call;
use crate::call::platform;
use crate::call::screen::Hint;
use crate::erase::Drawn;
use crate::erase::Inside;
use crate::text::room as words;
use crate::widgets::Icon;

/// Draws the bar: what one sends | how one takes part | what one looks at | the way out.
#[component]
pub fn Bar(call: Call, desk: Desk, meeting: MeetingId) -> AnyView {
    let seated = Memo::new(move |_| call.room.with(|room| room.as_ref().is_some_and(|room| room.has_media_seat())));
    let sending = move || {
        view! {
            <div class="bar-group">
                <MicrophoneButton call />
                <CameraButton call />
                <ShareButton call desk />
            </div>
        }
    };
    view! {
        <nav class="bar" aria-label=words::CONTROLS>
            {move || seated.get().then(sending)}
            <div class="bar-group bar-wide">
                <HandButton call />
                <ReactButton call />
                <LayoutButton desk />
            </div>
            <div class="bar-group">
                <ChatButton call desk />
                <PeopleButton call desk />
                <MoreMenu call desk meeting />
            </div>
            <div class="bar-group">
                <LeaveButton call desk />
            </div>
        </nav>
    }
    .drawn()
}

/// One control: an icon with a short word under it. `label` is what a screen reader says.
#[component]
pub fn Control(
    #[prop(into)] icon: Signal<icondata_core::Icon>,
    #[prop(into)] label: Signal<String>,
    word: &'static str,
    #[prop(into)] press: Callback<()>,
    /// Whether what it switches is on, for a switch whose label stays.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// Filled red and struck: this person is not heard or seen.
    #[prop(optional, into)]
    off: Option<Signal<bool>>,
    /// A number on the icon; none for zero.
    #[prop(optional, into)]
    badge: Option<Signal<usize>>,
    #[prop(optional)] id: Option<&'static str>,
    #[prop(optional)] class: &'static str,
) -> AnyView {
    let pressed_attribute = move || pressed.map(|pressed| if pressed.get() { "true" } else { "false" });
    view! {
        <button
            type="button"
            class=format!("control {class}")
            class:control-off=move || off.is_some_and(|off| off.get())
            id=id
            aria-label=label
            title=label
            aria-pressed=pressed_attribute
            on:click=move |_| press.run(())
        >
            <Icon icon=icon />
            <span class="control-word" aria-hidden="true">{word}</span>
            {move || badge.map(|badge| badge.get()).filter(|count| *count > 0).map(|count| view! {
                <span class="control-badge" aria-hidden="true">{count.min(99)}</span>
            })}
        </button>
    }
    .drawn()
}

#[component]
fn MicrophoneButton(call: Call) -> AnyView {
    let on = Memo::new(move |_| call.media.is_heard());
    let icon = Signal::derive(move || if on.get() { LuMic } else { LuMicOff });
    let label = Signal::derive(move || if on.get() { words::MUTE } else { words::UNMUTE }.to_owned());
    let off = Signal::derive(move || !on.get());
    view! { <Control icon label word=words::MICROPHONE off press=move |()| call.toggle_microphone() class="control-microphone" /> }
        .drawn()
}

#[component]
fn CameraButton(call: Call) -> AnyView {
    let on = Memo::new(move |_| call.media.is_seen());
    let icon = Signal::derive(move || if on.get() { LuVideo } else { LuVideoOff });
    let label = Signal::derive(move || if on.get() { words::CAMERA_OFF } else { words::CAMERA_ON }.to_owned());
    let off = Signal::derive(move || !on.get());
    view! { <Control icon label word=words::CAMERA off press=move |()| call.toggle_camera() class="control-camera" /> }
        .drawn()
}

/// Shares with the kind of picture last chosen, or ends it.
pub fn toggle_share(call: Call, desk: Desk) {
    if call.screen.with_untracked(Option::is_some) {
        call.stop_sharing();
    } else {
        share(call, desk, desk.hint.get_untracked());
    }
}

fn share(call: Call, desk: Desk, hint: Hint) {
    desk.hint.set(hint);
    call.share(hint, move |_| desk.toasts.say(words::SHARE_FAILED));
}

/// Asks for what is shared, because it decides between sharp and smooth; or ends sharing.
#[component]
fn ShareButton(call: Call, desk: Desk) -> AnyView {
    if !platform::can_share_screen() {
        return ().drawn();
    }
    let sharing = Memo::new(move |_| call.screen.with(Option::is_some));
    let stop = move || {
        view! {
            <Control
                icon=Signal::stored(LuMonitorX)
                label=Signal::stored(words::STOP_SHARING.to_owned())
                word=words::STOP_SHARING
                press=move |()| call.stop_sharing()
                class="control-on"
            />
        }
        .drawn()
    };
    let start = move || {
        let line = move |hint: Hint, word: &'static str, lead: &'static str| {
            view! {
                <button type="button" class="menu-item" on:click=move |_| share(call, desk, hint)>
                    <span class="menu-words">
                        {word}
                        <span class="menu-lead">{lead}</span>
                    </span>
                </button>
            }
        };
        view! {
            <BarMenu id="share" icon=LuMonitorUp label=words::SHARE_SCREEN word=words::SHARE class="menu-list bar-menu bar-share">
                {line(Hint::Text, words::SHARE_TEXT, words::SHARE_TEXT_LEAD)}
                {line(Hint::Motion, words::SHARE_MOTION, words::SHARE_MOTION_LEAD)}
                <p class="menu-note">{words::SHARE_SOUND}</p>
            </BarMenu>
        }
        .drawn()
    };
    view! { <div class="bar-wide">{move || if sharing.get() { stop() } else { start() }}</div> }.drawn()
}

/// A control that opens a list above it. The browser closes it, and gives the keyboard back.
#[component]
pub fn BarMenu(
    id: &'static str,
    icon: icondata_core::Icon,
    label: &'static str,
    word: &'static str,
    #[prop(default = "menu-list bar-menu")] class: &'static str,
    children: Inside,
) -> AnyView {
    let list = NodeRef::<leptos::html::Div>::new();
    let close = move |_| {
        if let Some(list) = list.get_untracked() {
            let _ = list.hide_popover();
        }
    };
    view! {
        <div class="bar-anchor">
            <button
                type="button"
                class="control"
                id=format!("open-{id}")
                popovertarget=id
                aria-label=label
                title=label
            >
                <Icon icon=icon />
                <span class="control-word" aria-hidden="true">{word}</span>
            </button>
            <div class=class id=id popover role="group" aria-label=label node_ref=list on:click=close>
                {children.draw()}
            </div>
        </div>
    }
    .drawn()
}

#[component]
fn HandButton(call: Call) -> AnyView {
    let up = Memo::new(move |_| {
        call.room.with(|room| room.as_ref().and_then(|room| room.me()).is_some_and(|me| me.hand_raised_at.is_some()))
    });
    view! {
        <Control
            icon=Signal::stored(LuHand)
            label=Signal::stored(words::HAND.to_owned())
            word="Hand"
            pressed=up
            press=move |()| call.toggle_hand()
        />
    }
    .drawn()
}

#[component]
fn ReactButton(call: Call) -> AnyView {
    view! {
        <BarMenu id="react" icon=LuSmilePlus label=words::REACT word=words::REACT class="menu-list bar-menu bar-emoji">
            <Reactions call />
        </BarMenu>
    }
    .drawn()
}

/// The reactions in one row.
#[component]
pub fn Reactions(call: Call) -> AnyView {
    let button = move |emoji: &'static str| {
        view! {
            <button type="button" class="emoji" on:click=move |_| call.react(emoji)>
                {emoji}
            </button>
        }
    };
    REACTIONS.map(button).into_iter().collect_view().drawn()
}

#[component]
fn LayoutButton(desk: Desk) -> AnyView {
    let grid = Memo::new(move |_| desk.is_grid());
    let icon = Signal::derive(move || if grid.get() { LuPresentation } else { LuLayoutGrid });
    let label = Signal::derive(move || words::layout(if grid.get() { words::SPEAKER_VIEW } else { words::GRID_VIEW }));
    view! { <Control icon label word=words::LAYOUT press=move |()| desk.toggle_view() /> }.drawn()
}

#[component]
fn ChatButton(call: Call, desk: Desk) -> AnyView {
    let unread = Memo::new(move |_| call.chat.with(|chat| chat.unread()));
    let label = Signal::derive(move || words::chat_button(unread.get()));
    let open = Signal::derive(move || desk.panel.get() == Some(Panel::Chat));
    view! {
        <Control
            icon=Signal::stored(LuMessageSquare)
            label
            word=words::CHAT
            pressed=open
            badge=unread
            id=Panel::Chat.button()
            press=move |()| desk.toggle_panel(Panel::Chat)
        />
    }
    .drawn()
}

#[component]
fn PeopleButton(call: Call, desk: Desk) -> AnyView {
    let count = Memo::new(move |_| call.room.with(|room| room.as_ref().map_or(0, |room| room.participants.len())));
    let label = Signal::derive(move || words::people_button(count.get()));
    let open = Signal::derive(move || desk.panel.get() == Some(Panel::People));
    view! {
        <Control
            icon=Signal::stored(LuUsers)
            label
            word=words::PEOPLE
            pressed=open
            id=Panel::People.button()
            press=move |()| desk.toggle_panel(Panel::People)
            class="bar-wide"
        />
    }
    .drawn()
}

#[component]
fn LeaveButton(call: Call, desk: Desk) -> AnyView {
    let press = move |()| {
        if call.room.with_untracked(|room| room.as_ref().is_some_and(|room| room.is_owner())) {
            desk.over.set(Some(Over::Leave));
        } else {
            call.leave();
        }
    };
    view! {
        <Control
            icon=Signal::stored(LuPhoneOff)
            label=Signal::stored(words::LEAVE.to_owned())
            word=words::LEAVE
            press
            class="control-leave"
        />
    }
    .drawn()
}
