//! What is heard: one element per audio slot.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::MediaStream;

use crate::call::Call;
use crate::call::platform;
use crate::call::speaker;
use crate::erase::Drawn;
use crate::text::room as words;

/// Plays the audio slots, and asks for a touch where the browser wants one first.
#[component]
pub fn Sounds(call: Call) -> AnyView {
    let refused = RwSignal::new(false);
    // Counts up to start all elements once more, from inside the person's own press.
    let again = RwSignal::new(0_u32);
    let count = Memo::new(move |_| call.heard.with(Vec::len));
    let tap = move |_| {
        refused.set(false);
        again.update(|again| *again += 1);
    };
    view! {
        <div hidden>
            {move || (0..count.get()).map(|index| view! { <Sound call index refused again /> }).collect_view()}
        </div>
        {move || refused.get().then(|| view! {
            <button type="button" class="button button-primary room-tap" on:click=tap>
                {words::TAP_TO_HEAR}
            </button>
        })}
    }
    .drawn()
}

#[component]
fn Sound(call: Call, index: usize, refused: RwSignal<bool>, again: RwSignal<u32>) -> AnyView {
    let audio = NodeRef::<html::Audio>::new();
    let speaker = Memo::new(move |_| call.media.wanted.with(|wanted| wanted.speaker.clone()));
    Effect::new(move |_| {
        again.track();
        let stream: Option<MediaStream> = call.heard.with(|heard| heard.get(index).cloned());
        if let (Some(audio), Some(stream)) = (audio.get(), stream) {
            if audio.src_object().as_ref() != Some(&stream) {
                audio.set_src_object(Some(&stream));
            }
            play(&audio, refused);
        }
    });
    Effect::new(move |_| {
        if let Some(audio) = audio.get() {
            let speaker = speaker.get();
            spawn_local(async move { speaker::send_to(&audio, &speaker).await });
        }
    });
    view! { <audio node_ref=audio autoplay></audio> }.drawn()
}

fn play(audio: &web_sys::HtmlAudioElement, refused: RwSignal<bool>) {
    let Ok(promise) = audio.play() else { return };
    spawn_local(async move {
        if let Err(error) = JsFuture::from(promise).await
            && platform::error_name(&error) == "NotAllowedError"
        {
            refused.try_set(true);
        }
    });
}
