//! Reads `style/tokens.css` and holds every text against every ground that it may lie on (WCAG 2.2, 1.4.3).
#![allow(clippy::expect_used, reason = "a token that cannot be read fails the test")]

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../style/tokens.css");

/// Contrast of text, at any size.
const TEXT: f64 = 4.5;
/// Contrast of what is not text: a control's edge, the focus ring (WCAG 2.2, 1.4.11).
const SHAPE: f64 = 3.0;

/// Grounds that any text may lie on.
const GROUNDS: [&str; 5] = ["--ground", "--surface", "--surface-raised", "--surface-sunken", "--surface-hover"];

/// What lies on what, beside the texts of every ground.
const PAIRS: [(&str, &str, f64); 20] = [
    ("--text", "--brand-soft", TEXT),
    ("--text-brand", "--brand-soft", TEXT),
    ("--text-quiet", "--brand-soft", TEXT),
    ("--text", "--signal-soft", TEXT),
    ("--text-signal", "--signal-soft", TEXT),
    ("--text", "--glow", TEXT),
    ("--text-quiet", "--glow", TEXT),
    ("--text-brand", "--glow", TEXT),
    ("--text", "--danger-soft", TEXT),
    ("--text-danger", "--danger-soft", TEXT),
    ("--text-on-brand", "--brand", TEXT),
    ("--text-on-brand", "--brand-hover", TEXT),
    ("--text-on-danger", "--danger", TEXT),
    ("--text-on-danger", "--danger-hover", TEXT),
    ("--text-on-signal", "--signal", TEXT),
    ("--line-control", "--surface", SHAPE),
    ("--line-control", "--ground", SHAPE),
    ("--line-control", "--surface-raised", SHAPE),
    ("--focus", "--ground", SHAPE),
    ("--focus", "--surface-raised", SHAPE),
];

/// A colour in linear sRGB.
#[derive(Clone, Copy, Debug)]
struct Colour([f64; 3]);

impl Colour {
    /// Reads `oklch(42% 0.085 170)`.
    fn parse(text: &str) -> Self {
        let inside = text.trim().strip_prefix("oklch(").and_then(|rest| rest.strip_suffix(')')).expect(text);
        let mut numbers = inside.split_whitespace().map(|word| word.trim_end_matches('%').parse::<f64>().expect(text));
        let mut next = || numbers.next().expect(text);
        let (lightness, chroma, hue) = (next() / 100.0, next(), next().to_radians());
        let (a, b) = (chroma * hue.cos(), chroma * hue.sin());
        // Björn Ottosson's matrices, as in CSS Color 4 §10.
        let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        let channel = |value: f64| value.clamp(0.0, 1.0);
        Self([
            channel(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s),
            channel(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s),
            channel(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s),
        ])
    }

    fn luminance(self) -> f64 {
        let Self([red, green, blue]) = self;
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

type Palette = BTreeMap<String, Colour>;

/// The three palettes: light, dark, and the room.
fn palettes() -> [(&'static str, Palette); 3] {
    let mut light = Palette::new();
    let mut dark = Palette::new();
    let mut room = Palette::new();
    for line in TOKENS.lines() {
        let Some((name, value)) = line.trim().strip_suffix(';').and_then(|line| line.split_once(": ")) else {
            continue;
        };
        if let Some(both) = value.strip_prefix("light-dark(").and_then(|rest| rest.strip_suffix(')')) {
            let (day, night) = both.split_once(", ").expect("a light and a dark value");
            // Shadows and veils let through what is under them: nothing is read on them.
            if !day.contains('/') {
                light.insert(name.to_owned(), Colour::parse(day));
                dark.insert(name.to_owned(), Colour::parse(night));
            }
        } else if value.starts_with("oklch(") {
            room.insert(name.to_owned(), Colour::parse(value));
        }
    }
    assert!(room.len() >= 5, "the room has a palette of its own");
    let room = dark.clone().into_iter().chain(room).collect();
    [("light", light), ("dark", dark), ("room", room)]
}

#[test]
fn every_text_can_be_read_on_every_ground() {
    let mut faint = Vec::new();
    for (theme, palette) in palettes() {
        let on_grounds = palette.keys().filter(|name| name.starts_with("--text") && !name.starts_with("--text-on"));
        let everywhere = on_grounds.flat_map(|text| GROUNDS.map(|ground| (text.as_str(), ground, TEXT)));
        for (above, below, least) in everywhere.chain(PAIRS) {
            let ratio = palette[above].contrast(palette[below]);
            if ratio < least {
                faint.push(format!("{theme}: {above} on {below} is {ratio:.2}:1, needs {least}:1"));
            }
        }
    }
    assert!(faint.is_empty(), "{}", faint.join("\n"));
}

#[test]
fn no_text_and_no_ground_is_left_out() {
    for (theme, palette) in palettes() {
        for name in palette.keys() {
            let is_ground =
                GROUNDS.contains(&name.as_str()) || name.starts_with("--line") || name.starts_with("--text");
            let is_paired = PAIRS.iter().any(|(above, below, _)| above == name || below == name);
            assert!(
                is_ground && !name.starts_with("--text-on") || is_paired,
                "{theme}: {name} is held against nothing"
            );
        }
    }
}

#[test]
fn the_measure_itself_is_right() {
    let white = Colour::parse("oklch(100% 0 0)");
    assert!((white.contrast(Colour::parse("oklch(0% 0 0)")) - 21.0).abs() < 0.01);
    // #777777 on white is 4.48:1, the well-known grey that just fails.
    assert!((white.contrast(Colour::parse("oklch(56.84% 0 0)")) - 4.48).abs() < 0.03);
}
