//! What follows from what happened in a conference.

use domain::wire::Source;

use crate::layers::Layer;
use crate::share::Demand;
use crate::verbs::Event;
use crate::verbs::SeatKey;

/// What the conference wants done.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    pub(crate) tells: Vec<(SeatKey, Event)>,
    pub(crate) keyframes: Vec<(SeatKey, Source, Layer)>,
    /// What a receiver is given, and what it would take.
    pub(crate) demands: Vec<(SeatKey, Demand)>,
}

impl Effects {
    /// Has a client asked for keyframes, and told which layers are looked at.
    pub(super) fn ask(
        &mut self,
        seat: SeatKey,
        source: Source,
        keyframes: impl Iterator<Item = Layer>,
        layers: Option<Vec<Layer>>,
    ) {
        self.keyframes.extend(keyframes.map(|layer| (seat, source, layer)));
        if let Some(layers) = layers {
            let layers = layers.into_iter().map(|layer| layer.rid().to_string()).collect();
            self.tells.push((seat, Event::Send { source, layers }));
        }
    }
}
