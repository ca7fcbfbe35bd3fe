//! How a receiver's bandwidth is shared among the pictures that it wants.

use std::cmp::Reverse;

use crate::layers::Layer;

/// What an upwards switch must leave free, in percent of its cost: an estimate that moves a little moves no picture.
const MARGIN: u64 = 15;

/// A picture that is wanted on a slot.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) slot: usize,
    /// Higher goes first.
    pub(crate) priority: (bool, u8, u16),
    /// What each layer costs, from the smallest to the largest that suits the tile; layers that do not arrive are
    /// not among them.
    pub(crate) layers: Vec<(Layer, u64)>,
    /// What flows.
    pub(crate) current: Option<Layer>,
}

/// What becomes of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) slot: usize,
    /// The largest layer that may flow; `None` if none fits.
    pub(crate) limit: Option<Layer>,
}

/// What all grants together come to, and what must be there before every claim can be met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demand {
    pub(crate) granted: u64,
    pub(crate) wanted: u64,
}

/// Shares `budget` bits per second.
///
/// First everybody gets the smallest layer, the most wanted first; then the most wanted get larger ones. With
/// `may_rise` false no picture becomes larger than it is.
pub(crate) fn share(budget: u64, mut claims: Vec<Claim>, may_rise: bool) -> (Vec<Grant>, Demand) {
    claims.sort_by_key(Claim::turn);
    let mut left = budget;
    let mut grants: Vec<Grant> = Vec::with_capacity(claims.len());
    for claim in &claims {
        let first = claim.layers.first().filter(|(layer, cost)| claim.costs(*layer, *cost, may_rise, true) <= left);
        left = left.saturating_sub(first.map_or(0, |(_, cost)| *cost));
        grants.push(Grant { slot: claim.slot, limit: first.map(|(layer, _)| *layer) });
    }
    for (claim, grant) in claims.iter().zip(&mut grants) {
        let Some(smallest) = grant.limit else { continue };
        let paid = claim.cost(smallest);
        let larger = claim.layers.iter().rev().find(|(layer, cost)| {
            *layer > smallest && claim.costs(*layer, *cost, may_rise, false).saturating_sub(paid) <= left
        });
        if let Some((layer, cost)) = larger {
            left = left.saturating_sub(cost.saturating_sub(paid));
            grant.limit = Some(*layer);
        }
    }
    let granted = claims.iter().zip(&grants).filter_map(|(claim, grant)| grant.limit.map(|layer| claim.cost(layer)));
    let wanted = claims.iter().map(Claim::needs);
    let demand = Demand { granted: granted.sum(), wanted: wanted.sum() };
    (grants, demand)
}

/// What must be there for the most wanted picture to be seen at all.
pub(crate) fn least(claims: &[Claim]) -> u64 {
    let first = claims.iter().min_by_key(|claim| claim.turn());
    let smallest = first.and_then(|claim| Some((claim, claim.layers.first()?)));
    smallest.map_or(0, |(claim, (layer, cost))| claim.costs(*layer, *cost, true, true))
}

impl Claim {
    /// Sorts the most wanted first.
    fn turn(&self) -> (Reverse<(bool, u8, u16)>, usize) {
        (Reverse(self.priority), self.slot)
    }

    fn cost(&self, layer: Layer) -> u64 {
        self.layers.iter().find(|(l, _)| *l == layer).map_or(0, |(_, cost)| *cost)
    }

    /// What flows takes so much.
    pub(crate) fn flows(&self) -> u64 {
        self.current.map_or(0, |layer| self.cost(layer))
    }

    /// What must be there for its largest layer: without the room that a rise asks for, nobody would ever find out whether
    /// there is that much.
    fn needs(&self) -> u64 {
        self.layers.last().map_or(0, |(layer, cost)| self.costs(*layer, *cost, true, false))
    }

    /// What must be left for a layer: more than it costs, if it would be a rise.
    fn costs(&self, layer: Layer, cost: u64, may_rise: bool, smallest: bool) -> u64 {
        let rises = self.current.is_none_or(|current| layer > current);
        match (rises, may_rise || (smallest && self.current.is_none())) {
            (false, _) => cost,
            (true, true) => cost.saturating_mul(MARGIN.saturating_add(100)) / 100,
            (true, false) => u64::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [(Layer, u64); 3] = [(Layer::Low, 100), (Layer::Middle, 400), (Layer::High, 1500)];

    fn claim(slot: usize, priority: u8, layers: usize, current: Option<Layer>) -> Claim {
        Claim { slot, priority: (false, priority, 0), layers: ALL[..layers].to_vec(), current }
    }

    fn limits(budget: u64, claims: &[Claim], may_rise: bool) -> Vec<(usize, Option<Layer>)> {
        share(budget, claims.to_vec(), may_rise).0.into_iter().map(|grant| (grant.slot, grant.limit)).collect()
    }

    #[test]
    fn everybody_gets_something_before_anybody_gets_more() {
        let claims = [claim(0, 10, 3, None), claim(1, 20, 3, None), claim(2, 10, 3, None)];
        assert_eq!(limits(9000, &claims, true), [1, 0, 2].map(|slot| (slot, Some(Layer::High))));
        let low = Some(Layer::Low);
        assert_eq!(limits(700, &claims, true), [(1, Some(Layer::Middle)), (0, low), (2, low)]);
        assert_eq!(limits(350, &claims, true), [(1, low), (0, low), (2, low)]);
        assert_eq!(limits(220, &claims, true), [(1, low), (0, low), (2, None)]);
        assert_eq!(limits(50, &claims, true), [(1, None), (0, None), (2, None)]);
    }

    #[test]
    fn what_flows_stays_while_it_fits_and_rises_only_with_room_to_spare() {
        let middle = Some(Layer::Middle);
        assert_eq!(limits(400, &[claim(0, 1, 3, middle)], true), [(0, middle)]);
        assert_eq!(limits(399, &[claim(0, 1, 3, middle)], true), [(0, Some(Layer::Low))]);
        assert_eq!(limits(1600, &[claim(0, 1, 3, middle)], true), [(0, middle)], "it costs 1500, and must leave some");
        assert_eq!(limits(1800, &[claim(0, 1, 3, middle)], true), [(0, Some(Layer::High))]);
        assert_eq!(limits(1800, &[claim(0, 1, 3, middle)], false), [(0, middle)]);
        assert_eq!(limits(1800, &[claim(0, 1, 3, None)], false), [(0, Some(Layer::Low))], "a newcomer is seen at once");
    }

    #[test]
    fn the_least_is_what_the_most_wanted_picture_begins_with() {
        let claims = [claim(2, 1, 3, None), claim(0, 1, 3, None), claim(1, 0, 3, None)];
        let budget = least(&claims);
        assert_eq!(limits(budget, &claims, true), [(0, Some(Layer::Low)), (2, None), (1, None)]);
        assert_eq!(least(&[]), 0);
    }

    #[test]
    fn what_is_wanted_is_what_the_tiles_would_take() {
        let (_, demand) = share(600, vec![claim(0, 1, 2, Some(Layer::Middle)), claim(1, 1, 3, None)], true);
        assert_eq!(demand, Demand { granted: 500, wanted: 400 + 1725 });
    }

    proptest! {
        #[test]
        fn nothing_is_given_that_is_not_there(
            budget in 0_u64..10_000, sizes in prop::collection::vec((0_usize..4, 0_u8..4, 0_usize..4), 0..20),
        ) {
            let current = [None, Some(Layer::Low), Some(Layer::Middle), Some(Layer::High)];
            let claims: Vec<Claim> =
                sizes.iter().enumerate().map(|(slot, (layers, p, c))| claim(slot, *p, *layers, current[*c])).collect();
            let (grants, demand) = share(budget, claims.clone(), true);
            prop_assert_eq!(grants.len(), sizes.len());
            prop_assert!(demand.granted <= budget && demand.granted <= demand.wanted);
            let (grants, _) = share(demand.wanted, claims.clone(), true);
            for grant in grants {
                let largest = claims[grant.slot].layers.last().map(|(layer, _)| *layer);
                prop_assert_eq!(grant.limit, largest, "with all that is wanted there, nobody goes short");
            }
        }
    }
}
