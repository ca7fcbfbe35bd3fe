//! The room's keys at work.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::desk::Desk;
use super::desk::Over;
use super::desk::Panel;
use crate::call::Call;
use crate::call::shortcuts::Shortcut;

/// Listens to the keyboard until the room is gone.
pub fn listen(call: Call, desk: Desk) {
    // Whether the microphone is on only because the key is held.
    let talking = RwSignal::new(false);
    let down = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" {
            escape(&event, desk);
            return;
        }
        let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
        let shortcut = Shortcut::of_key(&event.key(), modified);
        let Some(shortcut) = shortcut.filter(|shortcut| is_free(&event, *shortcut)) else { return };
        event.prevent_default();
        if shortcut == Shortcut::Talk {
            let may = call.room.with_untracked(|room| room.as_ref().is_some_and(|room| room.may_speak()));
            if may && !talking.get_untracked() && !untrack(|| call.media.is_heard()) {
                talking.set(true);
                call.media.set_microphone(true, false);
            }
        } else if !event.repeat() {
            press(call, desk, shortcut);
        }
    });
    let quiet = move || {
        if talking.try_get_untracked() == Some(true) {
            talking.set(false);
            call.media.set_microphone(false, false);
        }
    };
    let up = window_event_listener(leptos::ev::keyup, move |event| {
        if event.key() == " " {
            quiet();
        }
    });
    // A key that is let go in another window is never reported here.
    let away = window_event_listener(leptos::ev::blur, move |_| quiet());
    on_cleanup(move || {
        down.remove();
        up.remove();
        away.remove();
    });
}

/// Closes the panel, wherever the keyboard is, unless the key is meant for what lies over it.
fn escape(event: &KeyboardEvent, desk: Desk) {
    if desk.panel.get_untracked().is_none() || event.default_prevented() || ends_writing(event) || is_covered() {
        return;
    }
    event.prevent_default();
    desk.close_panel_from_anywhere();
}

/// Whether the key ends the composition of a character.
fn ends_writing(event: &KeyboardEvent) -> bool {
    // Safari says that the composition is over before it tells of the key that ended it; this code remains.
    const COMPOSING: u32 = 229;
    event.is_composing() || event.key_code() == COMPOSING
}

/// Whether a dialog or a list is open, which the browser closes after it has told of the key.
fn is_covered() -> bool {
    matches!(document().query_selector("dialog[open], :popover-open"), Ok(Some(_)))
}

/// Whether the key is not somebody else's: a field's, a dialog's, or the space bar of a button.
fn is_free(event: &KeyboardEvent, shortcut: Shortcut) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return true };
    let theirs = if shortcut == Shortcut::Talk {
        "input, textarea, select, dialog, [popover], button, a, summary"
    } else {
        "input, textarea, select, dialog, [popover]"
    };
    !matches!(target.closest(theirs), Ok(Some(_)))
}

fn press(call: Call, desk: Desk, shortcut: Shortcut) {
    match shortcut {
        Shortcut::Microphone => call.toggle_microphone(),
        Shortcut::Camera => call.toggle_camera(),
        Shortcut::Share => super::bar::toggle_share(call, desk),
        Shortcut::Hand => call.toggle_hand(),
        Shortcut::Chat => desk.toggle_panel(Panel::Chat),
        Shortcut::People => desk.toggle_panel(Panel::People),
        Shortcut::Wrong => desk.toggle_panel(Panel::Wrong),
        Shortcut::Layout => desk.toggle_view(),
        Shortcut::Help => desk.over.set(Some(Over::Shortcuts)),
        Shortcut::Talk => {}
    }
}
