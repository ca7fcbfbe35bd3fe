//! Invitations to the server: one-time links, for administrators.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::people::Invite;
use crate::api::people::RevokeInvitation;
use crate::api::people::open_invitations;
use crate::backend::Invitation;
use crate::erase::Served;
use crate::pages::drawn_or_problem;
use crate::pages::origin;
use crate::text;
use crate::text::account as words;
use crate::widgets::FormProblem;
use crate::widgets::LinkBox;
use crate::widgets::Submit;
use crate::widgets::Time;
use crate::widgets::problem_of;

/// The only paths that are shown as an invitation: the page's address must not put a foreign link here.
const INVITATION: &str = "/sign-up?invitation=";

/// Makes, lists and takes back invitations.
#[component]
pub fn Invitations() -> AnyView {
    let invite = ServerAction::<Invite>::new();
    let revoke = ServerAction::<RevokeInvitation>::new();
    let changes = move || (invite.version().get(), revoke.version().get());
    let open = Resource::new(changes, |_| open_invitations());
    let list = move || {
        Suspend::new(async move {
            drawn_or_problem(open.await, |open| {
                if open.is_empty() {
                    return view! { <p class="account-none">{words::INVITATIONS_NONE}</p> }.served();
                }
                let draw = |invitation| view! { <Row invitation revoke /> };
                view! { <ul class="invitations">{open.into_iter().map(draw).collect_view()}</ul> }.served()
            })
        })
    };
    view! {
        <section class="account-section" aria-labelledby="invitations-title">
            <div class="account-words">
                <h2 id="invitations-title">{words::INVITATIONS}</h2>
                <p>{words::INVITATIONS_LEAD}</p>
            </div>
            <div class="form">
                <NewLink invite />
                <ActionForm action=invite attr:class="form">
                    <FormProblem problem=problem_of(invite) />
                    <Submit label=words::INVITE pending=invite.pending() class="button" />
                </ActionForm>
                <FormProblem problem=problem_of(revoke) />
                <Transition>{list}</Transition>
            </div>
        </section>
    }
    .served()
}

/// The link that was just made.
#[component]
fn NewLink(invite: ServerAction<Invite>) -> AnyView {
    let query = use_query_map();
    let origin = origin();
    let answered = move || invite.value().get().and_then(Result::ok);
    let in_address = move || query.read().get("invited").filter(|path| path.starts_with(INVITATION));
    let made = Memo::new(move |_| answered().or_else(in_address));
    let draw = move |path| {
        view! {
            <div class="field">
                <p>{words::INVITED}</p>
                <LinkBox
                    link=format!("{origin}{path}")
                    label=words::INVITED_LINK
                    copy=text::COPY_LINK
                    done=text::LINK_COPIED
                />
            </div>
        }
    };
    (move || made.get().map(draw.clone())).served()
}

#[component]
fn Row(invitation: Invitation, revoke: ServerAction<RevokeInvitation>) -> AnyView {
    view! {
        <li class="invitation">
            <span>
                {words::INVITED_AT} " " <Time at=invitation.created_at /> ", " {words::EXPIRES_AT} " "
                <Time at=invitation.expires_at />
            </span>
            <ActionForm action=revoke>
                <input type="hidden" name="id" value=invitation.id />
                <button type="submit" class="button button-quiet button-small">
                    {words::REVOKE}
                </button>
            </ActionForm>
        </li>
    }
    .served()
}
