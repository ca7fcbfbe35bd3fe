//! After the room: what happened, and the way back in.

use domain::MeetingId;
use domain::Problem;
use domain::text::Title;
use icondata_lu::LuCircleCheck;
use icondata_lu::LuDoorOpen;
use icondata_lu::LuInfo;
use leptos::prelude::*;

use super::visit::Stand;
use crate::call::Media;
use crate::erase::Drawn;
use crate::pages::with_next;
use crate::text;
use crate::text::door as words;
use crate::widgets::EntryFrame;
use crate::widgets::Icon;

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

    /// What most people do next, where the words above do not say it.
    fn next(&self) -> Option<&'static str> {
        match self {
            Self::Left => Some(words::LEFT_NEXT),
            Self::EndedByYou => Some(words::ENDED_BY_YOU_NEXT),
            Self::Closed(Problem::Ended) => Some(words::ENDED_NEXT),
            Self::Closed(Problem::NoSuchMeeting) => Some(words::DELETED_NEXT),
            Self::Closed(Problem::TakenOver) => Some(words::TAKEN_OVER_NEXT),
            Self::Closed(Problem::SignedOut) => Some(words::SIGNED_OUT_NEXT),
            Self::Closed(Problem::AccountDeleted) => Some(words::ACCOUNT_DELETED_NEXT),
            Self::Closed(_) => None,
        }
    }

    fn icon(&self) -> icondata_core::Icon {
        match self {
            Self::Left => LuDoorOpen,
            Self::EndedByYou | Self::Closed(Problem::Ended) => LuCircleCheck,
            Self::Closed(_) => LuInfo,
        }
    }

    /// Whether going back in is what most people want now.
    fn is_by_mistake(&self) -> bool {
        self.can_return()
            && !matches!(
                self,
                Self::EndedByYou | Self::Closed(Problem::Ended | Problem::SignedOut | Problem::AccountDeleted)
            )
    }

    fn can_return(&self) -> bool {
        !matches!(self, Self::Closed(Problem::NoSuchMeeting | Problem::NoGuests))
    }

    /// Where to go from here, and what the way is called.
    fn way_on(&self, meeting: &MeetingId) -> (String, &'static str) {
        match self {
            Self::EndedByYou => ("/meetings".to_owned(), words::TO_MEETINGS),
            Self::Closed(Problem::NoGuests | Problem::SignedOut) => {
                (with_next("/sign-in", Some(meeting.path())), text::SIGN_IN)
            }
            Self::Left | Self::Closed(_) => ("/".to_owned(), text::TO_START),
        }
    }
}

/// Draws the farewell.
#[component]
pub fn Out(
    farewell: Farewell,
    /// What the meeting is called.
    title: Title,
    meeting: MeetingId,
    media: RwSignal<Option<Media>>,
    stand: RwSignal<Stand>,
) -> AnyView {
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
    let (to, where_to) = farewell.way_on(&meeting);
    view! {
        <EntryFrame>
            <section class="farewell">
                <div class="empty-mark">
                    <Icon icon=farewell.icon() />
                </div>
                <div class="entry-words">
                    <p class="farewell-meeting" dir="auto">{title.to_string()}</p>
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
                {farewell.next().map(|next| view! { <p class="farewell-next">{next}</p> })}
            </section>
        </EntryFrame>
    }
    .drawn()
}
