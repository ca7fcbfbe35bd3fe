//! What is kept in an order, in little code.
//!
//! The standard library's stable sort is made for millions of items, and compiled for each type anew: four kilobytes of
//! what everybody downloads who comes to a meeting. `BTreeMap`'s `collect` contains it, too. In a call there are few of
//! everything, so an item is put where it belongs as it comes.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The items in the order of `compare`, and in the order of coming where they are alike, as `slice::sort_by` has them.
///
/// For thousands of items at most: each moves those behind it.
pub fn sorted_by<T>(items: impl IntoIterator<Item = T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let mut sorted = Vec::new();
    for item in items {
        let at = sorted.partition_point(|before| compare(before, &item) != Ordering::Greater);
        sorted.insert(at, item);
    }
    sorted
}

/// The map of these pairs; of those with the same key the last, as `collect` has it.
pub fn map_of<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(pairs);
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the keys say, each beside its place.
    fn placed(keys: impl Iterator<Item = u32>) -> Vec<(u32, usize)> {
        keys.enumerate().map(|(at, key)| (key, at)).collect()
    }

    fn check(items: Vec<(u32, usize)>) {
        let mut wanted = items.clone();
        wanted.sort_by_key(|(key, _)| *key);
        assert_eq!(sorted_by(items.clone(), |a, b| a.0.cmp(&b.0)), wanted, "{items:?}");
    }

    #[test]
    fn every_short_list_is_sorted_as_the_standard_library_does_it() {
        for length in 0..=6 {
            for number in 0..3_u32.pow(length) {
                check(placed((0..length).map(|digit| number / 3_u32.pow(digit) % 3)));
            }
        }
    }

    #[test]
    fn so_are_long_ones() {
        check(placed((0..2_000).map(|n| n * 7_919 % 101)));
        check(placed((0..2_000).rev()));
    }

    #[test]
    fn a_map_is_what_it_is_when_it_is_collected() {
        let pairs = placed((0..200).map(|n| n * 7_919 % 101));
        assert_eq!(map_of(pairs.clone()), pairs.into_iter().collect::<BTreeMap<_, _>>());
    }
}
