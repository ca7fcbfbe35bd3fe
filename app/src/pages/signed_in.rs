//! The frame of every page that needs an account.

use icondata_lu::LuChevronLeft;
use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::people::SignOut;
use crate::erase::Inside;
use crate::erase::Served;
use crate::text;
use crate::widgets::Icon;
use crate::widgets::PageFrame;
use crate::widgets::Place;
use crate::widgets::SignOutButton;
use crate::widgets::Skeleton;

/// The navigation, with the form that ends the session, around a page.
#[component]
pub fn SignedIn(here: Place, children: Inside) -> AnyView {
    let sign_out = ServerAction::<SignOut>::new();
    let form = view! {
        <ActionForm action=sign_out>
            <SignOutButton />
        </ActionForm>
    };
    view! {
        <PageFrame here sign_out=form.served()>
            {children.draw()}
        </PageFrame>
    }
    .served()
}

/// The frame of a page about one meeting: the way back to the others, and the page once it is loaded.
#[component]
pub fn OfMeeting(children: Children) -> AnyView {
    view! {
        <SignedIn here=Place::Meetings>
            <a class="back-link" href="/meetings">
                <Icon icon=LuChevronLeft />
                {text::MEETINGS}
            </a>
            <Transition fallback=|| view! { <Skeleton /> }>{children()}</Transition>
        </SignedIn>
    }
    .served()
}
