//! What is said about how a call fares.

use domain::wire::Quality;

use crate::call::diagnosis::Finding;
use crate::call::measure::Limit;
use crate::call::measure::Picture;
use crate::call::measure::Way;

/// The panel, and what leads to it.
pub const TITLE: &str = "What's wrong?";
/// Nothing is wrong.
pub const FINE: &str = "Nothing that can be seen from here";
/// What to do then.
pub const FINE_LEAD: &str = "Sound and picture get through in both directions. If something is not as it should be, send the numbers below to whoever helps you.";
/// The first seconds.
pub const MEASURING: &str = "Measuring…";
/// The heading of the numbers.
pub const NUMBERS: &str = "Numbers";
/// Copies the numbers.
pub const COPY: &str = "Copy the numbers";
/// The numbers are in the clipboard.
pub const COPIED: &str = "Numbers copied";
/// Something that the browser does not tell.
const UNKNOWN: &str = "not known";

/// What a connection is called that is not good; nothing for one that is.
pub fn connection(quality: Quality) -> Option<&'static str> {
    match quality {
        Quality::Fair => Some("Fair connection"),
        Quality::Poor => Some("Poor connection"),
        Quality::Lost => Some("No connection for sound and picture"),
        Quality::Good | Quality::None => None,
    }
}

/// The sign on one's own tile, which opens the panel.
pub fn own_connection(words: &str) -> String {
    format!("{words}: {TITLE}")
}

/// What is wrong, and what to do about it.
pub fn finding(finding: &Finding) -> (String, String) {
    let (title, lead): (&str, String) = match finding {
        Finding::Interrupted => (
            "You are not connected",
            "Sound and picture do not get through at the moment. They come back by themselves; check your network if they do not.".to_owned(),
        ),
        Finding::Upload => (
            "Your upload",
            "Not all that you send gets through, so others may see and hear you badly. Choose a lower stream quality, turn the camera off, or move closer to your Wi-Fi.".to_owned(),
        ),
        Finding::Download => (
            "Your download",
            "Not all that the others send reaches you. Other downloads on your network, or a weak Wi-Fi, may be the reason; fewer pictures at a time help too.".to_owned(),
        ),
        Finding::LongWay => (
            "A slow connection",
            "What you say arrives late. A VPN, a mobile network or a Wi-Fi that is shared by many may be the reason.".to_owned(),
        ),
        Finding::Detour(way) => ("A detour", detour(*way)),
        Finding::Device => (
            "This device is too busy",
            "It cannot keep up with the pictures. Close other programs and tabs, choose a lower stream quality, or connect its charger.".to_owned(),
        ),
        Finding::MicrophoneMuted => (
            "Your microphone is muted outside of this page",
            "By a key or switch on the device, in the system's settings, or by a call in another program.".to_owned(),
        ),
        Finding::MicrophoneSilent => (
            "Your microphone hears nothing",
            "It is on and gives no sound at all. If you are not just very quiet: check its switch, or choose another one.".to_owned(),
        ),
        Finding::CameraMuted => (
            "Your camera is off outside of this page",
            "By a key or cover on the device, in the system's settings, or by another program.".to_owned(),
        ),
        Finding::CameraDark => (
            "Your camera gives no picture",
            "It is on and sends nothing. Turn it off and on again, or choose another one.".to_owned(),
        ),
        Finding::Server => (
            "The server is busy",
            "It takes long to answer, while your connection is quick. Whoever runs it can see more in its metrics.".to_owned(),
        ),
        Finding::Others(names) => (
            "The connection of others",
            format!("It is not good for: {}. You can do nothing about it but tell them.", names.join(", ")),
        ),
    };
    (title.to_owned(), lead)
}

fn detour(way: Way) -> String {
    let by = match (way.relay, way.tcp) {
        (true, true) => "through a relay and by TCP",
        (true, false) => "through a relay",
        (false, _) => "by TCP",
    };
    format!(
        "Sound and picture travel {by}, because the direct way is blocked. It costs time. A network that lets UDP through is better."
    )
}

/// The name of a number.
pub fn name(number: Number) -> &'static str {
    match number {
        Number::Server => "Seen from the server",
        Number::Up => "Sent",
        Number::Down => "Received",
        Number::LostUp => "Lost on the way out",
        Number::LostDown => "Lost on the way in",
        Number::RoundTrip => "Round trip",
        Number::Answer => "Answer of the server",
        Number::Room => "Room to send",
        Number::Picture => "Camera sent",
        Number::Dropped => "Pictures left out",
        Number::Codecs => "Codecs",
        Number::Way => "Way",
    }
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// The server's word for this connection.
    Server,
    /// Sent bits.
    Up,
    /// Received bits.
    Down,
    /// Lost packets of those that were sent.
    LostUp,
    /// Lost packets of those that should have come.
    LostDown,
    /// To the server and back.
    RoundTrip,
    /// How long the server takes to answer.
    Answer,
    /// What could be sent.
    Room,
    /// The camera's largest picture.
    Picture,
    /// Pictures that came and were not shown.
    Dropped,
    /// The codecs in use.
    Codecs,
    /// How packets travel.
    Way,
}

impl Number {
    /// All of them, in the order in which they are read.
    pub const ALL: [Self; 12] = [
        Self::Server,
        Self::Up,
        Self::Down,
        Self::LostUp,
        Self::LostDown,
        Self::RoundTrip,
        Self::Answer,
        Self::Room,
        Self::Picture,
        Self::Dropped,
        Self::Codecs,
        Self::Way,
    ];
}

/// The server's word for a connection.
pub fn grade(quality: Quality) -> &'static str {
    match quality {
        Quality::None => "no media yet",
        Quality::Good => "good",
        Quality::Fair => "fair",
        Quality::Poor => "poor",
        Quality::Lost => "lost",
    }
}

/// Bits per second.
pub fn rate(bits: Option<f64>) -> String {
    match bits {
        Some(bits) if bits >= 1e6 => format!("{:.1} Mbit/s", bits / 1e6),
        Some(bits) => format!("{:.0} kbit/s", bits / 1e3),
        None => UNKNOWN.to_owned(),
    }
}

/// A share of a whole.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A time, given in seconds.
pub fn milliseconds(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| UNKNOWN.to_owned(), |seconds| format!("{:.0} ms", seconds * 1000.0))
}

/// A picture that is sent.
pub fn picture(picture: Option<Picture>) -> String {
    let Some(Picture { width, height, rate, limit }) = picture else { return "nothing".to_owned() };
    let limit = match limit {
        Limit::None => "",
        Limit::Device => ", limited by this device",
        Limit::Connection => ", limited by the connection",
    };
    format!("{width} × {height}, {rate:.0} a second{limit}")
}

/// The codecs in use.
pub fn codecs(codecs: &[String]) -> String {
    if codecs.is_empty() { UNKNOWN.to_owned() } else { codecs.join(", ") }
}

/// How packets travel.
pub fn way(way: Option<Way>) -> String {
    let Some(Way { relay, tcp }) = way else { return UNKNOWN.to_owned() };
    format!("{}, {}", if relay { "relay" } else { "direct" }, if tcp { "TCP" } else { "UDP" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_in_units_that_people_know() {
        assert_eq!(rate(Some(1_700_000.0)), "1.7 Mbit/s");
        assert_eq!(rate(Some(64_400.0)), "64 kbit/s");
        assert_eq!((rate(None), percent(0.015)), ("not known".to_owned(), "1.5 %".to_owned()));
        assert_eq!(milliseconds(Some(0.0324)), "32 ms");
        let sent = Picture { width: 640, height: 360, rate: 23.6, limit: Limit::Device };
        assert_eq!(picture(Some(sent)), "640 × 360, 24 a second, limited by this device");
        assert_eq!(way(Some(Way { relay: true, tcp: false })), "relay, UDP");
    }
}
