//! Opening microphones and cameras.

use js_sys::Array;
use js_sys::Reflect;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::MediaDeviceInfo;
use web_sys::MediaStream;
use web_sys::MediaStreamConstraints;
use web_sys::MediaStreamTrack;

use crate::call::platform;
use crate::call::refusal::Refusal;

/// What people choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Hears the person.
    Microphone,
    /// Sees the person.
    Camera,
    /// Is heard by the person.
    Speaker,
}

/// A device that the browser knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Which one, for the browser.
    pub id: String,
    /// Which one, for the person; empty before anything was allowed.
    pub label: String,
    /// What for.
    pub kind: Kind,
}

/// What to open: an identifier, empty for the system's choice. `present` when that device is known to be there; else it
/// is remembered from an earlier visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) present: bool,
}

impl Choice {
    /// The same, or the system's choice in place of a device that may be gone.
    fn or_usual(&self) -> Self {
        let id = if self.present { self.id.clone() } else { String::new() };
        Self { id, present: self.present }
    }
}

/// What came of opening a device.
pub(super) type Opened = Result<MediaStreamTrack, Refusal>;

/// Lists the devices. Without permission most browsers tell their number, not their names.
pub(super) async fn list() -> Vec<Device> {
    let Some(promise) = platform::media_devices().and_then(|devices| devices.enumerate_devices().ok()) else {
        return Vec::new();
    };
    let Ok(found) = JsFuture::from(promise).await else { return Vec::new() };
    Array::from(&found).iter().filter_map(|info| device(&info.unchecked_into())).collect()
}

fn device(info: &MediaDeviceInfo) -> Option<Device> {
    // Not by the enumeration: a kind that it does not know would be a hole in it.
    let kind = match Reflect::get(info, &"kind".into()).ok()?.as_string()?.as_str() {
        "audioinput" => Kind::Microphone,
        "videoinput" => Kind::Camera,
        "audiooutput" => Kind::Speaker,
        _ => return None,
    };
    Some(Device { id: info.device_id(), label: info.label(), kind })
}

/// Opens both at once, so that the person is asked once; where that fails each alone, so that one that is
/// missing does not take the other with it.
pub(super) async fn open_both(microphone: Choice, camera: Choice) -> (Opened, Opened) {
    match open(Some(&microphone), Some(&camera)).await {
        Ok(stream) => (first(&stream.get_audio_tracks()), first(&stream.get_video_tracks())),
        Err(_) => (open_microphone(microphone).await, open_camera(camera).await),
    }
}

pub(super) async fn open_microphone(choice: Choice) -> Opened {
    first(&open(Some(&choice), None).await?.get_audio_tracks())
}

pub(super) async fn open_camera(choice: Choice) -> Opened {
    first(&open(None, Some(&choice)).await?.get_video_tracks())
}

fn first(tracks: &JsValue) -> Opened {
    Array::from(tracks).get(0).dyn_into().map_err(|_| Refusal::Missing)
}

/// Opens what was chosen, or the system's choice where that is gone.
///
/// Never as a mere wish: of microphones Chromium gives the system's then, whatever is wished for.
async fn open(microphone: Option<&Choice>, camera: Option<&Choice>) -> Result<MediaStream, Refusal> {
    match ask(microphone, camera).await {
        Err(Refusal::Unsuitable | Refusal::Missing) => {
            ask(microphone.map(Choice::or_usual).as_ref(), camera.map(Choice::or_usual).as_ref()).await
        }
        opened => opened,
    }
}

async fn ask(microphone: Option<&Choice>, camera: Option<&Choice>) -> Result<MediaStream, Refusal> {
    let devices = platform::media_devices().ok_or(Refusal::Insecure)?;
    let constraints = MediaStreamConstraints::new();
    if let Some(choice) = microphone {
        constraints.set_audio(&audio(choice));
    }
    if let Some(choice) = camera {
        constraints.set_video(&video(choice));
    }
    let refused = |error: JsValue| Refusal::of_name(&platform::error_name(&error));
    let promise = devices.get_user_media_with_constraints(&constraints).map_err(refused)?;
    JsFuture::from(promise).await.map(JsCast::unchecked_into).map_err(refused)
}

fn audio(choice: &Choice) -> JsValue {
    let yes = JsValue::TRUE;
    let constraints = platform::object([
        ("echoCancellation", yes.clone()),
        ("noiseSuppression", yes.clone()),
        ("autoGainControl", yes),
    ]);
    with_device(&constraints, choice);
    constraints.into()
}

fn video(choice: &Choice) -> JsValue {
    let ideal = |value: f64| platform::object([("ideal", value.into())]).into();
    let constraints =
        platform::object([("width", ideal(1280.0)), ("height", ideal(720.0)), ("frameRate", ideal(30.0))]);
    with_device(&constraints, choice);
    constraints.into()
}

fn with_device(constraints: &JsValue, choice: &Choice) {
    if !choice.id.is_empty() {
        let id = platform::object([("exact", choice.id.as_str().into())]);
        let _ = Reflect::set(constraints, &"deviceId".into(), &id);
    }
}
