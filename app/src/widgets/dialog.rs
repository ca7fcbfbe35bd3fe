//! A native dialog, open as long as it is drawn.

use icondata_lu::LuX;
use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlDialogElement;

use super::Icon;
use crate::erase::Inside;
use crate::erase::Served;
use crate::text;

/// A dialog over the page; the caller draws it while it is wanted.
///
/// The server renders it open, so it works without scripts: `close_href` leads to the page without it. In the
/// browser it becomes modal, Escape closes it, and `on_close` runs once it is closed.
#[component]
pub fn Dialog(
    #[prop(into)] title: String,
    #[prop(into)] close_href: String,
    #[prop(into)] on_close: Callback<()>,
    children: Inside,
) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        match dialog.get() {
            Some(dialog) if dialog.is_connected() => show(&dialog),
            // It is drawn while its page is not shown yet, because something is still fetched.
            Some(dialog) => request_animation_frame(move || show(&dialog)),
            None => {}
        }
    });
    let close = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog class="dialog" open node_ref=dialog aria-labelledby="dialog-title" on:close=move |_| on_close.run(())>
            <div class="dialog-head">
                <h2 id="dialog-title">{title}</h2>
                <a class="button button-quiet button-icon button-small" href=close_href aria-label=text::CLOSE on:click=close>
                    <Icon icon=LuX />
                </a>
            </div>
            {children.draw()}
        </dialog>
    }
    .served()
}

/// Makes modal what the document has open.
fn show(dialog: &HtmlDialogElement) {
    // Not `close()`: that would tell `on_close`.
    let _ = dialog.remove_attribute("open");
    let _ = dialog.show_modal();
}
