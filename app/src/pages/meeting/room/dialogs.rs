//! What lies over the room: keys, devices, the question before leaving.

use leptos::prelude::*;

use super::super::device_line::DeviceDesk;
use super::desk::Desk;
use super::desk::Over;
use crate::call::Call;
use crate::erase::Drawn;
use crate::text::room as words;
use crate::widgets::Dialog;

/// Draws the dialog that is open, if one is.
#[component]
pub fn Dialogs(call: Call, desk: Desk) -> AnyView {
    let close = Callback::new(move |()| {
        desk.over.set(None);
        Desk::regain_focus();
    });
    let title = |over| match over {
        Over::Shortcuts => words::SHORTCUTS,
        Over::Devices => words::DEVICES,
        Over::Leave => words::LEAVE_TITLE,
    };
    let body = move |over| match over {
        Over::Shortcuts => view! { <Keys /> }.drawn(),
        Over::Devices => view! { <DeviceDesk media=call.media /> }.drawn(),
        Over::Leave => view! { <Leave call desk /> }.drawn(),
    };
    (move || {
        desk.over.get().map(|over| {
            view! {
                <Dialog title=title(over) close_href="#" on_close=close>
                    {body(over)}
                </Dialog>
            }
        })
    })
    .drawn()
}

#[component]
fn Keys() -> AnyView {
    let line = |(key, does): (&'static str, &'static str)| {
        view! {
            <div class="key-line">
                <dt>
                    <kbd>{key}</kbd>
                </dt>
                <dd>{does}</dd>
            </div>
        }
    };
    view! { <dl class="keys">{words::KEYS.map(line).into_iter().collect_view()}</dl> }.drawn()
}

#[component]
fn Leave(call: Call, desk: Desk) -> AnyView {
    let end = move |_| {
        desk.over.set(None);
        call.end_for_all();
    };
    view! {
        <p>{words::LEAVE_LEAD}</p>
        <div class="dialog-foot">
            <button type="button" class="button" on:click=move |_| call.leave()>
                {words::LEAVE_ONLY}
            </button>
            <button type="button" class="button button-danger" on:click=end>
                {words::END_FOR_ALL}
            </button>
        </div>
    }
    .drawn()
}
