//! The dialog that makes a link for somebody's new password.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::excerpt::Excerpt;
use crate::api::administration::MakePasswordLink;
use crate::backend::Person;
use crate::erase::Served;
use crate::pages::close_dialog;
use crate::text;
use crate::text::people as words;
use crate::widgets::Dialog;
use crate::widgets::FormProblem;
use crate::widgets::LinkBox;
use crate::widgets::Submit;
use crate::widgets::problem_of;

/// The only paths that are shown as a link: the page's address must not put a foreign one here.
const LINK: &str = "/new-password?token=";

/// Says what the link does, makes it and shows it.
#[component]
pub fn LinkDialog(person: Person, excerpt: Excerpt, origin: String) -> AnyView {
    // Of this dialog alone: the link of one person must not be shown to be another's.
    let make = ServerAction::<MakePasswordLink>::new();
    let account = person.account;
    let (here, next) = (excerpt.address(), excerpt.with_dialog("link", &account.id));
    let lead = words::password_link_lead(&account.name);
    let made = words::password_link_made(&account.name);
    view! {
        <Dialog
            title=words::password_link_title(&account.name)
            close_href=here.clone()
            on_close=close_dialog(&here)
        >
            <ActionForm action=make>
                <input type="hidden" name="person" value=account.id.to_string() />
                <input type="hidden" name="next" value=next />
                <div class="dialog-text">
                    <p>{lead}</p>
                    <NewLink make made origin />
                    <FormProblem problem=problem_of(make) />
                </div>
                <div class="dialog-foot">
                    <a class="button" href=here>
                        {text::CLOSE}
                    </a>
                    <Submit label=words::PASSWORD_LINK_MAKE pending=make.pending() />
                </div>
            </ActionForm>
        </Dialog>
    }
    .served()
}

/// The link that was just made.
#[component]
fn NewLink(make: ServerAction<MakePasswordLink>, made: String, origin: String) -> AnyView {
    let query = use_query_map();
    let answered = move || make.value().get().and_then(Result::ok);
    let in_address = move || query.read().get("made").filter(|path| path.starts_with(LINK));
    let path = Memo::new(move |_| answered().or_else(in_address));
    let draw = move |path| {
        view! {
            <div class="field" role="status">
                <p>{made.clone()}</p>
                <LinkBox
                    link=format!("{origin}{path}")
                    label=words::PASSWORD_LINK
                    copy=text::COPY_LINK
                    done=text::LINK_COPIED
                />
            </div>
        }
    };
    (move || path.get().map(draw.clone())).served()
}
