//! The frame of every page that needs an account.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::people::SignOut;
use crate::erase::Inside;
use crate::erase::Served;
use crate::widgets::PageFrame;
use crate::widgets::Place;
use crate::widgets::SignOutButton;

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
