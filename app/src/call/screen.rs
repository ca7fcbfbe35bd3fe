//! Sharing a screen, a window or a tab.

use js_sys::Reflect;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::DisplayMediaStreamConstraints;
use web_sys::MediaStream;
use web_sys::MediaStreamTrack;

use super::platform;
use super::refusal::Refusal;

/// What the picture is good for, when not everything fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Sharp letters, fewer pictures.
    Text,
    /// Smooth movement, softer letters.
    Motion,
}

/// A screen that is being shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Screen {
    /// The picture.
    pub picture: MediaStreamTrack,
    /// What it plays, if the person shared that too.
    pub sound: Option<MediaStreamTrack>,
}

impl Screen {
    /// Asks the person what to share. For handlers only.
    ///
    /// # Errors
    /// Why there is nothing to share.
    pub async fn choose(hint: Hint) -> Result<Self, Refusal> {
        let devices = platform::media_devices().ok_or(Refusal::Unsupported)?;
        let constraints = DisplayMediaStreamConstraints::new();
        constraints.set_video(&JsValue::TRUE);
        constraints.set_audio(&JsValue::TRUE);
        let refused = |error: JsValue| Refusal::of_name(&platform::error_name(&error));
        let promise = devices.get_display_media_with_constraints(&constraints).map_err(refused)?;
        let stream: MediaStream = JsFuture::from(promise).await.map_err(refused)?.unchecked_into();
        let first = |tracks: js_sys::Array| -> Option<MediaStreamTrack> { tracks.get(0).dyn_into().ok() };
        let picture = first(stream.get_video_tracks().unchecked_into()).ok_or(Refusal::Failed)?;
        let sound = first(stream.get_audio_tracks().unchecked_into());
        let screen = Self { picture, sound };
        screen.set_hint(hint);
        Ok(screen)
    }

    /// Says what the picture is good for, also while it is shared.
    pub fn set_hint(&self, hint: Hint) {
        let hint = match hint {
            Hint::Text => "text",
            Hint::Motion => "motion",
        };
        let _ = Reflect::set(&self.picture, &"contentHint".into(), &hint.into());
    }

    /// Ends it.
    pub fn stop(&self) {
        self.picture.stop();
        if let Some(sound) = &self.sound {
            sound.stop();
        }
    }
}
