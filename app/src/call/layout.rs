//! Where the tiles lie: the largest tiling of a window, in whole pixels.

/// Between tiles, and at the edge of the stage, in CSS pixels.
pub const GAP: f64 = 8.0;
/// The most tiles of one page.
pub const MOST: usize = 49;

/// Width and height in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// A place on the stage, in CSS pixels from its top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// The shape that tiles of a window like to have, and how far they may leave it to fill the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Width by height that shows a camera's picture best.
    pub best: f64,
    /// The narrowest.
    pub narrowest: f64,
    /// The widest.
    pub widest: f64,
    /// The smallest width of a tile, in CSS pixels, that still shows a person.
    pub least_width: f64,
}

impl Shape {
    /// 16:9 in a window, 4:5 on a phone held upright.
    pub fn of(stage: Size) -> Self {
        if stage.width < 600.0 && stage.height > stage.width {
            Self { best: 0.8, narrowest: 0.5, widest: 1.78, least_width: 104.0 }
        } else {
            Self { best: 16.0 / 9.0, narrowest: 0.78, widest: 2.2, least_width: 136.0 }
        }
    }
}

/// How many tiles a stage can hold so that each still shows a person; at least one, at most [`MOST`].
pub fn capacity(stage: Size) -> usize {
    let shape = Shape::of(stage);
    let least_height = shape.least_width / shape.best;
    let fit = |room: f64, least: f64| ((room - GAP) / (least + GAP)).floor().clamp(1.0, MOST as f64) as usize;
    (fit(stage.width, shape.least_width) * fit(stage.height, least_height)).min(MOST)
}

/// The tiles of a grid of `count`, row by row; the last row is centred.
///
/// Columns are chosen so that the best-shaped picture in a tile is largest; then all tiles grow alike until
/// the stage is full or the shape's limits are met.
pub fn grid(count: usize, stage: Size) -> Vec<Rect> {
    if count == 0 || stage.width <= 2.0 * GAP || stage.height <= 2.0 * GAP {
        return Vec::new();
    }
    let shape = Shape::of(stage);
    let columns = (1..=count)
        .max_by(|a, b| picture(cell(count, *a, stage), shape).total_cmp(&picture(cell(count, *b, stage), shape)))
        .unwrap_or(1);
    place(count, columns, shape, stage)
}

fn cell(count: usize, columns: usize, stage: Size) -> Size {
    let rows = count.div_ceil(columns);
    let share = |room: f64, parts: usize| ((room - GAP) / parts as f64 - GAP).max(1.0);
    Size { width: share(stage.width, columns), height: share(stage.height, rows) }
}

/// The area of the best-shaped picture that fits into a cell.
fn picture(cell: Size, shape: Shape) -> f64 {
    let width = cell.width.min(cell.height * shape.best);
    width * width / shape.best
}

fn place(count: usize, columns: usize, shape: Shape, stage: Size) -> Vec<Rect> {
    let cell = cell(count, columns, stage);
    let width = cell.width.min(cell.height * shape.widest).floor();
    let height = cell.height.min(cell.width / shape.narrowest).floor();
    let rows = count.div_ceil(columns);
    let span = |parts: usize, part: f64| parts as f64 * (part + GAP) - GAP;
    let top = ((stage.height - span(rows, height)) / 2.0).floor();
    (0..count)
        .map(|index| {
            let (row, column) = (index / columns, index % columns);
            let in_row = if row + 1 == rows { count - row * columns } else { columns };
            let left = ((stage.width - span(in_row, width)) / 2.0).floor();
            Rect { x: left + column as f64 * (width + GAP), y: top + row as f64 * (height + GAP), width, height }
        })
        .collect()
}

/// One large tile and a strip of small ones beside it (below it, when the stage is upright).
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// The large tile.
    pub main: Rect,
    /// The small ones.
    pub strip: Vec<Rect>,
}

/// How many small tiles fit beside a large one.
pub fn strip_capacity(stage: Size) -> usize {
    let strip = strip_of(stage);
    let fit = (strip.length - GAP) / (strip.step + GAP);
    (fit.floor().max(1.0) as usize).min(MOST)
}

/// A large tile with `count` small ones beside it; `count` is cut to what fits.
pub fn beside(count: usize, stage: Size) -> Beside {
    let strip = strip_of(stage);
    let count = count.min(strip_capacity(stage));
    let inner = Size { width: (stage.width - 2.0 * GAP).max(1.0), height: (stage.height - 2.0 * GAP).max(1.0) };
    if count == 0 {
        let main = Rect { x: GAP, y: GAP, width: inner.width, height: inner.height };
        return Beside { main, strip: Vec::new() };
    }
    let used = count as f64 * (strip.step + GAP) - GAP;
    let start = ((strip.length - used) / 2.0).floor().max(GAP);
    let along = |index: usize| start + index as f64 * (strip.step + GAP);
    if strip.upright {
        let main = Rect { x: GAP, y: GAP, width: inner.width, height: (inner.height - strip.depth - GAP).max(1.0) };
        let y = main.y + main.height + GAP;
        let small = |i| Rect { x: along(i), y, width: strip.step, height: strip.depth };
        Beside { main, strip: (0..count).map(small).collect() }
    } else {
        let main = Rect { x: GAP, y: GAP, width: (inner.width - strip.depth - GAP).max(1.0), height: inner.height };
        let x = main.x + main.width + GAP;
        let small = |i| Rect { x, y: along(i), width: strip.depth, height: strip.step };
        Beside { main, strip: (0..count).map(small).collect() }
    }
}

/// The room for small tiles: along the strip and across it.
struct Strip {
    upright: bool,
    length: f64,
    step: f64,
    depth: f64,
}

fn strip_of(stage: Size) -> Strip {
    if stage.height > stage.width {
        let depth = (stage.height * 0.2).clamp(88.0, 168.0).floor();
        Strip { upright: true, length: stage.width, step: (depth * 0.8).floor(), depth }
    } else {
        let depth = (stage.width * 0.18).clamp(136.0, 320.0).floor();
        Strip { upright: false, length: stage.height, step: (depth * 9.0 / 16.0).floor(), depth }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESKTOP: Size = Size { width: 1440.0, height: 800.0 };
    const PHONE: Size = Size { width: 360.0, height: 620.0 };

    fn columns(tiles: &[Rect]) -> usize {
        tiles.iter().filter(|tile| tile.y == tiles[0].y).count()
    }

    fn inside(tile: &Rect, stage: Size) -> bool {
        tile.x >= 0.0
            && tile.y >= 0.0
            && tile.x + tile.width <= stage.width
            && tile.y + tile.height <= stage.height
            && tile.width >= 1.0
            && tile.height >= 1.0
    }

    fn overlap(a: &Rect, b: &Rect) -> bool {
        a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
    }

    #[test]
    fn the_columns_are_those_of_the_largest_tiles() {
        let check = |count: usize, stage: Size, want: usize| assert_eq!(columns(&grid(count, stage)), want, "{count}");
        for (count, want) in [(1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (9, 3), (12, 4), (16, 4), (25, 5), (49, 7)] {
            check(count, DESKTOP, want);
        }
        for (count, want) in [(1, 1), (2, 1), (3, 2), (4, 2), (6, 2), (9, 3)] {
            check(count, PHONE, want);
        }
    }

    #[test]
    fn tiles_lie_inside_without_touching_for_every_number_and_window() {
        for stage in [DESKTOP, PHONE, Size { width: 800.0, height: 300.0 }, Size { width: 3840.0, height: 2000.0 }] {
            for count in 1..=MOST {
                let tiles = grid(count, stage);
                assert_eq!(tiles.len(), count);
                for (index, tile) in tiles.iter().enumerate() {
                    assert!(inside(tile, stage), "{count} in {stage:?}: {tile:?}");
                    assert!(tiles[..index].iter().all(|other| !overlap(tile, other)), "{count} in {stage:?}");
                }
            }
        }
    }

    #[test]
    fn tiles_fill_the_window_without_empty_bands() {
        for (count, stage) in [(1, PHONE), (2, DESKTOP), (4, DESKTOP), (9, DESKTOP), (49, DESKTOP), (2, PHONE)] {
            let used: f64 = grid(count, stage).iter().map(|tile| (tile.width + GAP) * (tile.height + GAP)).sum();
            assert!(used / (stage.width * stage.height) > 0.9, "{count} in {stage:?}: {used}");
        }
    }

    #[test]
    fn the_last_row_is_centred() {
        let tiles = grid(3, DESKTOP);
        let middle = tiles[2].x + tiles[2].width / 2.0;
        assert!((middle - DESKTOP.width / 2.0).abs() <= 1.0);
    }

    #[test]
    fn a_desktop_holds_49_and_a_phone_what_can_be_recognised() {
        assert_eq!(capacity(DESKTOP), 49);
        assert!((9..=16).contains(&capacity(PHONE)), "{}", capacity(PHONE));
        assert_eq!(capacity(Size { width: 10.0, height: 10.0 }), 1);
    }

    #[test]
    fn a_large_tile_leaves_a_strip_beside_or_below() {
        for stage in [DESKTOP, PHONE] {
            let fit = strip_capacity(stage);
            for count in 0..=fit + 2 {
                let view = beside(count, stage);
                assert_eq!(view.strip.len(), count.min(fit));
                assert!(inside(&view.main, stage));
                for tile in &view.strip {
                    assert!(inside(tile, stage) && !overlap(tile, &view.main), "{count} in {stage:?}: {tile:?}");
                }
            }
        }
        let wide = beside(3, DESKTOP);
        assert!(wide.main.width > 1000.0 && wide.strip.iter().all(|tile| tile.x > wide.main.width));
        assert!(beside(3, PHONE).strip.iter().all(|tile| tile.y > 300.0));
    }

    #[test]
    fn a_window_that_is_not_there_yet_holds_nothing() {
        assert_eq!(grid(3, Size::default()), []);
        assert_eq!(grid(0, DESKTOP), []);
    }
}
