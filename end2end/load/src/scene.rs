//! The two scenes that are measured, a webinar and a meeting where everybody is seen; and a crowd for others to see.

use std::path::Path;

use anyhow::Context;
use anyhow::ensure;
use domain::ParticipantId;
use domain::wire::Publishing;
use domain::wire::Source;
use domain::wire::TrackId;
use domain::wire::Wish;

use crate::client::Client;
use crate::client::Shape;
use crate::film::Film;

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
        let speaker = Shape { sends: true, layers: vec![("h", 5)], audio_slots: 1, video_slots: 1, ..nobody(0) };
        let listener = |n| Shape { audio_slots: 3, video_slots: 1, decrypts: n < TIMED, ..nobody(n + 1) };
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
            ..nobody(n)
        };
        Self { shapes: (0..people).map(person).collect(), tile: 180 }
    }

    /// Somebody for every film in a folder, under the film's name, with the microphone off; they look at nothing.
    pub(crate) fn crowd(folder: &Path) -> anyhow::Result<Self> {
        let mut shapes = Vec::new();
        for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "ivf") {
                let name = path.file_stem().and_then(|stem| stem.to_str()).context("a film without a name")?.to_owned();
                let film = Some(Film::open(&path)?);
                shapes.push(Shape { name, sends: true, film, layers: vec![("h", 1)], ..nobody(0) });
            }
        }
        ensure!(!shapes.is_empty(), "there is no film (*.ivf) in {}", folder.display());
        shapes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { shapes, tile: 0 })
    }

    /// What a participant publishes.
    pub(crate) fn publishing(&self, index: usize) -> Publishing {
        let Some(shape) = self.shapes.get(index) else { return Publishing::default() };
        Publishing { microphone: shape.sends && shape.film.is_none(), camera: shape.sends, ..Publishing::default() }
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

/// Somebody who neither sends nor receives.
fn nobody(index: usize) -> Shape {
    Shape {
        name: format!("Load {}", index + 1),
        sends: false,
        film: None,
        layers: Vec::new(),
        audio_slots: 0,
        video_slots: 0,
        decrypts: false,
    }
}
