//! The page behind a meeting's link: the door, the room, and what comes after it.

pub mod device_line;
pub mod door;
pub mod farewell;
pub mod meter;
pub mod preview;
pub mod room;
pub mod trouble;
pub mod visit;

use domain::Problem;
use domain::meeting::Doorplate;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::api::Refusal;
use crate::api::meetings::read_doorplate;
use crate::call::Media;
use crate::call::Ticket;
use crate::call::platform;
use crate::erase::Served;
use crate::parts::Room;
use crate::text;
use crate::text::door as words;
use crate::widgets::EntryFrame;
use crate::widgets::ProblemView;

/// Where this visitor stands.
#[derive(Clone, Debug)]
enum Stand {
    /// Before the door; with what the server said, if it closed it.
    Door(Option<Problem>),
    /// Past it: on the way in, in, or out again.
    Visit(Ticket, Room),
}

/// The page.
#[component]
pub fn MeetingPage() -> AnyView {
    let params = use_params_map();
    let door = Resource::new(move || params.read().get("id").unwrap_or_default(), read_doorplate);
    let body = move || {
        Suspend::new(async move {
            match door.await {
                Ok(plate) => view! { <Meeting plate /> }.served(),
                Err(Refusal(Problem::NoGuests)) => view! { <NoGuests /> }.served(),
                Err(refusal) => view! { <EntryFrame><ProblemView problem=refusal.0 /></EntryFrame> }.served(),
            }
        })
    };
    view! { <Transition>{body}</Transition> }.served()
}

#[component]
fn Meeting(plate: Doorplate) -> AnyView {
    let media = RwSignal::new(None::<Media>);
    let stand = RwSignal::new(Stand::Door(None));
    let title = plate.title.to_string();
    // Devices are asked for after the first frame, and only where the answer can be of use.
    Effect::new(move |_| {
        if platform::is_secure() && platform::has_webrtc() {
            media.set(Some(Media::start()));
        }
    });
    let at_once = StoredValue::new(true);
    let plate = StoredValue::new(plate);
    let body = move || match stand.get() {
        Stand::Door(problem) => {
            let enter = Callback::new(move |(ticket, room)| stand.set(Stand::Visit(ticket, room)));
            let at_once = at_once.try_update_value(std::mem::take).unwrap_or_default();
            view! { <door::Door plate=plate.get_value() media problem enter at_once /> }.served()
        }
        Stand::Visit(ticket, room) => {
            room.visit(ticket, media, Callback::new(move |problem| stand.set(Stand::Door(problem))))
        }
    };
    view! {
        <Title text=title />
        {body}
    }
    .served()
}

#[component]
fn NoGuests() -> AnyView {
    let here = leptos_router::hooks::use_location().pathname;
    let sign_in = move || super::with_next("/sign-in", Some(here.get()));
    view! {
        <EntryFrame>
            <Title text=words::NO_GUESTS_TITLE />
            <div class="entry-words">
                <h1>{words::NO_GUESTS_TITLE}</h1>
                <p class="lead">{text::of_problem(&Problem::NoGuests)}</p>
            </div>
            <a class="button button-primary button-wide" href=sign_in>
                {text::SIGN_IN}
            </a>
        </EntryFrame>
    }
    .served()
}
