//! What the browser remembers for this person: name and devices for good, a seat for as long as the tab lives.

use domain::MeetingId;
use leptos::prelude::window;
use serde::Deserialize;
use serde::Serialize;
use web_sys::Storage;

use super::quality::StreamQuality;

const NAME: &str = "confab.name";
const DEVICES: &str = "confab.devices";

/// Which devices this person wants, and whether they are on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Whether the microphone is on.
    pub microphone_on: bool,
    /// Whether the camera is on.
    pub camera_on: bool,
    /// Which microphone; empty for the system's.
    pub microphone: String,
    /// Which camera; empty for the system's.
    pub camera: String,
    /// Which speaker; empty for the system's.
    pub speaker: String,
    /// How sharp the camera's picture is sent.
    pub quality: StreamQuality,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            microphone_on: true,
            camera_on: true,
            microphone: String::new(),
            camera: String::new(),
            speaker: String::new(),
            quality: StreamQuality::default(),
        }
    }
}

/// The name last used in a meeting.
pub fn name() -> Option<String> {
    read(local(), NAME).filter(|name| !name.is_empty())
}

/// Remembers the name.
pub fn remember_name(name: &str) {
    write(local(), NAME, name);
}

/// The devices last used.
pub fn wanted() -> Wanted {
    read(local(), DEVICES).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Remembers the devices.
pub fn remember_wanted(wanted: &Wanted) {
    if let Ok(text) = serde_json::to_string(wanted) {
        write(local(), DEVICES, &text);
    }
}

/// The token of this tab's seat in a meeting.
pub fn seat(meeting: &MeetingId) -> Option<String> {
    read(session(), &seat_key(meeting))
}

/// Remembers the token of this tab's seat.
pub fn remember_seat(meeting: &MeetingId, token: &str) {
    write(session(), &seat_key(meeting), token);
}

/// Forgets this tab's seat: the person left.
pub fn forget_seat(meeting: &MeetingId) {
    if let Some(storage) = session() {
        let _ = storage.remove_item(&seat_key(meeting));
    }
}

fn seat_key(meeting: &MeetingId) -> String {
    format!("confab.seat.{meeting}")
}

// Browsers that keep nothing throw on access; then nothing is remembered, and that is all.
fn local() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn session() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

fn read(storage: Option<Storage>, key: &str) -> Option<String> {
    storage?.get_item(key).ok().flatten()
}

fn write(storage: Option<Storage>, key: &str, value: &str) {
    if let Some(storage) = storage {
        let _ = storage.set_item(key, value);
    }
}
