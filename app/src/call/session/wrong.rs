//! What there is to say about how the visit fares.

use domain::wire::ClientMessage;
use domain::wire::Pause;
use leptos::prelude::*;
use web_sys::MediaStreamTrack;

use super::Call;
use super::Flow;
use crate::call::diagnosis::Circumstances;
use crate::call::diagnosis::Device;
use crate::call::measure::Sample;
use crate::call::platform;

impl Call {
    /// What the browser counts of the media connection; none where there is none.
    pub async fn sample(&self) -> Option<Sample> {
        let peer = self.peer()?;
        let name = |track: &Option<MediaStreamTrack>| track.as_ref().map(MediaStreamTrack::id);
        let microphone = self.media.microphone.try_with_untracked(name).flatten();
        let camera = self.media.camera.try_with_untracked(name).flatten();
        peer.sample(microphone.as_deref(), camera.as_deref()).await
    }

    /// Asks the server for an answer, to learn how long it takes.
    pub fn time_answer(&self) {
        if self.send(&ClientMessage::Ping) {
            self.parts.update_value(|parts| {
                parts.asked_at.get_or_insert_with(platform::now);
            });
        }
    }

    pub(super) fn on_pong(&self) {
        let asked_at = self.parts.try_update_value(|parts| parts.asked_at.take()).flatten();
        if let Some(asked_at) = asked_at {
            self.answer.set(Some((platform::now() - asked_at) / 1000.0));
        }
    }

    /// What else is known of the visit. Follows what it reads.
    pub fn circumstances(&self) -> Circumstances {
        let device = |track: &Option<MediaStreamTrack>| match track {
            Some(track) if track.muted() => Device::Muted,
            Some(_) => Device::On,
            None => Device::Off,
        };
        let microphone = if self.media.is_heard() { self.media.microphone.with(device) } else { Device::Off };
        let others = self.room.with(|room| {
            let Some(room) = room else { return Vec::new() };
            let others = room.participants.iter().filter(|person| person.id != room.you && person.connected);
            others.map(|person| (person.name.to_string(), person.quality)).collect()
        });
        let paused = |why| self.resting.with(|resting| resting.values().filter(|pause| **pause == why).count());
        Circumstances {
            flows: matches!(self.flow.get(), Flow::Flowing | Flow::Starting) && self.connected.get(),
            microphone,
            camera: self.media.camera.with(device),
            resting: paused(Pause::Connection),
            left_out: paused(Pause::Server),
            answer: self.answer.get(),
            others,
        }
    }
}
