//! The other parts of the conference that a track goes to.

use super::Layer;
use super::Track;
use crate::relay::UnitKey;

/// What another part is sent of a track.
#[derive(Debug)]
pub(super) struct Other {
    unit: UnitKey,
    /// The layers that it takes: all, until it says otherwise, as a browser sends all until it is told.
    takes: [bool; 3],
    /// The layers of which it was told that they come.
    told: [bool; 3],
}

impl Other {
    pub(super) fn takes(&self, layer: Layer) -> bool {
        let [low, middle, high] = self.takes;
        match layer {
            Layer::Low => low,
            Layer::Middle => middle,
            Layer::High => high,
        }
    }
}

impl Track {
    /// From here on the track goes to the part of this unit too.
    pub(crate) fn link(&mut self, unit: UnitKey) {
        if self.others.iter().all(|other| other.unit != unit) {
            self.others.push(Other { unit, takes: [true; 3], told: [false; 3] });
        }
    }

    /// There is no such part any more.
    pub(crate) fn unlink(&mut self, unit: UnitKey) {
        self.others.retain(|other| other.unit != unit);
    }

    /// That part takes these layers.
    pub(crate) fn take_only(&mut self, unit: UnitKey, layers: &[Layer]) {
        if let Some(other) = self.others.iter_mut().find(|other| other.unit == unit) {
            other.takes = Layer::ALL.map(|layer| layers.contains(&layer));
        }
    }

    /// The units whose parts take a layer.
    pub(crate) fn takers(&self, layer: Layer) -> impl Iterator<Item = UnitKey> {
        self.others.iter().filter(move |other| other.takes(layer)).map(|other| other.unit)
    }

    /// What has changed of the layers that come, for each other part.
    pub(crate) fn arrivals(&mut self) -> Vec<(UnitKey, Layer, bool)> {
        let arriving = Layer::ALL.map(|layer| self.state(layer).arriving);
        let mut news = Vec::new();
        for other in &mut self.others {
            for (((layer, arrives), takes), told) in
                Layer::ALL.into_iter().zip(arriving).zip(other.takes).zip(&mut other.told)
            {
                if std::mem::replace(told, arrives && takes) != *told {
                    news.push((other.unit, layer, *told));
                }
            }
        }
        news
    }

    /// Another part cannot go on without a keyframe of this layer.
    pub(crate) fn want_keyframe_of(&mut self, layer: Layer) {
        let state = self.layer(layer);
        if state.arriving {
            state.gate.want();
        }
    }
}
