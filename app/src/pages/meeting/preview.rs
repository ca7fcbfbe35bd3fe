//! How one looks and sounds before coming in.

use icondata_lu::LuMic;
use icondata_lu::LuMicOff;
use icondata_lu::LuVideo;
use icondata_lu::LuVideoOff;
use leptos::html;
use leptos::prelude::*;

use crate::call::Media;
use crate::erase::Drawn;
use crate::erase::Served;
use crate::pages::meeting::meter::Meter;
use crate::pages::meeting::trouble::Troubles;
use crate::text::door as words;
use crate::text::room;
use crate::widgets::Icon;

/// The preview with its switches and level meter. The server draws the empty frame of it.
#[component]
pub fn Preview(media: RwSignal<Option<Media>>) -> AnyView {
    view! {
        <section class="preview" aria-label=words::PREVIEW>
            <div class="preview-frame">
                {move || media.get().map(|media| view! { <Mirror media /> })}
            </div>
            <div class="preview-under">
                {move || media.get().map(|media| view! { <Under media /> })}
            </div>
        </section>
    }
    .served()
}

#[component]
fn Mirror(media: Media) -> AnyView {
    let video = NodeRef::<html::Video>::new();
    Effect::new(move |_| {
        if let Some(video) = video.get() {
            let stream = media.camera.get().and_then(|track| super::room::stream_of(&track));
            video.set_src_object(stream.as_ref());
        }
    });
    let empty = move || if media.asked.get() { words::CAMERA_IS_OFF } else { words::ASKING };
    let microphone = Signal::derive(move || if media.is_heard() { LuMic } else { LuMicOff });
    let camera = Signal::derive(move || if media.is_seen() { LuVideo } else { LuVideoOff });
    let mute = move || if media.is_heard() { room::MUTE } else { room::UNMUTE };
    let hide = move || if media.is_seen() { room::CAMERA_OFF } else { room::CAMERA_ON };
    view! {
        <p class="preview-empty" hidden=move || media.is_seen()>{empty}</p>
        <video
            class="mirrored"
            node_ref=video
            autoplay
            playsinline
            prop:muted=true
            aria-label=words::PREVIEW
            hidden=move || !media.is_seen()
        ></video>
        <div class="preview-switches">
            <button
                type="button"
                class="round"
                class:round-off=move || !media.is_heard()
                aria-label=mute
                title=mute
                on:click=move |_| media.set_microphone(!untrack(|| media.is_heard()), true)
            >
                <Icon icon=microphone />
            </button>
            <button
                type="button"
                class="round"
                class:round-off=move || !media.is_seen()
                aria-label=hide
                title=hide
                on:click=move |_| media.set_camera(!untrack(|| media.is_seen()))
            >
                <Icon icon=camera />
            </button>
        </div>
    }
    .drawn()
}

#[component]
fn Under(media: Media) -> AnyView {
    view! {
        <Meter media />
        <Troubles media />
    }
    .drawn()
}
