//! Why a device is not there, in words.

use icondata_lu::LuX;
use leptos::prelude::*;

use crate::call::Media;
use crate::call::devices::Kind;
use crate::call::refusal::Refusal;
use crate::erase::Drawn;
use crate::text;
use crate::text::door as words;
use crate::widgets::Icon;

/// Says in the browser's own terms why microphone or camera are not there, for as long as they are not.
#[component]
pub fn Troubles(media: Media) -> AnyView {
    let line = move |kind| {
        let trouble = media.trouble_of(kind);
        move || trouble.get().map(|refusal| view! { <Line media kind refusal /> })
    };
    view! { <div class="troubles" role="status">{line(Kind::Microphone)} {line(Kind::Camera)}</div> }.drawn()
}

/// Says what has gone wrong with them since this was drawn, until it works or is waved away.
#[component]
pub fn NewTroubles(media: Media) -> AnyView {
    let line = move |kind| {
        let trouble = media.trouble_of(kind);
        let shown = RwSignal::new(None::<Refusal>);
        Effect::new(move |before: Option<()>| {
            let now = trouble.get();
            if before.is_some() {
                shown.set(now);
            }
        });
        let close = Callback::new(move |()| shown.set(None));
        move || shown.get().map(|refusal| view! { <Line media kind refusal close /> })
    };
    view! { <div class="troubles troubles-over" role="status">{line(Kind::Microphone)} {line(Kind::Camera)}</div> }
        .drawn()
}

#[component]
fn Line(media: Media, kind: Kind, refusal: Refusal, #[prop(optional)] close: Option<Callback<()>>) -> AnyView {
    let retry = !matches!(refusal, Refusal::Insecure | Refusal::Unsupported);
    view! {
        <div class="trouble">
            <p>{words::trouble(kind, refusal)}</p>
            {retry.then(|| view! {
                <button type="button" class="button button-small" on:click=move |_| media.try_again()>
                    {words::TRY_AGAIN}
                </button>
            })}
            {close.map(|close| view! {
                <button
                    type="button"
                    class="button button-quiet button-icon button-small"
                    aria-label=text::CLOSE
                    title=text::CLOSE
                    on:click=move |_| close.run(())
                >
                    <Icon icon=LuX />
                </button>
            })}
        </div>
    }
    .drawn()
}
