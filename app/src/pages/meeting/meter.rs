//! How loud the microphone is, seen.

use leptos::prelude::*;

use crate::call::Media;
use crate::call::levels;
use crate::erase::Drawn;
use crate::text::door as words;

/// The level meter: a line that fills while the person speaks.
#[component]
pub fn Meter(media: Media) -> AnyView {
    let (level, set_level) = signal(0.0);
    Effect::new(move |_| {
        if let Some(track) = media.microphone.get() {
            levels::listen(&track, set_level);
        }
    });
    let shown = move || if media.is_heard() { level.get() } else { 0.0 };
    view! {
        <div
            class="meter"
            role="meter"
            aria-label=words::LEVEL
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || ((shown() * 10.0).round() * 10.0).to_string()
        >
            <div class="meter-fill" style:transform=move || format!("scaleX({:.2})", shown())></div>
        </div>
    }
    .drawn()
}
