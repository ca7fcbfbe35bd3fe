//! The ⋮ menu: a button and a native popover, so that opening and closing it needs no script.

use icondata_lu::LuEllipsisVertical;
use leptos::ev::Event;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::Icon;
use crate::erase::Inside;
use crate::erase::Served;

/// A menu of links and buttons of class `menu-item`. `id` must be unique on the page, `label` names the button.
#[component]
pub fn Menu(#[prop(into)] id: String, #[prop(into)] label: String, children: Inside) -> AnyView {
    let list = NodeRef::<html::Div>::new();
    let close = move |_| {
        if let Some(list) = list.get_untracked() {
            let _ = list.hide_popover();
        }
    };
    view! {
        <div class="menu">
            <button
                type="button"
                class="button button-quiet button-icon menu-button"
                popovertarget=id.clone()
                aria-label=label.clone()
                title=label.clone()
            >
                <Icon icon=LuEllipsisVertical />
            </button>
            <div
                class="menu-list"
                id=id
                popover
                role="group"
                aria-label=label
                node_ref=list
                on:click=close
                on:toggle=focus_first
                on:keydown=walk
            >
                {children.draw()}
            </div>
        </div>
    }
    .served()
}

/// A menu's line that leads to another page.
#[component]
pub fn MenuLink(#[prop(into)] href: String, icon: icondata_core::Icon, label: &'static str) -> AnyView {
    view! {
        <a class="menu-item" href=href>
            <Icon icon=icon />
            {label}
        </a>
    }
    .served()
}

/// Takes the keyboard into a menu that was opened.
fn focus_first(event: impl AsRef<Event>) {
    let Some(list) = event.as_ref().current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    if list.matches(":popover-open").unwrap_or(false) {
        focus(items(&list).first());
    }
}

/// Arrows walk through the lines, Home and End jump; Tab and Escape are the browser's.
fn walk(event: KeyboardEvent) {
    let Some(list) = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
    let items = items(&list);
    let active: Option<HtmlElement> = document().active_element().and_then(|element| element.dyn_into().ok());
    let at = active.and_then(|active| items.iter().position(|item| *item == active));
    let to = match (event.key().as_str(), at) {
        ("ArrowDown", Some(at)) => (at + 1) % items.len(),
        ("ArrowUp", Some(at)) => at.checked_sub(1).unwrap_or(items.len() - 1),
        ("ArrowDown" | "Home", _) => 0,
        ("ArrowUp" | "End", _) => items.len().saturating_sub(1),
        _ => return,
    };
    event.prevent_default();
    focus(items.get(to));
}

fn items(list: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = list.query_selector_all(".menu-item") else { return Vec::new() };
    (0..found.length()).filter_map(|n| found.get(n)?.dyn_into().ok()).collect()
}

fn focus(item: Option<&HtmlElement>) {
    if let Some(item) = item {
        let _ = item.focus();
    }
}
