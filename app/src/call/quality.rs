//! How sharp this person's picture is sent: a choice, and what it means for the camera's layers.

use serde::Deserialize;
use serde::Serialize;

/// The names of the camera's layers, from small to large.
pub const RIDS: [&str; 3] = ["l", "m", "h"];

/// Lines of a camera that does not say how many it has.
const USUAL_LINES: u32 = 720;

/// What a person chooses (SM-42). Low is for everybody who has not chosen: it looks good in a tile, and spares the
/// connections of those who send and of those who receive (SM-43).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamQuality {
    /// 360 lines at most.
    #[default]
    Low,
    /// 540 lines at most.
    Medium,
    /// 720 lines at most.
    High,
}

/// How one layer is to be encoded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Encoding {
    /// The layer's name; none for what is sent without layers.
    pub rid: Option<&'static str>,
    /// Whether it is sent.
    pub active: bool,
    /// What width and height are divided by, where that is ours to say.
    pub divisor: Option<f32>,
    /// Most bits per second.
    pub bitrate: u32,
}

impl StreamQuality {
    /// All of them, the recommended one first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// Its name in a form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The one with this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|quality| quality.name() == name)
    }

    /// Lines and most bits per second of each layer, from small to large. Receivers choose by the tile's height and
    /// count on 180, 360 and more lines, so a layer that is left out is the largest, never one in between.
    fn layers(self) -> &'static [(u32, u32)] {
        match self {
            Self::Low => &[(180, 120_000), (360, 400_000)],
            Self::Medium => &[(180, 150_000), (360, 500_000), (540, 1_000_000)],
            Self::High => &[(180, 150_000), (360, 500_000), (720, 1_700_000)],
        }
    }

    /// How the camera's layers are encoded.
    ///
    /// `lines` are those of the camera, the shorter side of a picture held upright; `asked` are the layers that somebody
    /// watches, none before the server's first word. Whoever would watch a layer that is not sent gets the largest one.
    pub fn encodings(self, lines: Option<u32>, asked: Option<&[String]>) -> [Encoding; 3] {
        let lines = lines.filter(|lines| *lines > 0).unwrap_or(USUAL_LINES);
        let layers = self.layers();
        // A layer that has no more lines to show than the one below it would be the same picture once more.
        let larger = layers.windows(2).take_while(|pair| pair[0].0 < lines).count();
        let is_asked = |index: usize| {
            asked.is_none_or(|asked| {
                let from = if index == larger { &RIDS[index..] } else { &RIDS[index..=index] };
                asked.iter().any(|rid| from.contains(&rid.as_str()))
            })
        };
        std::array::from_fn(|index| {
            let (most_lines, bitrate) = layers[index.min(layers.len() - 1)];
            let divisor = (lines as f32 / most_lines as f32).max(1.0);
            let active = index <= larger && is_asked(index);
            Encoding { rid: Some(RIDS[index]), active, divisor: Some(divisor), bitrate }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines and bits of the layers that are sent.
    fn sent(quality: StreamQuality, lines: u32, asked: Option<&[&str]>) -> Vec<(&'static str, u32, u32)> {
        let asked: Option<Vec<String>> = asked.map(|asked| asked.iter().map(ToString::to_string).collect());
        let encodings = quality.encodings(Some(lines), asked.as_deref());
        let active = encodings.into_iter().filter(|encoding| encoding.active);
        active.map(|e| (e.rid.unwrap(), (lines as f32 / e.divisor.unwrap()).round() as u32, e.bitrate)).collect()
    }

    #[test]
    fn sm_42_sm_43_low_is_chosen_by_nobody_and_sends_360_lines_at_most() {
        assert_eq!(StreamQuality::default(), StreamQuality::Low);
        assert_eq!(sent(StreamQuality::Low, 720, None), [("l", 180, 120_000), ("m", 360, 400_000)]);
        assert_eq!(sent(StreamQuality::Medium, 720, None).last(), Some(&("h", 540, 1_000_000)));
        assert_eq!(sent(StreamQuality::High, 720, None).last(), Some(&("h", 720, 1_700_000)));
        assert_eq!(sent(StreamQuality::High, 1080, None).last(), Some(&("h", 720, 1_700_000)));
    }

    #[test]
    fn each_quality_costs_less_than_the_next() {
        let most = |quality| sent(quality, 720, None).iter().map(|(.., bits)| bits).sum::<u32>();
        assert!(most(StreamQuality::Low) * 2 < most(StreamQuality::Medium));
        assert!(most(StreamQuality::Medium) < most(StreamQuality::High));
    }

    #[test]
    fn only_watched_layers_are_sent_and_the_largest_stands_for_those_above() {
        assert_eq!(sent(StreamQuality::High, 720, Some(&["l"])), [("l", 180, 150_000)]);
        assert_eq!(sent(StreamQuality::Low, 720, Some(&["h"])), [("m", 360, 400_000)]);
        assert_eq!(sent(StreamQuality::Low, 720, Some(&["l", "h"])).len(), 2);
        assert_eq!(sent(StreamQuality::High, 720, Some(&[])), []);
    }

    #[test]
    fn a_small_camera_sends_nothing_twice_and_is_never_enlarged() {
        assert_eq!(sent(StreamQuality::High, 360, None), [("l", 180, 150_000), ("m", 360, 500_000)]);
        assert_eq!(sent(StreamQuality::High, 480, None).last(), Some(&("h", 480, 1_700_000)));
        assert_eq!(sent(StreamQuality::High, 120, Some(&["h"])), [("l", 120, 150_000)]);
        assert_eq!(sent(StreamQuality::Low, 0, None).len(), 2, "a camera that says nothing is a usual one");
    }

    #[test]
    fn every_quality_is_found_by_its_name() {
        for quality in StreamQuality::ALL {
            assert_eq!(StreamQuality::of_name(quality.name()), Some(quality));
        }
        assert_eq!(StreamQuality::of_name("best"), None);
    }
}
