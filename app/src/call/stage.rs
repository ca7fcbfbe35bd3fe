//! Who is seen where: the grid and its pages, the speaker's view, pins and shared screens.

use domain::ParticipantId;
use domain::wire::Source;
use domain::wire::TrackId;

use super::layout;
use super::layout::Rect;
use super::layout::Size;

/// How the person wants to see the room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Everybody alike.
    #[default]
    Grid,
    /// Whoever speaks, large.
    Speaker,
}

/// Why a tile is there; a later one goes first when not everything can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// One of many.
    Tile,
    /// The large tile of whoever speaks.
    Speaker,
    /// The large tile that this person chose.
    Pinned,
    /// A shared screen.
    Screen,
}

/// What there is to see.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Everybody, this person first, in the order of coming in.
    pub people: Vec<ParticipantId>,
    /// Who shares a screen.
    pub screens: Vec<ParticipantId>,
    /// How to show them.
    pub view: View,
    /// What this person pinned.
    pub pinned: Option<TrackId>,
    /// Whom the room listens to.
    pub speaker: Option<ParticipantId>,
    /// The page, counted from zero.
    pub page: usize,
    /// The room for tiles.
    pub stage: Size,
}

/// One tile.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    /// Who or which screen.
    pub track: TrackId,
    /// Where.
    pub place: Rect,
    /// Why.
    pub rank: Rank,
}

/// All tiles of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arranged {
    /// The tiles, in the order in which they are read.
    pub tiles: Vec<Tile>,
    /// The page shown; may be less than asked for after people left.
    pub page: usize,
    /// How many pages there are, at least one.
    pub pages: usize,
}

/// Lays the scene out.
pub fn arrange(scene: &Scene) -> Arranged {
    match large(scene) {
        Some((track, rank)) => around(scene, track, rank),
        None => tiled(scene),
    }
}

/// The order of people in which whoever speaks is on the first page: they change places with its last one.
pub fn bring_forward(people: &mut [ParticipantId], speaker: &ParticipantId, first_page: usize) {
    let Some(at) = people.iter().position(|id| id == speaker) else { return };
    if at >= first_page && first_page > 1 {
        people.swap(at, first_page - 1);
    }
}

fn camera(participant: &ParticipantId) -> TrackId {
    TrackId { participant: participant.clone(), source: Source::Camera }
}

fn screen(participant: &ParticipantId) -> TrackId {
    TrackId { participant: participant.clone(), source: Source::Screen }
}

/// What is shown large, if anything: the pin, else a shared screen, else the speaker.
fn large(scene: &Scene) -> Option<(TrackId, Rank)> {
    let there = |track: &&TrackId| match track.source {
        Source::Screen => scene.screens.contains(&track.participant),
        Source::Camera => scene.people.contains(&track.participant),
        Source::Microphone | Source::ScreenAudio => false,
    };
    if let Some(pinned) = scene.pinned.as_ref().filter(there) {
        let rank = if pinned.source == Source::Screen { Rank::Screen } else { Rank::Pinned };
        return Some((pinned.clone(), rank));
    }
    if let Some(sharer) = scene.screens.last() {
        return Some((screen(sharer), Rank::Screen));
    }
    // Nobody wants to look at themselves speaking: the first other person stays instead.
    let others = scene.people.get(1..).unwrap_or_default();
    let speaker = scene.speaker.as_ref().filter(|id| others.contains(id)).or(others.first());
    speaker.filter(|_| scene.view == View::Speaker).map(|id| (camera(id), Rank::Speaker))
}

fn around(scene: &Scene, track: TrackId, rank: Rank) -> Arranged {
    let screens = scene.screens.iter().map(|id| (screen(id), Rank::Screen));
    let people = scene.people.iter().map(|id| (camera(id), Rank::Tile));
    let rest: Vec<(TrackId, Rank)> = screens.chain(people).filter(|(other, _)| *other != track).collect();
    let (page, pages, range) = paged(rest.len(), layout::strip_capacity(scene.stage), scene.page);
    let view = layout::beside(range.len(), scene.stage);
    let large = Tile { track, place: view.main, rank };
    let small = rest.into_iter().skip(range.start).zip(view.strip);
    let small = small.map(|((track, rank), place)| Tile { track, place, rank });
    Arranged { tiles: std::iter::once(large).chain(small).collect(), page, pages }
}

fn tiled(scene: &Scene) -> Arranged {
    let (page, pages, range) = paged(scene.people.len(), layout::capacity(scene.stage), scene.page);
    let places = layout::grid(range.len(), scene.stage);
    let people = scene.people.iter().skip(range.start).zip(places);
    let tiles = people.map(|(id, place)| Tile { track: camera(id), place, rank: Rank::Tile }).collect();
    Arranged { tiles, page, pages }
}

/// The page that exists, how many there are, and which of `count` are on it. Pages are filled evenly, so that
/// the last one does not show a single giant.
fn paged(count: usize, capacity: usize, wanted: usize) -> (usize, usize, std::ops::Range<usize>) {
    let pages = count.div_ceil(capacity.max(1)).max(1);
    let each = count.div_ceil(pages).max(1);
    let page = wanted.min(pages - 1);
    let start = (page * each).min(count);
    (page, pages, start..(start + each).min(count))
}

#[cfg(test)]
mod tests {
    use domain::id::ENTROPY;

    use super::*;

    fn person(n: u8) -> ParticipantId {
        ParticipantId::from_entropy([n; ENTROPY])
    }

    fn scene(count: u8) -> Scene {
        Scene {
            people: (0..count).map(person).collect(),
            stage: Size { width: 1440.0, height: 800.0 },
            ..Scene::default()
        }
    }

    fn tracks(arranged: &Arranged) -> Vec<TrackId> {
        arranged.tiles.iter().map(|tile| tile.track.clone()).collect()
    }

    #[test]
    fn a_grid_shows_everybody_up_to_49_on_one_page() {
        for count in 1..=49 {
            let all = arrange(&scene(count));
            assert_eq!((all.pages, all.tiles.len()), (1, usize::from(count)));
            assert!(all.tiles.iter().all(|tile| tile.rank == Rank::Tile));
        }
    }

    #[test]
    fn more_people_than_places_turn_into_even_pages_that_show_each_once() {
        let mut scene = scene(100);
        let mut seen = Vec::new();
        for page in 0..3 {
            scene.page = page;
            let arranged = arrange(&scene);
            assert_eq!((arranged.page, arranged.pages), (page, 3));
            assert!((32..=34).contains(&arranged.tiles.len()));
            seen.extend(tracks(&arranged));
        }
        assert_eq!(seen, scene.people.iter().map(camera).collect::<Vec<_>>());
        scene.people.truncate(3);
        assert_eq!(arrange(&scene).page, 0, "people left, and the page with them");
    }

    #[test]
    fn a_shared_screen_is_large_beside_the_people() {
        let mut scene = scene(4);
        scene.screens = vec![person(2)];
        let arranged = arrange(&scene);
        assert_eq!(arranged.tiles[0].track, screen(&person(2)));
        assert_eq!(arranged.tiles[0].rank, Rank::Screen);
        assert_eq!(arranged.tiles.len(), 5);
    }

    #[test]
    fn a_pin_goes_before_a_screen_which_stays_in_the_strip() {
        let mut scene = scene(4);
        scene.screens = vec![person(2)];
        scene.pinned = Some(camera(&person(3)));
        let arranged = arrange(&scene);
        assert_eq!((&arranged.tiles[0].track, arranged.tiles[0].rank), (&camera(&person(3)), Rank::Pinned));
        assert_eq!((&arranged.tiles[1].track, arranged.tiles[1].rank), (&screen(&person(2)), Rank::Screen));
        scene.pinned = Some(camera(&person(9)));
        assert_eq!(arrange(&scene).tiles[0].rank, Rank::Screen, "whoever was pinned has left");
    }

    #[test]
    fn the_speakers_view_follows_the_speaker_but_never_oneself() {
        let mut scene = Scene { view: View::Speaker, speaker: Some(person(2)), ..scene(4) };
        assert_eq!(arrange(&scene).tiles[0].track, camera(&person(2)));
        scene.speaker = Some(person(0));
        assert_eq!(arrange(&scene).tiles[0].track, camera(&person(1)));
        scene.people.truncate(1);
        assert_eq!(arrange(&scene).tiles[0].rank, Rank::Tile, "alone there is nobody to enlarge");
    }

    #[test]
    fn whoever_speaks_comes_to_the_first_page() {
        let mut people: Vec<_> = (0..10).map(person).collect();
        bring_forward(&mut people, &person(8), 4);
        assert_eq!(people[3], person(8));
        assert_eq!(people[8], person(3));
        let before = people.clone();
        bring_forward(&mut people, &person(1), 4);
        bring_forward(&mut people, &person(99), 4);
        assert_eq!(people, before);
    }
}
