//! After the room: what happened, and the way back in.

use domain::Problem;
use leptos::prelude::*;

use super::visit::Stand;
use crate::call::Media;
use crate::erase::Drawn;
use crate::text;
use crate::text::door as words;
use crate::widgets::EntryFrame;

/// How a visit ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// The person left.
    Left,
    /// This person ended it for everybody.
    EndedByYou,
    /// The server closed the door.
    Closed(Problem),
}

impl Farewell {
    fn title(&self) -> &'static str {
        match self {
            Self::Left => words::LEFT_TITLE,
            Self::EndedByYou => words::ENDED_BY_YOU_TITLE,
            Self::Closed(Problem::Ended) => words::ENDED_TITLE,
            Self::Closed(Problem::NoSuchMeeting) => words::DELETED_TITLE,
            Self::Closed(_) => words::CLOSED_TITLE,
        }
    }

    fn lead(&self) -> String {
        match self {
            Self::Left => words::LEFT.to_owned(),
            Self::EndedByYou => words::ENDED_BY_YOU.to_owned(),
            Self::Closed(Problem::NoSuchMeeting) => words::DELETED.to_owned(),
            Self::Closed(why) => text::of_problem(why),
        }
    }

    /// Whether going back in is what most people want now.
    fn is_by_mistake(&self) -> bool {
        !matches!(self, Self::EndedByYou | Self::Closed(Problem::Ended | Problem::NoSuchMeeting))
    }

    fn can_return(&self) -> bool {
        !matches!(self, Self::Closed(Problem::NoSuchMeeting | Problem::NoGuests))
    }
}

/// Draws the farewell.
#[component]
pub fn Out(farewell: Farewell, media: RwSignal<Option<Media>>, stand: RwSignal<Stand>) -> AnyView {
    // Nobody is watched who is not in a meeting.
    if let Some(media) = media.get_untracked() {
        media.close();
    }
    let back = move |_| {
        if let Some(media) = media.get_untracked() {
            media.try_again();
        }
        stand.set(Stand::Inside);
    };
    let (returns, leaves) = if farewell.is_by_mistake() {
        ("button button-primary", "button")
    } else {
        ("button", "button button-primary")
    };
    let (to, where_to) = match farewell {
        Farewell::EndedByYou => ("/meetings", words::TO_MEETINGS),
        Farewell::Left | Farewell::Closed(_) => ("/", text::TO_START),
    };
    view! {
        <EntryFrame>
            <div class="entry-words">
                <h1>{farewell.title()}</h1>
                <p class="lead">{farewell.lead()}</p>
            </div>
            <div class="button-row">
                {farewell.can_return().then(|| view! {
                    <button type="button" class=returns on:click=back>
                        {words::REJOIN}
                    </button>
                })}
                <a class=leaves href=to>{where_to}</a>
            </div>
        </EntryFrame>
    }
    .drawn()
}
