//! The two scenes that are measured: a webinar, and a meeting where everybody is seen.

use domain::ParticipantId;
use domain::wire::Publishing;
use domain::wire::Source;
use domain::wire::TrackId;
use domain::wire::Wish;

use crate::client::Client;
use crate::client::Shape;

/// Receivers that decrypt and time what they get, and report on it as a browser does. In larger scenes the others only
/// count headers: otherwise the generator, and not the server, would be measured.
const TIMED: usize = 400;

/// A scene: the participants, and how tall their tiles are.
pub(crate) struct Scene {
    pub(crate) shapes: Vec<Shape>,
    tile: u16,
}

impl Scene {
    /// One speaker with a camera of 1.2 Mbit/s, watched by all others.
    pub(crate) fn webinar(receivers: usize) -> Self {
        let speaker = Shape { sends: true, layers: vec![("h", 5)], audio_slots: 1, video_slots: 1, decrypts: false };
        let listener = |n| Shape { sends: false, layers: vec![], audio_slots: 3, video_slots: 1, decrypts: n < TIMED };
        Self { shapes: std::iter::once(speaker).chain((0..receivers).map(listener)).collect(), tile: 720 }
    }

    /// Everybody sends two layers and sees everybody else small.
    pub(crate) fn meeting(people: usize) -> Self {
        let person = |n| Shape {
            sends: true,
            layers: vec![("l", 1), ("m", 2)],
            audio_slots: 3,
            video_slots: people.saturating_sub(1),
            decrypts: n < TIMED,
        };
        Self { shapes: (0..people).map(person).collect(), tile: 180 }
    }

    /// What a participant publishes.
    pub(crate) fn publishing(&self, index: usize) -> Publishing {
        let sends = self.shapes.get(index).is_some_and(|shape| shape.sends);
        Publishing { microphone: sends, camera: sends, ..Publishing::default() }
    }

    /// What a participant looks at: all who send, as far as the slots go.
    pub(crate) fn wishes(&self, client: &Client, people: &[ParticipantId]) -> Vec<Wish> {
        let senders = people.iter().enumerate().filter(|(n, _)| *n != client.index && self.publishing(*n).camera);
        let wish = |(slot, (_, participant)): (&str0m::media::Mid, (usize, &ParticipantId))| Wish {
            slot: slot.to_string(),
            track: TrackId { participant: participant.clone(), source: Source::Camera },
            max_height: self.tile,
            priority: 1,
        };
        client.video_slots.iter().zip(senders).map(wish).collect()
    }
}
