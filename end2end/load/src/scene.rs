//! The scenes that are measured: a webinar, a meeting where everybody is seen; and a crowd for others to see.

use std::path::Path;

use anyhow::Context;
use anyhow::ensure;

use crate::client::PLAIN;
use crate::client::Shape;
use crate::film::Film;

/// Packets per picture of a camera of 1.2 Mbit/s, and of the small one of a meeting in which everybody is seen.
const LARGE: usize = 5;
const SMALL: usize = 1;

/// How tall a webinar is watched, and a meeting in which everybody is seen.
pub(crate) const WEBINAR_TILE: u16 = 720;
pub(crate) const MEETING_TILE: u16 = 180;

/// Somebody with a camera of 1.2 Mbit/s and a voice.
pub(crate) fn speaker(room: usize) -> Shape {
    let person = room;
    Shape { sends: true, room, person, layers: vec![("h", LARGE)], ..nobody(format!("Speaker {}", room + 1)) }
}

/// Somebody who watches one camera and hears a voice.
pub(crate) fn listener(number: usize, room: usize, reads: bool) -> Shape {
    let person = usize::MAX - number;
    let name = format!("Listener {}", number + 1);
    Shape { room, person, audio_slots: 1, video_slots: 1, decrypts: reads, ..nobody(name) }
}

/// One speaker, watched and heard by all others; so many of them decrypt, time and report on all that they get.
pub(crate) fn webinar(receivers: usize, read: usize) -> Vec<Shape> {
    let listeners = (0..receivers).map(|n| listener(n, 0, n < read));
    std::iter::once(speaker(0)).chain(listeners).collect()
}

/// Everybody sends a small camera in two layers and a voice, sees everybody else small and hears everybody else: with
/// as many audio slots as voices, nobody is chosen.
pub(crate) fn meeting(people: usize) -> Vec<Shape> {
    let others = people.saturating_sub(1);
    let layers = || vec![("l", SMALL), ("m", 2 * SMALL)];
    let person = |n: usize| Shape {
        sends: true,
        person: n,
        layers: layers(),
        audio_slots: others,
        video_slots: others,
        decrypts: true,
        ..nobody(format!("Load {}", n + 1))
    };
    (0..people).map(person).collect()
}

/// Somebody of a meeting in which people come and go: sends a small camera and a voice, and sees a page of nine.
pub(crate) fn visitor(number: usize) -> Shape {
    Shape {
        sends: true,
        person: number,
        layers: vec![("l", SMALL), ("m", 2 * SMALL)],
        audio_slots: 3,
        video_slots: 9,
        decrypts: true,
        ..nobody(format!("Visitor {}", number + 1))
    }
}

/// The same people for a server that has a connection for each direction and forwards what it gets: the camera is
/// sent without layers, as the one that is watched.
pub(crate) fn apart(shapes: Vec<Shape>) -> Vec<Shape> {
    let plain = |layers: &[(&str, usize)]| layers.first().map(|(_, packets)| (PLAIN, *packets)).into_iter().collect();
    let (mut sending, mut watching) = (Vec::new(), Vec::new());
    for shape in shapes {
        if shape.sends {
            let layers = plain(&shape.layers);
            sending.push(Shape { layers, audio_slots: 0, video_slots: 0, decrypts: true, ..shape.clone() });
        }
        if shape.video_slots > 0 {
            watching.push(Shape { sends: false, layers: vec![], audio_slots: 0, video_slots: 0, ..shape });
        }
    }
    sending.into_iter().chain(watching).collect()
}

/// Somebody for every film in a folder, under the film's name, with the microphone off; they look at nothing.
pub(crate) fn crowd(folder: &Path) -> anyhow::Result<Vec<Shape>> {
    let mut shapes = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ivf") {
            let name = path.file_stem().and_then(|stem| stem.to_str()).context("a film without a name")?.to_owned();
            let film = Some(Film::open(&path)?);
            shapes.push(Shape { sends: true, film, layers: vec![("h", 1)], ..nobody(name) });
        }
    }
    ensure!(!shapes.is_empty(), "there is no film (*.ivf) in {}", folder.display());
    shapes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(shapes)
}

/// Somebody who neither sends nor receives.
fn nobody(name: String) -> Shape {
    Shape {
        name,
        person: 0,
        room: 0,
        sends: false,
        film: None,
        layers: Vec::new(),
        audio_slots: 0,
        video_slots: 0,
        decrypts: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apart_everybody_who_sends_and_watches_is_two_connections_of_one_person() {
        let shapes = apart(meeting(3));
        let sides: Vec<(usize, bool)> = shapes.iter().map(|shape| (shape.person, shape.sends)).collect();
        assert_eq!(sides, [(0, true), (1, true), (2, true), (0, false), (1, false), (2, false)]);
        assert_eq!(shapes.iter().filter(|shape| shape.is_offered_to()).count(), 3);
        assert_eq!(apart(webinar(4, 0)).len(), 5, "who only watches is one");
    }
}
