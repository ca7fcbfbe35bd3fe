//! How this person has arranged the room for themselves.

use std::time::Duration;

use domain::wire::TrackId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::call::screen::Hint;
use crate::call::stage::View;
use crate::widgets::Toasts;
use crate::widgets::toasts;

/// Without movement for so long the bar goes away, while somebody shares.
const IDLE_AFTER: Duration = Duration::from_secs(3);

/// What is open beside the tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// The chat.
    Chat,
    /// Who is here.
    People,
    /// What is wrong with the call.
    Wrong,
}

/// What lies over the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The list of keys.
    Shortcuts,
    /// The devices.
    Devices,
    /// The question of whoever may end the meeting.
    Leave,
}

/// The arrangement.
#[derive(Clone, Copy)]
pub struct Desk {
    /// What is open beside the tiles.
    pub panel: RwSignal<Option<Panel>>,
    /// What lies over the room.
    pub over: RwSignal<Option<Over>>,
    /// Grid or speaker.
    pub view: RwSignal<View>,
    /// What is pinned.
    pub pinned: RwSignal<Option<TrackId>>,
    /// Which page of tiles was turned to; fewer people may have fewer pages.
    pub page: RwSignal<usize>,
    /// The page that is shown, and how many there are; the stage says so.
    pub pages: RwSignal<(usize, usize)>,
    /// What this person's screen shows.
    pub hint: RwSignal<Hint>,
    /// Whether nothing has moved for a while.
    pub idle: RwSignal<bool>,
    /// Where short messages appear; a handler cannot ask the context for it.
    pub toasts: Toasts,
}

impl Desk {
    /// A desk with nothing open, in the context of the room that is being drawn.
    pub fn of_room() -> Self {
        Self {
            panel: RwSignal::new(None),
            over: RwSignal::new(None),
            view: RwSignal::new(View::default()),
            pinned: RwSignal::new(None),
            page: RwSignal::new(0),
            pages: RwSignal::new((0, 1)),
            hint: RwSignal::new(Hint::Text),
            idle: RwSignal::new(false),
            toasts: toasts(),
        }
    }

    /// Opens a panel, or closes it and gives the keyboard back to its button.
    pub fn toggle_panel(&self, panel: Panel) {
        if self.panel.get_untracked() == Some(panel) {
            self.close_panel();
        } else {
            self.panel.set(Some(panel));
        }
    }

    pub fn close_panel(&self) {
        let Some(panel) = self.panel.try_update(Option::take).flatten() else { return };
        focus(panel.button());
    }

    /// Closes the panel and leaves the keyboard where it is, unless that is in the panel.
    pub fn close_panel_from_anywhere(&self) {
        let active = document().active_element();
        if active.is_some_and(|element| matches!(element.closest(PANEL), Ok(Some(_)))) {
            self.close_panel();
        } else {
            self.panel.set(None);
        }
    }

    /// Gives the keyboard a place again when what had it is gone: a line of a menu that has closed meanwhile.
    pub fn regain_focus() {
        let has_place = document().active_element().is_some_and(|element| element.tag_name() != "BODY");
        if !has_place {
            focus(MORE);
        }
    }

    /// Whether all tiles are alike: what is pinned is large in the grid, too.
    pub fn is_grid(&self) -> bool {
        self.view.get() == View::Grid && self.pinned.with(Option::is_none)
    }

    pub fn toggle_view(&self) {
        let grid = untrack(|| self.is_grid());
        self.pinned.set(None);
        self.view.set(if grid { View::Speaker } else { View::Grid });
    }

    pub fn toggle_pin(&self, track: &TrackId) {
        self.pinned.update(|pinned| *pinned = if pinned.as_ref() == Some(track) { None } else { Some(track.clone()) });
    }

    /// Notices when nothing moves any more.
    pub fn watch_idleness(&self) {
        let idle = self.idle;
        let timer = StoredValue::new_local(None::<TimeoutHandle>);
        let stir = move || {
            if idle.try_get_untracked() == Some(true) {
                idle.set(false);
            }
            let next = set_timeout_with_handle(
                move || {
                    idle.try_set(true);
                },
                IDLE_AFTER,
            );
            if let Some(Some(before)) = timer.try_update_value(|timer| std::mem::replace(timer, next.ok())) {
                before.clear();
            }
        };
        for event in ["pointermove", "pointerdown", "keydown", "focusin"] {
            let listener = window_event_listener_untyped(event, move |_| stir());
            on_cleanup(move || listener.remove());
        }
        stir();
    }
}

/// Whatever is open beside the tiles.
const PANEL: &str = ".panel";

/// The identifier of the button behind which the rest is.
const MORE: &str = "open-more";

/// Gives the keyboard to the element with this identifier.
fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

impl Panel {
    /// The identifier of the button that opens it.
    pub fn button(self) -> &'static str {
        match self {
            Self::Chat => "open-chat",
            Self::People => "open-people",
            // It has no button of its own, but a line behind this one.
            Self::Wrong => MORE,
        }
    }
}
