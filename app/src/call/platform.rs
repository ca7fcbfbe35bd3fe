//! Small questions to the browser.

use std::ops::RangeInclusive;

use domain::ChatId;
use domain::id::ENTROPY;
use js_sys::JsString;
use js_sys::Reflect;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;

use super::browser::Browser;

/// The marks that stand behind their letter in a text that was taken apart (Unicode's normal form D).
const ACCENTS: RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// Milliseconds of a clock that only runs forward.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// A number in `0.0..1.0`.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

/// An identifier for a new chat message.
pub fn new_chat_id() -> ChatId {
    let mut bytes = [0; ENTROPY];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    ChatId::from_entropy(bytes)
}

/// Whether the page came over a connection that browsers trust with cameras.
pub fn is_secure() -> bool {
    window().is_secure_context()
}

/// Whether this browser can send and receive sound and picture.
pub fn has_webrtc() -> bool {
    has(&window(), "RTCPeerConnection")
}

/// Which browser this is.
pub fn browser() -> Browser {
    let navigator = window().navigator();
    Browser::of(&navigator.user_agent().unwrap_or_default(), navigator.max_touch_points() > 0)
}

/// Whether the browser can share a screen; phones cannot.
pub fn can_share_screen() -> bool {
    media_devices().is_some_and(|devices| has(&devices, "getDisplayMedia"))
}

/// The browser's devices; none outside a secure context.
pub fn media_devices() -> Option<web_sys::MediaDevices> {
    let devices = Reflect::get(&window().navigator(), &"mediaDevices".into()).ok()?;
    devices.is_object().then(|| devices.unchecked_into())
}

/// Whether an object has a property, for what not every browser knows.
pub fn has(object: &JsValue, property: &str) -> bool {
    Reflect::has(object, &property.into()).unwrap_or(false)
}

/// Whether the link asked to come in at once (`#app=1`).
pub fn wants_in_at_once() -> bool {
    let hash = window().location().hash().unwrap_or_default();
    hash.trim_start_matches('#').split('&').any(|part| part == "app=1")
}

/// The address of the signalling of a meeting, on the server that the page came from.
pub fn socket_url(meeting: &domain::MeetingId) -> Option<String> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    Some(format!("{scheme}://{}/ws/{meeting}", location.host().ok()?))
}

/// A text without capitals and accents, to find names by. The browser does it: in Rust, the tables of all scripts
/// would be downloaded for it.
pub fn plain(text: &str) -> String {
    let small = String::from(JsString::from(text).to_lower_case().normalize("NFD"));
    small.chars().filter(|c| !ACCENTS.contains(c)).collect()
}

/// The name of an exception.
pub fn error_name(error: &JsValue) -> String {
    Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

/// A JavaScript object with these properties.
pub fn object<const N: usize>(properties: [(&str, JsValue); N]) -> js_sys::Object {
    let object = js_sys::Object::new();
    for (name, value) in properties {
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object
}
