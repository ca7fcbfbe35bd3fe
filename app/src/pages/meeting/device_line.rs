//! One line for each device that can be chosen: closed until it is needed.

use icondata_lu::LuGauge;
use icondata_lu::LuMic;
use icondata_lu::LuVideo;
use icondata_lu::LuVolume2;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::meter::Meter;
use crate::call::Media;
use crate::call::devices::Device;
use crate::call::devices::Kind;
use crate::call::quality::StreamQuality;
use crate::call::speaker;
use crate::erase::Drawn;
use crate::text::door as words;
use crate::widgets::Icon;

/// One line for each kind of device, and one for how sharp the camera is sent.
#[component]
pub fn DeviceLines(media: Media) -> AnyView {
    view! {
        <div class="device-lines">
            <DeviceLine media kind=Kind::Microphone />
            <DeviceLine media kind=Kind::Camera />
            <SpeakerLine media />
            <QualityLine media />
        </div>
    }
    .drawn()
}

/// The same for somebody who is in the room, where nothing else shows whether the microphone hears.
#[component]
pub fn DeviceDesk(media: Media) -> AnyView {
    let hint = move || if media.is_heard() { words::LEVEL_HINT } else { words::LEVEL_OFF };
    view! {
        <div class="device-lines">
            <DeviceLine media kind=Kind::Microphone />
            <div class="device-test">
                <Meter media />
                <p class="device-hint">{hint}</p>
            </div>
            <DeviceLine media kind=Kind::Camera />
            <SpeakerLine media />
            <QualityLine media />
        </div>
    }
    .drawn()
}

/// The speaker and how it sounds; where the browser chooses the speaker, that is said instead (SM-44).
#[component]
fn SpeakerLine(media: Media) -> AnyView {
    let choice = if speaker::can_be_chosen() {
        view! { <DeviceLine media kind=Kind::Speaker /> }.drawn()
    } else {
        view! { <p class="device-note">{words::NO_SPEAKER_CHOICE}</p> }.drawn()
    };
    view! {
        <div class="device-speaker">
            {choice}
            <div class="device-test">
                <TestSound media />
            </div>
        </div>
    }
    .drawn()
}

/// Plays a short sound; while it does it takes no second press.
#[component]
fn TestSound(media: Media) -> AnyView {
    let playing = RwSignal::new(false);
    let play = move |_| {
        if playing.get_untracked() {
            return;
        }
        playing.set(true);
        let chosen = media.wanted.with_untracked(|wanted| wanted.speaker.clone());
        spawn_local(async move {
            speaker::play_test_sound(&chosen).await;
            playing.try_set(false);
        });
    };
    view! {
        <button
            type="button"
            class="button button-small"
            aria-busy=move || playing.get().then_some("true")
            on:click=play
        >
            {words::TEST_SOUND}
        </button>
    }
    .drawn()
}

/// The devices of one kind, the present one shown.
#[component]
fn DeviceLine(media: Media, kind: Kind) -> AnyView {
    let icon = match kind {
        Kind::Microphone => LuMic,
        Kind::Camera => LuVideo,
        Kind::Speaker => LuVolume2,
    };
    let chosen = move || {
        media.wanted.with(|wanted| match kind {
            Kind::Microphone => wanted.microphone.clone(),
            Kind::Camera => wanted.camera.clone(),
            Kind::Speaker => wanted.speaker.clone(),
        })
    };
    let options = move || {
        let chosen = chosen();
        choices(&media.devices.get(), kind)
            .into_iter()
            .map(|(id, label)| view! { <option value=id.clone() selected=id == chosen>{label}</option> })
            .collect_view()
    };
    let id = match kind {
        Kind::Microphone => "choose-microphone",
        Kind::Camera => "choose-camera",
        Kind::Speaker => "choose-speaker",
    };
    view! {
        <div class="device-line">
            <Icon icon=icon />
            <label class="device-name" for=id>{words::device(kind)}</label>
            <select
                class="device-choice"
                id=id
                on:change=move |event| media.choose(kind, event_target_value(&event))
            >
                {options}
            </select>
        </div>
    }
    .drawn()
}

/// How sharp the camera's picture is sent (SM-42), and what is recommended (SM-43).
#[component]
fn QualityLine(media: Media) -> AnyView {
    let chosen = Memo::new(move |_| media.wanted.with(|wanted| wanted.quality));
    let option = move |quality: StreamQuality| {
        view! {
            <option value=quality.name() selected=move || chosen.get() == quality>
                {words::quality(quality)}
            </option>
        }
    };
    let choose = move |event: leptos::ev::Event| {
        if let Some(quality) = StreamQuality::of_name(&event_target_value(&event)) {
            media.choose_quality(quality);
        }
    };
    view! {
        <div class="device-line">
            <Icon icon=LuGauge />
            <label class="device-name" for="choose-quality">{words::QUALITY}</label>
            <select class="device-choice" id="choose-quality" aria-describedby="quality-hint" on:change=choose>
                {StreamQuality::ALL.map(option).into_iter().collect_view()}
            </select>
        </div>
        <p class="device-hint" id="quality-hint">{words::QUALITY_HINT}</p>
    }
    .drawn()
}

/// What can be chosen: the system's device first. Devices whose names the browser hides are numbered.
fn choices(devices: &[Device], kind: Kind) -> Vec<(String, String)> {
    let system = (String::new(), words::DEFAULT_DEVICE.to_owned());
    let of_kind = devices.iter().filter(|device| device.kind == kind && !device.id.is_empty());
    // Chromium lists the system's choice once more under the name "default".
    let named = of_kind.filter(|device| device.id != "default").enumerate().map(|(index, device)| {
        let label = if device.label.is_empty() { words::nameless(kind, index + 1) } else { device.label.clone() };
        (device.id.clone(), label)
    });
    std::iter::once(system).chain(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(kind: Kind, id: &str, label: &str) -> Device {
        Device { kind, id: id.to_owned(), label: label.to_owned() }
    }

    #[test]
    fn the_systems_device_comes_first_and_nameless_ones_are_numbered() {
        let devices = [
            device(Kind::Microphone, "default", "Default"),
            device(Kind::Microphone, "a", "Headset"),
            device(Kind::Camera, "c", "Camera"),
            device(Kind::Microphone, "b", ""),
            device(Kind::Microphone, "", ""),
        ];
        let labels: Vec<String> = choices(&devices, Kind::Microphone).into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels, ["System default", "Headset", "Microphone 2"]);
    }
}
