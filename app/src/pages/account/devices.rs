//! The sessions of the account.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::people::SignOutEverywhere;
use crate::erase::Served;
use crate::text::account as words;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::problem_of;

/// Ends all sessions, this one too.
#[component]
pub fn Devices() -> AnyView {
    let sign_out = ServerAction::<SignOutEverywhere>::new();
    view! {
        <section class="account-section" aria-labelledby="devices-title">
            <div class="account-words">
                <h2 id="devices-title">{words::SESSIONS}</h2>
                <p>{words::SESSIONS_LEAD}</p>
            </div>
            <ActionForm action=sign_out attr:class="form">
                <FormProblem problem=problem_of(sign_out) />
                <Submit label=words::SIGN_OUT_EVERYWHERE pending=sign_out.pending() class="button" />
            </ActionForm>
        </section>
    }
    .served()
}
