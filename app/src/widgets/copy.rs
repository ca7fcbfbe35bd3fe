//! Copying a text: by button where the browser allows it, by hand everywhere.

use std::time::Duration;

use icondata_lu::LuCheck;
use icondata_lu::LuCopy;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::Icon;
use super::toasts;
use crate::erase::Served;
use crate::text;

/// How long the button shows that it worked.
const CONFIRM: Duration = Duration::from_secs(2);

/// Copies `text` and says so with `done`, or says how to copy it by hand.
///
/// For handlers only: browsers refuse the clipboard to whoever was not asked by a person.
pub fn copy_text(text: String, done: &'static str, on_done: impl FnOnce() + 'static) {
    let toasts = toasts();
    spawn_local(async move {
        if write(&text).await.is_ok() {
            toasts.say(done);
            on_done();
        } else {
            toasts.say(text::COPY_YOURSELF);
        }
    });
}

async fn write(text: &str) -> Result<(), JsValue> {
    let navigator = window().navigator();
    // Outside a secure context there is no clipboard at all, and asking it would throw.
    if js_sys::Reflect::get(&navigator, &"clipboard".into())?.is_undefined() {
        return Err(JsValue::UNDEFINED);
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.map(|_| ())
}

/// A button with an icon that copies `text`.
#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    /// What is copied, for screen readers.
    label: &'static str,
    /// Says that it worked.
    done: &'static str,
    #[prop(default = "button button-icon")] class: &'static str,
) -> AnyView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        copy_text(text.get_untracked(), done, move || {
            copied.set(true);
            set_timeout(
                move || {
                    copied.try_set(false);
                },
                CONFIRM,
            );
        });
    };
    let icon = Signal::derive(move || if copied.get() { LuCheck } else { LuCopy });
    view! {
        <button type="button" class=format!("{class} needs-script") aria-label=label title=label on:click=copy>
            <Icon icon=icon />
        </button>
    }
    .served()
}

/// A link that can be selected by hand or copied with the button beside it.
#[component]
pub fn LinkBox(
    link: String,
    /// What the link is, for screen readers.
    label: &'static str,
    /// Names the button.
    copy: &'static str,
    /// Says that it worked.
    done: &'static str,
) -> AnyView {
    let select = move |event: leptos::ev::FocusEvent| event_target::<web_sys::HtmlInputElement>(&event).select();
    view! {
        <div class="link-box">
            <input class="link-box-text" type="text" readonly aria-label=label value=link.clone() on:focus=select />
            <CopyButton text=link label=copy done=done />
        </div>
    }
    .served()
}
