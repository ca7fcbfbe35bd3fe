//! Which simulcast layer suits a tile.

use str0m::media::Rid;

/// A layer of a picture, from the smallest on. A track without simulcast has `High` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Layer {
    Low,
    Middle,
    High,
}

impl Layer {
    pub(crate) const ALL: [Self; 3] = [Self::Low, Self::Middle, Self::High];

    /// The layer behind a rid: `l`, `m`, `h`; no rid means no simulcast.
    pub(crate) fn of(rid: Option<Rid>) -> Option<Self> {
        let Some(rid) = rid else { return Some(Self::High) };
        // Compared as bytes: a rid may hold any octets, and reading it as text asserts that it is ASCII.
        Self::ALL.into_iter().find(|layer| layer.rid() == rid)
    }

    pub(crate) fn rid(self) -> Rid {
        Rid::from(match self {
            Self::Low => "l",
            Self::Middle => "m",
            Self::High => "h",
        })
    }

    /// What the layer is taken to cost before it was measured, in bits per second.
    pub(crate) fn usual_rate(self) -> u64 {
        match self {
            Self::Low => 150_000,
            Self::Middle => 500_000,
            Self::High => 1_500_000,
        }
    }

    /// The tallest tile, in device pixels, that this layer fills well: a quarter more than its own height of
    /// 180 or 360 lines, for that is not seen, and the next layer costs three to four times the bandwidth.
    fn fills(self) -> u16 {
        match self {
            Self::Low => 225,
            Self::Middle => 450,
            Self::High => u16::MAX,
        }
    }
}

/// The layer for a tile of `max_height` among those that really arrive: the smallest that fills it, else the
/// next smaller one, else whatever there is.
pub(crate) fn choose(max_height: u16, arrives: impl Fn(Layer) -> bool) -> Option<Layer> {
    let ideal = Layer::ALL.into_iter().find(|l| l.fills() >= max_height).unwrap_or(Layer::High);
    let not_above = Layer::ALL.into_iter().rev().filter(|l| *l <= ideal);
    let above = Layer::ALL.into_iter().filter(|l| *l > ideal);
    not_above.chain(above).find(|l| arrives(*l))
}

/// How much of a track may flow to one receiver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Whatever suits.
    #[default]
    Free,
    /// No layer larger than this.
    UpTo(Layer),
    /// Nothing: not even the smallest fits.
    Paused,
}

impl Limit {
    pub(crate) fn allows(self, layer: Layer) -> bool {
        match self {
            Self::Free => true,
            Self::UpTo(largest) => layer <= largest,
            Self::Paused => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(max_height: u16, arriving: &[Layer], want: Option<Layer>) {
        assert_eq!(choose(max_height, |l| arriving.contains(&l)), want, "{max_height} of {arriving:?}");
    }

    #[test]
    fn the_smallest_layer_that_fills_the_tile_is_chosen() {
        let all = Layer::ALL;
        check(0, &all, Some(Layer::Low));
        check(180, &all, Some(Layer::Low));
        check(225, &all, Some(Layer::Low));
        check(226, &all, Some(Layer::Middle));
        check(450, &all, Some(Layer::Middle));
        check(720, &all, Some(Layer::High));
        check(u16::MAX, &all, Some(Layer::High));
    }

    #[test]
    fn what_does_not_arrive_is_replaced_by_the_next_smaller_or_anything() {
        check(720, &[Layer::Low, Layer::Middle], Some(Layer::Middle));
        check(720, &[Layer::Low], Some(Layer::Low));
        check(180, &[Layer::Middle, Layer::High], Some(Layer::Middle));
        check(180, &[Layer::High], Some(Layer::High));
        check(360, &[], None);
    }
}
