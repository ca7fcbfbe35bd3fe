//! What this client asks to be sent: which tile's track on which slot, how large, how urgent.

use std::collections::BTreeMap;

use domain::wire::MAX_WISHES;
use domain::wire::TrackId;
use domain::wire::Wish;

use super::order::map_of;
use super::order::sorted_by;
use super::stage::Rank;
use super::stage::Tile;

/// Which track was asked for on which slot.
pub type Assignment = BTreeMap<String, TrackId>;

/// Heights that are asked for: a wish changes when a tile passes one of them, not with every pixel.
const STEPS: [u16; 8] = [90, 135, 180, 270, 360, 540, 720, 1080];

/// The wishes for `tiles`, of which `sent` says whether there is a picture to ask for.
///
/// A track stays on the slot that it has in `before`, so that its picture never blinks. When slots are short,
/// the highest ranks and the largest tiles get them. `density` is device pixels per CSS pixel.
pub fn wishes(
    tiles: &[Tile],
    sent: impl Fn(&TrackId) -> bool,
    slots: &[String],
    before: &Assignment,
    density: f64,
) -> Vec<Wish> {
    let wanted = tiles.iter().filter(|tile| sent(&tile.track));
    let area = |tile: &Tile| tile.place.width * tile.place.height;
    let mut wanted = sorted_by(wanted, |a, b| b.rank.cmp(&a.rank).then(area(b).total_cmp(&area(a))));
    wanted.truncate(slots.len().min(MAX_WISHES));

    let kept = |tile: &Tile| slots.iter().find(|slot| before.get(*slot) == Some(&tile.track));
    let taken: Vec<&String> = wanted.iter().filter_map(|tile| kept(tile)).collect();
    let mut free = slots.iter().filter(|slot| !taken.contains(slot));
    wanted
        .iter()
        .filter_map(|tile| {
            let slot = kept(tile).or_else(|| free.next())?;
            Some(Wish {
                slot: slot.clone(),
                track: tile.track.clone(),
                max_height: step(tile.place.height * density),
                priority: priority(tile.rank),
            })
        })
        .collect()
}

/// What the wishes put where.
pub fn assignment(wishes: &[Wish]) -> Assignment {
    map_of(wishes.iter().map(|wish| (wish.slot.clone(), wish.track.clone())))
}

/// How many video slots a page of `tiles` needs, in steps, so that each newcomer does not cost an offer.
pub fn slots_for(tiles: usize) -> usize {
    [9, 16, 25, 36].into_iter().find(|step| tiles <= *step).unwrap_or(49)
}

fn step(height: f64) -> u16 {
    STEPS.into_iter().find(|step| height <= f64::from(*step)).unwrap_or(2160)
}

fn priority(rank: Rank) -> u8 {
    match rank {
        Rank::Tile => 10,
        Rank::Speaker => 20,
        Rank::Pinned => 30,
        Rank::Screen => 40,
    }
}

#[cfg(test)]
mod tests {
    use domain::ParticipantId;
    use domain::id::ENTROPY;
    use domain::wire::Source;

    use super::*;
    use crate::call::layout::Rect;

    fn track(n: u8) -> TrackId {
        TrackId { participant: ParticipantId::from_entropy([n; ENTROPY]), source: Source::Camera }
    }

    fn tile(n: u8, height: f64, rank: Rank) -> Tile {
        Tile { track: track(n), place: Rect { x: 0.0, y: 0.0, width: height * 1.78, height }, rank }
    }

    fn slots(count: usize) -> Vec<String> {
        (0..count).map(|n| (n + 4).to_string()).collect()
    }

    fn on(wishes: &[Wish]) -> Vec<(&str, &TrackId)> {
        wishes.iter().map(|wish| (wish.slot.as_str(), &wish.track)).collect()
    }

    #[test]
    fn a_track_stays_on_its_slot_when_others_come_and_go() {
        let slots = slots(4);
        let first = wishes(
            &[tile(1, 200.0, Rank::Tile), tile(2, 200.0, Rank::Tile), tile(3, 200.0, Rank::Tile)],
            |_| true,
            &slots,
            &Assignment::new(),
            1.0,
        );
        assert_eq!(on(&first), [("4", &track(1)), ("5", &track(2)), ("6", &track(3))]);
        let second = wishes(
            &[tile(4, 200.0, Rank::Tile), tile(3, 200.0, Rank::Tile), tile(2, 400.0, Rank::Pinned)],
            |_| true,
            &slots,
            &assignment(&first),
            1.0,
        );
        assert_eq!(on(&second), [("5", &track(2)), ("4", &track(4)), ("6", &track(3))]);
    }

    #[test]
    fn slots_go_to_screens_pins_speakers_and_then_the_largest() {
        let tiles = [
            tile(1, 100.0, Rank::Tile),
            tile(2, 200.0, Rank::Tile),
            tile(3, 50.0, Rank::Speaker),
            tile(4, 50.0, Rank::Screen),
            tile(5, 50.0, Rank::Pinned),
        ];
        let got = wishes(&tiles, |_| true, &slots(4), &Assignment::new(), 1.0);
        let order: Vec<_> = got.iter().map(|wish| wish.track.clone()).collect();
        assert_eq!(order, [track(4), track(5), track(3), track(2)]);
        assert!(got.is_sorted_by(|a, b| a.priority >= b.priority));
    }

    #[test]
    fn nothing_is_asked_of_whoever_sends_nothing() {
        let tiles = [tile(1, 100.0, Rank::Tile), tile(2, 100.0, Rank::Tile)];
        let got = wishes(&tiles, |id| *id == track(2), &slots(9), &Assignment::new(), 1.0);
        assert_eq!(on(&got), [("4", &track(2))]);
        assert!(wishes(&tiles, |_| true, &[], &Assignment::new(), 1.0).is_empty());
    }

    #[test]
    fn heights_are_device_pixels_in_steps() {
        let height = |css: f64, density: f64| {
            wishes(&[tile(1, css, Rank::Tile)], |_| true, &slots(1), &Assignment::new(), density)[0].max_height
        };
        assert_eq!((height(170.0, 1.0), height(171.0, 1.0), height(170.0, 2.0)), (180, 180, 360));
        assert_eq!(height(2000.0, 2.0), 2160);
    }

    #[test]
    fn slots_grow_in_steps() {
        assert_eq!([1, 9, 10, 25, 37, 49].map(slots_for), [9, 9, 16, 25, 49, 49]);
    }
}
