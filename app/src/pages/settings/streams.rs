//! The card of the tokens for programs that publish to the meeting or watch it.

use domain::MeetingId;
use domain::problem::Field;
use domain::stream::Grant;
use domain::stream::StreamToken;
use domain::text::DisplayName;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Subject;
use crate::api::streams::MakeStreamToken;
use crate::api::streams::RevokeStreamToken;
use crate::api::streams::stream_tokens;
use crate::erase::Served;
use crate::pages::drawn_or_problem;
use crate::pages::origin;
use crate::text::streams as words;
use crate::widgets::Choice;
use crate::widgets::FormProblem;
use crate::widgets::LinkBox;
use crate::widgets::Submit;
use crate::widgets::TextField;
use crate::widgets::Time;
use crate::widgets::answer_of;
use crate::widgets::problem_of;

/// Makes, lists and takes back tokens.
pub fn card(subject: Subject) -> AnyView {
    let id = subject.meeting.id;
    let make = ServerAction::<MakeStreamToken>::new();
    let revoke = ServerAction::<RevokeStreamToken>::new();
    let of = id.clone();
    let changes = move || (make.version().get(), revoke.version().get());
    let tokens = Resource::new(changes, move |_| stream_tokens(of.clone()));
    let list = {
        let id = id.clone();
        move || {
            let id = id.clone();
            Suspend::new(async move {
                let draw = |token| view! { <Row id=id.clone() token revoke /> };
                drawn_or_problem(tokens.await, |tokens| {
                    let rows = tokens.into_iter().map(draw).collect_view();
                    view! { <ul class="tokens">{rows}</ul> }.served()
                })
            })
        }
    };
    view! {
        <section class="settings-card" aria-labelledby="streams-title">
            <h2 id="streams-title">{words::STREAMS}</h2>
            <p class="settings-lead">{words::STREAMS_LEAD}</p>
            <Made id=id.clone() make revoke />
            <NewToken id make />
            <FormProblem problem=problem_of(revoke) />
            <Transition>{list}</Transition>
        </section>
    }
    .served()
}

#[component]
fn NewToken(id: MeetingId, make: ServerAction<MakeStreamToken>) -> AnyView {
    let answer = answer_of(make);
    let grants = vec![(Grant::Publish.as_str(), words::MAY_PUBLISH), (Grant::Watch.as_str(), words::MAY_WATCH)];
    view! {
        <ActionForm action=make attr:class="form">
            <input type="hidden" name="id" value=id.to_string() />
            <TextField
                name="label"
                label=words::LABEL
                hint=words::LABEL_HINT
                field=Field::Name
                answer
                most=DisplayName::MOST
            />
            <Choice name="grant" label=words::GRANT options=grants answer />
            <FormProblem problem=answer.problem />
            <div class="button-row">
                <Submit label=words::MAKE pending=make.pending() class="button" />
            </div>
        </ActionForm>
    }
    .served()
}

/// The token that was just made, and the address to use it with.
#[component]
fn Made(id: MeetingId, make: ServerAction<MakeStreamToken>, revoke: ServerAction<RevokeStreamToken>) -> AnyView {
    let query = use_query_map();
    let origin = origin();
    let answered = move || make.value().get().and_then(Result::ok);
    let in_address = move || {
        let query = query.read();
        Some((Grant::parse(&query.get("made")?)?, query.get("token")?))
    };
    // It may be the one that was just revoked.
    let is_stale = RwSignal::new(false);
    Effect::new(move |_| is_stale.set(revoke.version().get() > 0));
    Effect::new(move |_| {
        make.version().track();
        is_stale.set(false);
    });
    let made = Memo::new(move |_| answered().or_else(in_address).filter(|_| !is_stale.get()));
    let draw = move |(grant, secret): (Grant, String)| {
        let (address, note) = match grant {
            Grant::Publish => (format!("{origin}/whip/{id}"), words::PUBLISH_NOTE),
            Grant::Watch => (format!("{origin}/whep/{id}/NAME"), words::WATCH_NOTE),
        };
        view! {
            <div class="token-made" role="status">
                <h3>{words::TOKEN}</h3>
                <p class="settings-lead">{words::TOKEN_ONCE}</p>
                <LinkBox link=secret label=words::TOKEN copy=words::COPY_TOKEN done=words::TOKEN_COPIED />
                <h3>{words::ADDRESS}</h3>
                <p class="settings-lead">{note}</p>
                <LinkBox link=address label=words::ADDRESS copy=words::COPY_ADDRESS done=words::ADDRESS_COPIED />
            </div>
        }
    };
    (move || made.get().map(draw.clone())).served()
}

#[component]
fn Row(id: MeetingId, token: StreamToken, revoke: ServerAction<RevokeStreamToken>) -> AnyView {
    let may = match token.grant {
        Grant::Publish => words::PUBLISHES,
        Grant::Watch => words::WATCHES,
    };
    let label = words::revoke(token.name.as_str());
    view! {
        <li class="token">
            <span class="token-words">
                <strong dir="auto">{token.name.to_string()}</strong>
                <span>{may} ", " {words::MADE_AT} " " <Time at=token.created_at /></span>
            </span>
            <ActionForm action=revoke>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="token" value=token.id />
                <button type="submit" class="button button-quiet button-small" aria-label=label>
                    {words::REVOKE}
                </button>
            </ActionForm>
        </li>
    }
    .served()
}
