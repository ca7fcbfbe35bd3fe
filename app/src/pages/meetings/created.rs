//! What to do with a meeting that was just made: stop here, or go on (SM-22).

use domain::meeting::Card;
use leptos::prelude::*;

use crate::erase::Served;
use crate::pages::close_dialog;
use crate::text;
use crate::text::meetings as words;
use crate::widgets::Dialog;
use crate::widgets::LinkBox;

/// Gives the link away, and the ways to go on.
#[component]
pub fn CreatedDialog(card: Card, origin: String) -> AnyView {
    let id = card.meeting.id;
    view! {
        <Dialog title=words::CREATED close_href=super::HERE on_close=close_dialog(super::HERE)>
            <div class="dialog-text">
                <p>
                    <strong dir="auto">{card.meeting.settings.title.to_string()}</strong>
                </p>
                <p>{words::CREATED_LEAD}</p>
                <LinkBox
                    link=format!("{origin}{}", id.path())
                    label=text::settings::LINK
                    copy=text::COPY_LINK
                    done=text::LINK_COPIED
                />
            </div>
            <div class="dialog-foot">
                <a class="button button-quiet" href=super::HERE>
                    {text::DONE}
                </a>
                <a class="button" href=format!("/meetings/{id}/settings")>
                    {words::SETTINGS}
                </a>
                <a class="button button-primary" href=id.path() autofocus>
                    {words::START_NOW}
                </a>
            </div>
        </Dialog>
    }
    .served()
}
