//! The pages of a room with more people than its window shows.

use icondata_lu::LuChevronLeft;
use icondata_lu::LuChevronRight;
use leptos::prelude::*;

use super::desk::Desk;
use crate::erase::Drawn;
use crate::text::room as words;
use crate::widgets::Icon;

/// Leads to people who are on another page; nothing while there is only one. It stands in the head of the room, where
/// it lies on nobody's name.
#[component]
pub fn Pages(desk: Desk) -> AnyView {
    let several = Memo::new(move |_| desk.pages.get().1 > 1);
    let shown = move || {
        let (page, count) = desk.pages.get();
        words::page(page, count)
    };
    (move || {
        several.get().then(|| {
            view! {
                <nav class="pages" aria-label=words::PAGES>
                    <Turn desk by=-1 icon=LuChevronLeft label=words::PAGE_BEFORE />
                    <span class="numeric">{shown}</span>
                    <Turn desk by=1 icon=LuChevronRight label=words::PAGE_AFTER />
                </nav>
            }
        })
    })
    .drawn()
}

/// Turns the pages. At the end it is dimmed, not disabled: that would drop the keyboard's focus.
#[component]
fn Turn(desk: Desk, by: isize, icon: icondata_core::Icon, label: &'static str) -> AnyView {
    let next = move |(page, count): (usize, usize)| page.checked_add_signed(by).filter(|next| *next < count);
    let end = move || next(desk.pages.get()).is_none().then_some("true");
    let turn = move |_| {
        if let Some(next) = next(desk.pages.get_untracked()) {
            desk.page.set(next);
        }
    };
    view! {
        <button
            type="button"
            class="button button-quiet button-icon button-small"
            aria-label=label
            title=label
            aria-disabled=end
            on:click=turn
        >
            <Icon icon=icon />
        </button>
    }
    .drawn()
}
