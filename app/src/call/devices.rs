//! This person's microphone, camera and speaker, from the door to the end of the call.

mod capture;

pub use capture::Device;
pub use capture::Kind;

use capture::Choice;
use capture::Opened;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::MediaStreamTrack;

use super::memory;
use super::memory::Wanted;
use super::platform;
use super::quality::StreamQuality;
use super::refusal::Refusal;

/// The devices of this person. Made in the browser only, by an effect.
#[derive(Clone, Copy)]
pub struct Media {
    /// What the person chose, remembered.
    pub wanted: RwSignal<Wanted>,
    /// What there is to choose from.
    pub devices: RwSignal<Vec<Device>>,
    /// The open microphone; it stays open while it is off, so that it is on again at once.
    pub microphone: RwSignal<Option<MediaStreamTrack>, LocalStorage>,
    /// The open camera; off means closed, and its lamp dark.
    pub camera: RwSignal<Option<MediaStreamTrack>, LocalStorage>,
    /// Why there is no microphone.
    pub microphone_trouble: RwSignal<Option<Refusal>>,
    /// Why there is no camera.
    pub camera_trouble: RwSignal<Option<Refusal>>,
    /// Whether the browser has answered for the first time.
    pub asked: RwSignal<bool>,
    /// Counts attempts, so that an answer that comes after the next question is dropped.
    turns: StoredValue<(u32, u32)>,
}

impl Media {
    /// Reads what is remembered and opens what was on. For effects only.
    pub fn start() -> Self {
        let media = Self::none();
        media.watch();
        media.open_all();
        on_cleanup(move || media.close());
        media
    }

    /// Devices that nobody has asked for, where asking is of no use.
    pub fn none() -> Self {
        Self {
            wanted: RwSignal::new(memory::wanted()),
            devices: RwSignal::new(Vec::new()),
            microphone: RwSignal::new_local(None),
            camera: RwSignal::new_local(None),
            microphone_trouble: RwSignal::new(None),
            camera_trouble: RwSignal::new(None),
            asked: RwSignal::new(false),
            turns: StoredValue::new((0, 0)),
        }
    }

    /// Whether the microphone is open and on.
    pub fn is_heard(&self) -> bool {
        self.wanted.with(|wanted| wanted.microphone_on) && self.microphone.with(Option::is_some)
    }

    /// Whether the camera is open.
    pub fn is_seen(&self) -> bool {
        self.camera.with(Option::is_some)
    }

    /// Why there is no device of this kind; what is wrong with a speaker no browser says.
    pub fn trouble_of(&self, kind: Kind) -> RwSignal<Option<Refusal>> {
        if kind == Kind::Camera { self.camera_trouble } else { self.microphone_trouble }
    }

    /// Turns the microphone on or off; `remember` unless it is only for as long as a key is held.
    pub fn set_microphone(&self, on: bool, remember: bool) {
        self.want(remember, |wanted| wanted.microphone_on = on);
        if let Some(track) = self.microphone.get_untracked() {
            track.set_enabled(on);
        } else if on {
            self.open_microphone();
        }
    }

    /// Turns the camera on or off.
    pub fn set_camera(&self, on: bool) {
        self.want(true, |wanted| wanted.camera_on = on);
        if on {
            self.open_camera();
        } else {
            self.next_turn(Kind::Camera);
            self.replace_camera(None);
        }
    }

    /// Turns both off; the next visit begins as this one did.
    pub fn rest(&self) {
        self.set_microphone(false, false);
        self.want(false, |wanted| wanted.camera_on = false);
        self.next_turn(Kind::Camera);
        self.replace_camera(None);
    }

    /// Takes another device from here on.
    pub fn choose(&self, kind: Kind, id: String) {
        self.want(true, |wanted| match kind {
            Kind::Microphone => wanted.microphone = id,
            Kind::Camera => wanted.camera = id,
            Kind::Speaker => wanted.speaker = id,
        });
        match kind {
            Kind::Microphone => self.open_microphone(),
            Kind::Camera if self.wanted.with_untracked(|wanted| wanted.camera_on) => self.open_camera(),
            Kind::Camera | Kind::Speaker => {}
        }
    }

    /// Sends the camera's picture this sharp from here on.
    pub fn choose_quality(&self, quality: StreamQuality) {
        self.want(true, |wanted| wanted.quality = quality);
    }

    /// Tries again whatever is on and was refused.
    pub fn try_again(&self) {
        self.open_all();
    }

    /// Gives everything back.
    pub fn close(&self) {
        self.next_turn(Kind::Microphone);
        self.next_turn(Kind::Camera);
        self.replace_microphone(None);
        self.replace_camera(None);
    }

    fn want(&self, remember: bool, change: impl FnOnce(&mut Wanted)) {
        self.wanted.update(change);
        if remember {
            self.wanted.with_untracked(memory::remember_wanted);
        }
    }

    fn open_all(&self) {
        let media = *self;
        let wanted = self.wanted.get_untracked();
        let (with_microphone, with_camera) = (
            wanted.microphone_on && self.microphone.with_untracked(Option::is_none),
            wanted.camera_on && self.camera.with_untracked(Option::is_none),
        );
        if !(with_microphone && with_camera) {
            if with_microphone {
                self.open_microphone();
            }
            if with_camera {
                self.open_camera();
            }
            self.asked.set(true);
            return self.refresh();
        }
        let (turn, other) = (self.next_turn(Kind::Microphone), self.next_turn(Kind::Camera));
        spawn_local(async move {
            let (microphone, camera) =
                capture::open_both(media.choice(Kind::Microphone), media.choice(Kind::Camera)).await;
            media.opened(Kind::Microphone, turn, microphone);
            media.opened(Kind::Camera, other, camera);
        });
    }

    fn open_microphone(&self) {
        let (media, turn) = (*self, self.next_turn(Kind::Microphone));
        spawn_local(async move {
            media.opened(Kind::Microphone, turn, capture::open_microphone(media.choice(Kind::Microphone)).await);
        });
    }

    fn open_camera(&self) {
        let (media, turn) = (*self, self.next_turn(Kind::Camera));
        spawn_local(async move {
            media.opened(Kind::Camera, turn, capture::open_camera(media.choice(Kind::Camera)).await);
        });
    }

    fn choice(&self, kind: Kind) -> Choice {
        let id = self.wanted.with_untracked(|wanted| match kind {
            Kind::Microphone => wanted.microphone.clone(),
            Kind::Camera => wanted.camera.clone(),
            Kind::Speaker => wanted.speaker.clone(),
        });
        let present = self.devices.with_untracked(|devices| devices.iter().any(|d| d.kind == kind && d.id == id));
        Choice { id, present }
    }

    /// Counts one up; `None` once the page that asked is gone.
    fn next_turn(&self, kind: Kind) -> Option<u32> {
        self.turns.try_update_value(|(microphone, camera)| {
            let turn = if kind == Kind::Microphone { microphone } else { camera };
            *turn = turn.wrapping_add(1);
            *turn
        })
    }

    fn opened(&self, kind: Kind, turn: Option<u32>, opened: Opened) {
        let present = self.turns.try_with_value(|turns| if kind == Kind::Microphone { turns.0 } else { turns.1 });
        if present.is_none() || present != turn {
            if let Ok(track) = opened {
                track.stop();
            }
            return;
        }
        self.trouble_of(kind).set(opened.as_ref().err().copied());
        let track = opened.ok();
        if kind == Kind::Microphone {
            if let Some(track) = &track {
                track.set_enabled(self.wanted.with_untracked(|wanted| wanted.microphone_on));
            }
            self.replace_microphone(track);
        } else {
            self.replace_camera(track);
        }
        self.asked.set(true);
        self.refresh();
    }

    fn replace_microphone(&self, track: Option<MediaStreamTrack>) {
        replace(self.microphone, track, self.microphone_trouble);
    }

    fn replace_camera(&self, track: Option<MediaStreamTrack>) {
        replace(self.camera, track, self.camera_trouble);
    }

    fn refresh(&self) {
        let devices = self.devices;
        spawn_local(async move {
            let found = capture::list().await;
            devices.try_set(found);
        });
    }

    /// Follows devices that are plugged in or pulled out.
    fn watch(&self) {
        let media = *self;
        let Some(devices) = platform::media_devices() else { return };
        let changed = Closure::<dyn FnMut()>::new(move || media.refresh());
        devices.set_ondevicechange(Some(changed.as_ref().unchecked_ref()));
        let kept = StoredValue::new_local((devices, changed));
        on_cleanup(move || {
            let _ = kept.try_with_value(|(devices, _)| devices.set_ondevicechange(None));
        });
    }
}

/// Closes what was open. A device that ends by itself was pulled out, or taken away by the system.
fn replace(
    place: RwSignal<Option<MediaStreamTrack>, LocalStorage>,
    track: Option<MediaStreamTrack>,
    trouble: RwSignal<Option<Refusal>>,
) {
    if let Some(track) = &track {
        let ended = Closure::once_into_js(move || {
            place.try_set(None);
            trouble.try_set(Some(Refusal::Gone));
        });
        track.set_onended(Some(ended.unchecked_ref()));
    }
    let before = place.try_update(|place| std::mem::replace(place, track)).flatten();
    if let Some(before) = before {
        before.set_onended(None);
        before.stop();
    }
}
