//! Why a device is not there, in words.

use icondata_lu::LuX;
use leptos::prelude::*;

use crate::call::Media;
use crate::call::devices::Kind;
use crate::call::platform;
use crate::call::refusal::Refusal;
use crate::erase::Drawn;
use crate::text;
use crate::text::door as words;
use crate::widgets::Icon;

/// Says why microphone or camera are not there, for as long as they are not.
#[component]
pub fn Troubles(media: Media) -> AnyView {
    let lines = move || {
        let said = sentences(media.microphone_trouble.get(), media.camera_trouble.get());
        said.into_iter().map(|(kinds, refusal)| view! { <Line media kinds refusal /> }).collect_view()
    };
    view! { <div class="troubles" role="status">{lines}</div> }.drawn()
}

/// Says what has gone wrong with them since this was drawn, until it works or is waved away.
#[component]
pub fn NewTroubles(media: Media) -> AnyView {
    let (microphone, camera) = (new_trouble(media, Kind::Microphone), new_trouble(media, Kind::Camera));
    let close = Callback::new(move |kinds: &'static [Kind]| {
        for kind in kinds {
            let shown = if *kind == Kind::Camera { camera } else { microphone };
            shown.set(None);
        }
    });
    let lines = move || {
        let said = sentences(microphone.get(), camera.get());
        said.into_iter().map(|(kinds, refusal)| view! { <Line media kinds refusal close /> }).collect_view()
    };
    view! { <div class="troubles troubles-over" role="status">{lines}</div> }.drawn()
}

/// What has gone wrong with one of them since this was called.
fn new_trouble(media: Media, kind: Kind) -> RwSignal<Option<Refusal>> {
    let trouble = media.trouble_of(kind);
    let shown = RwSignal::new(None);
    Effect::new(move |before: Option<()>| {
        let now = trouble.get();
        if before.is_some() {
            shown.set(now);
        }
    });
    shown
}

/// What is to be said, and about which devices: one sentence for both that are missing for the same reason.
fn sentences(microphone: Option<Refusal>, camera: Option<Refusal>) -> Vec<(&'static [Kind], Refusal)> {
    const BOTH: &[Kind] = &[Kind::Microphone, Kind::Camera];
    match (microphone, camera) {
        (Some(one), Some(other)) if one == other => vec![(BOTH, one)],
        (one, other) => BOTH.chunks(1).zip([one, other]).filter_map(|(kind, why)| Some((kind, why?))).collect(),
    }
}

#[component]
fn Line(
    media: Media,
    /// The devices that it is about.
    kinds: &'static [Kind],
    refusal: Refusal,
    #[prop(optional)] close: Option<Callback<&'static [Kind]>>,
) -> AnyView {
    let retry = !matches!(refusal, Refusal::Insecure | Refusal::Unsupported);
    let sentence = match kinds {
        [kind] => words::trouble(*kind, refusal, platform::browser()),
        _ => words::trouble_of_both(refusal, platform::browser()),
    };
    view! {
        <div class="trouble">
            <p>{sentence}</p>
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
                    on:click=move |_| close.run(kinds)
                >
                    <Icon icon=LuX />
                </button>
            })}
        </div>
    }
    .drawn()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reason_for_both_is_said_once() {
        let check = |microphone, camera, want: &[(&[Kind], Refusal)]| assert_eq!(sentences(microphone, camera), want);
        let (no, gone) = (Refusal::Blocked, Refusal::Gone);
        check(Some(no), Some(no), &[(&[Kind::Microphone, Kind::Camera], no)]);
        check(Some(no), Some(gone), &[(&[Kind::Microphone], no), (&[Kind::Camera], gone)]);
        check(None, Some(gone), &[(&[Kind::Camera], gone)]);
        check(None, None, &[]);
    }
}
