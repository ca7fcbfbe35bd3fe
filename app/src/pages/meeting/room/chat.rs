//! The chat, beside the video or as a sheet under it.

use domain::Problem;
use domain::Timestamp;
use domain::text::ChatText;
use domain::wire::ChatMessage;
use icondata_lu::LuSendHorizontal;
use icondata_lu::LuX;
use js_sys::Date;
use leptos::html;
use leptos::prelude::*;

use super::desk::Desk;
use crate::call::Call;
use crate::call::chat::Unsent;
use crate::erase::Drawn;
use crate::text;
use crate::text::room as words;
use crate::widgets::Icon;
use crate::widgets::LinkedText;

/// How near to its end a list counts as read to the end, in CSS pixels.
const AT_END: i32 = 80;

/// Draws the chat.
#[component]
pub fn ChatPanel(call: Call, desk: Desk) -> AnyView {
    call.chat.update(|chat| chat.set_open(true));
    call.glimpses.set(Vec::new());
    on_cleanup(move || {
        call.chat.try_update(|chat| chat.set_open(false));
    });
    view! {
        <aside class="panel" aria-label=words::CHAT>
            <PanelHead title=words::CHAT desk />
            <Messages call />
            <Composer call />
        </aside>
    }
    .drawn()
}

/// The heading of a panel, and the way out of it.
#[component]
pub fn PanelHead(
    title: &'static str,
    desk: Desk,
    /// How many of it there are.
    #[prop(optional, into)]
    count: Option<Signal<usize>>,
) -> AnyView {
    view! {
        <header class="panel-head">
            <h2>
                {title}
                " "
                {count.map(|count| view! { <span class="panel-count numeric">{move || count.get()}</span> })}
            </h2>
            <button
                type="button"
                class="button button-quiet button-icon button-small"
                aria-label=text::CLOSE
                on:click=move |_| desk.close_panel()
            >
                <Icon icon=LuX />
            </button>
        </header>
    }
    .drawn()
}

#[component]
fn Messages(call: Call) -> AnyView {
    let list = NodeRef::<html::Div>::new();
    let follow = StoredValue::new(true);
    let scrolled = move |_| {
        if let Some(list) = list.get_untracked() {
            follow.set_value(list.scroll_height() - list.scroll_top() - list.client_height() < AT_END);
        }
    };
    Effect::new(move |_| {
        call.chat.track();
        if let Some(list) = list.get().filter(|_| follow.get_value()) {
            // After the new lines are in the document.
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
    let empty = Memo::new(move |_| call.chat.with(|chat| chat.saved().is_empty() && chat.unsent().is_empty()));
    // A line is drawn again when what it says about itself changes.
    let unsent_key = |(message, saved): &(Unsent, bool)| (message.id.clone(), message.refused.is_some(), *saved);
    let unsent = move || {
        let with_state = |chat: &crate::call::chat::Chat| {
            let state = |message: &Unsent| (message.clone(), chat.is_acknowledged(&message.id));
            chat.unsent().iter().map(state).collect::<Vec<_>>()
        };
        call.chat.with(with_state)
    };
    view! {
        <div class="chat-list" role="log" aria-label=words::CHAT tabindex="0" node_ref=list on:scroll=scrolled>
            {move || empty.get().then(|| view! { <p class="chat-empty">{words::CHAT_EMPTY}</p> })}
            <For each=move || call.chat.with(|chat| chat.saved().to_vec()) key=|message| message.id.clone() let(message)>
                <Saved call message />
            </For>
            <For each=unsent key=unsent_key let((message, _))>
                <NotSaved call message />
            </For>
        </div>
    }
    .drawn()
}

#[component]
fn Saved(call: Call, message: ChatMessage) -> AnyView {
    let own = call.room.with_untracked(|room| room.as_ref().is_some_and(|room| room.you == message.from));
    let name = if own { words::YOU.to_owned() } else { message.name.to_string() };
    view! {
        <article class="message" class:message-own=own data-message=message.id.to_string()>
            <header class="message-head">
                <strong class="message-name" dir="auto">{name}</strong>
                <time datetime=message.sent_at.to_string()>{clock(message.sent_at)}</time>
            </header>
            <p class="message-text" dir="auto">
                <LinkedText text=message.text.as_str() />
            </p>
        </article>
    }
    .drawn()
}

#[component]
fn NotSaved(call: Call, message: Unsent) -> AnyView {
    let id = message.id.clone();
    let waits = move || if call.connected.get() { words::CHAT_SENDING } else { words::CHAT_WAITS };
    let state = match message.refused {
        None => view! { <p class="message-state">{waits}</p> }.drawn(),
        Some(why) => {
            let retry = move |_| call.retry(&id);
            view! { <Refused why /> <button type="button" class="button button-small" on:click=retry>{words::CHAT_RETRY}</button> }
                .drawn()
        }
    };
    view! {
        <article class="message message-own message-unsent" data-message=message.id.to_string()>
            <header class="message-head">
                <strong class="message-name">{words::YOU}</strong>
            </header>
            <p class="message-text" dir="auto">
                <LinkedText text=message.text.as_str() />
            </p>
            {state}
        </article>
    }
    .drawn()
}

#[component]
fn Refused(why: Problem) -> AnyView {
    view! { <p class="message-state message-refused" role="alert">{text::of_problem(&why)}</p> }.drawn()
}

/// Hours and minutes on the reader's wall.
fn clock(at: Timestamp) -> String {
    // An f64 holds every millisecond of the next 285 000 years exactly.
    let time = Date::new(&(at.as_millis() as f64).into());
    format!("{}:{:02}", time.get_hours(), time.get_minutes())
}

#[component]
fn Composer(call: Call) -> AnyView {
    let field = NodeRef::<html::Textarea>::new();
    let problem = RwSignal::new(None::<Problem>);
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let send = move || {
        let Some(field) = field.get_untracked() else { return };
        match ChatText::parse(&field.value()) {
            Ok(text) => {
                call.write(text);
                field.set_value("");
                problem.set(None);
            }
            Err(Problem::Missing { .. }) => field.set_value(""),
            Err(why) => problem.set(Some(why)),
        }
        let _ = field.focus();
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        // An Enter that ends the composition of a character is not meant for us.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    view! {
        <form class="composer" on:submit=on_submit>
            {move || problem.get().map(|why| view! { <p class="field-error" role="alert">{text::of_problem(&why)}</p> })}
            <label class="only-read" for="message">{words::CHAT_FIELD}</label>
            <textarea
                class="composer-field"
                id="message"
                rows="1"
                dir="auto"
                placeholder=words::CHAT_FIELD
                node_ref=field
                on:keydown=on_key
            ></textarea>
            <button type="submit" class="button button-primary button-icon" aria-label=words::CHAT_SEND title=words::CHAT_SEND>
                <Icon icon=LuSendHorizontal />
            </button>
        </form>
    }
    .drawn()
}
