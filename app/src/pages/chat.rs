//! A meeting's chat, read without a call (SM-65, SM-70).

use domain::Timestamp;
use domain::wire::ChatMessage;
use icondata_lu::LuArrowDown;
use icondata_lu::LuArrowUp;
use icondata_lu::LuMessagesSquare;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use leptos_router::hooks::use_query_map;

use crate::api::meetings::read_chat;
use crate::backend::ChatCursor;
use crate::backend::ChatHistory;
use crate::erase::Served;
use crate::pages::drawn_or_problem;
use crate::pages::signed_in::OfMeeting;
use crate::text::meetings as words;
use crate::widgets::Avatar;
use crate::widgets::Empty;
use crate::widgets::Icon;
use crate::widgets::LinkedText;
use crate::widgets::Time;

/// One page of the chat; older ones are further pages with an address of their own.
#[component]
pub fn ChatPage() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let place = move || {
        let cursor = query.with(|query| cursor_of(&query.get("sent")?, &query.get("before")?));
        (params.read().get("id").unwrap_or_default(), cursor)
    };
    let history = Resource::new(place, |(id, before)| read_chat(id, before));
    let is_newest = Memo::new(move |_| query.read().get("before").is_none());
    let body = move || {
        Suspend::new(async move {
            drawn_or_problem(history.await, |history| {
                view! { <History history is_newest=is_newest.get_untracked() /> }.served()
            })
        })
    };
    view! {
        <Title text=words::CHAT />
        <OfMeeting>{body}</OfMeeting>
    }
    .served()
}

fn cursor_of(sent: &str, id: &str) -> Option<ChatCursor> {
    Some(ChatCursor { sent_at: Timestamp::from_millis(sent.parse().ok()?), id: id.parse().ok()? })
}

#[component]
fn History(history: ChatHistory, is_newest: bool) -> AnyView {
    let ChatHistory { meeting, messages, older } = history;
    let chat = format!("/meetings/{}/chat", meeting.id);
    let older = older.map(|from| {
        let href = format!("{chat}?sent={}&before={}", from.sent_at.as_millis(), from.id);
        view! {
            <a class="button button-small" href=href>
                <Icon icon=LuArrowUp />
                {words::CHAT_OLDER}
            </a>
        }
    });
    let newest = (!is_newest).then(|| {
        view! {
            <a class="button button-small" href=chat>
                <Icon icon=LuArrowDown />
                {words::CHAT_NEWEST}
            </a>
        }
    });
    let body = if messages.is_empty() {
        view! {
            <Empty icon=LuMessagesSquare title=words::CHAT_NONE_TITLE lead=words::CHAT_NONE />
        }
        .served()
    } else {
        view! { <ol class="transcript">{messages.into_iter().map(message).collect_view()}</ol> }.served()
    };
    view! {
        <header class="settings-head">
            <h1 dir="auto">{meeting.settings.title.to_string()}</h1>
            <p>{words::CHAT}</p>
        </header>
        <div class="transcript-turn">{older}</div>
        {body}
        <div class="transcript-turn">{newest}</div>
    }
    .served()
}

fn message(message: ChatMessage) -> AnyView {
    let name = message.name.to_string();
    view! {
        <li class="transcript-message">
            <Avatar name=name.clone() />
            <div class="transcript-body">
                <p class="transcript-head">
                    <strong dir="auto">{name}</strong>
                    " "
                    <Time at=message.sent_at />
                </p>
                <p class="transcript-text" dir="auto">
                    <LinkedText text=message.text.as_str() />
                </p>
            </div>
        </li>
    }
    .served()
}

#[cfg(test)]
mod tests {
    use domain::ChatId;
    use domain::id::ENTROPY;

    use super::*;

    #[test]
    fn a_page_of_the_chat_is_found_by_its_address() {
        let id = ChatId::from_entropy([3; ENTROPY]);
        let cursor = ChatCursor { sent_at: Timestamp::from_millis(1_700_000_000_000), id: id.clone() };
        assert_eq!(cursor_of("1700000000000", id.as_str()), Some(cursor));
        assert_eq!(cursor_of("yesterday", id.as_str()), None);
        assert_eq!(cursor_of("1700000000000", "msg_1"), None);
    }
}
