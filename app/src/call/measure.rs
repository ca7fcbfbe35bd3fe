//! What the browser counts of a call, and what it comes to in a second.

/// Counts of one moment, since the connection was made. Times are in milliseconds, sizes in octets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// When it was counted.
    pub at: f64,
    /// What left.
    pub sent: Counts,
    /// What came.
    pub received: Counts,
    /// Pictures that came, and those of them that were too many for this device to show.
    pub pictures: f64,
    /// Of the pictures that came.
    pub dropped: f64,
    /// What the microphone heard altogether, in the browser's units; none while it is off.
    pub energy: Option<f64>,
    /// Pictures that the camera has taken; none while it is off.
    pub filmed: Option<f64>,
    /// How things stand at this moment.
    pub present: Present,
}

/// Packets in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// How large they were together.
    pub octets: f64,
    /// How many there were.
    pub packets: f64,
    /// How many were lost on the way.
    pub lost: f64,
}

/// What needs no second look.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Present {
    /// To the server and back, in seconds.
    pub round_trip: Option<f64>,
    /// What the browser believes that it can send, in bits per second.
    pub room: Option<f64>,
    /// The largest picture of the camera that is sent.
    pub picture: Option<Picture>,
    /// The codecs in use, without what is only repair.
    pub codecs: Vec<String>,
    /// How packets travel.
    pub way: Option<Way>,
}

/// A picture that is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Pictures in a second.
    pub rate: f64,
    /// Why it is no better.
    pub limit: Limit,
}

/// Why a picture is sent as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limit {
    /// As it was wanted.
    #[default]
    None,
    /// This device cannot encode more.
    Device,
    /// The connection does not carry more.
    Connection,
}

/// How packets travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Through a relay.
    pub relay: bool,
    /// By TCP, where one lost packet holds up all that follow.
    pub tcp: bool,
}

/// What the counts come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    /// Sent bits per second.
    pub up: f64,
    /// Received bits per second.
    pub down: f64,
    /// Share of the packets that were lost on their way to the server.
    pub lost_up: f64,
    /// Share of the packets that were lost on their way from the server.
    pub lost_down: f64,
    /// Share of the pictures that this device did not show.
    pub dropped: f64,
    /// Whether the microphone gave nothing at all; unknown while it is off.
    pub silent: Option<bool>,
    /// Whether the camera gave no picture; unknown while it is off.
    pub dark: Option<bool>,
    /// How things stand.
    pub present: Present,
}

/// Packets or pictures from which a share says something.
const ENOUGH: f64 = 20.0;

impl Numbers {
    /// What happened between two moments; the counts of a connection that is younger than the first begin anew.
    pub fn between(first: &Sample, last: &Sample) -> Self {
        let seconds = (last.at - first.at) / 1000.0;
        if seconds <= 0.0 || last.sent.octets < first.sent.octets || last.received.octets < first.received.octets {
            return Self { present: last.present.clone(), ..Self::default() };
        }
        let rate = |first: &Counts, last: &Counts| (last.octets - first.octets) * 8.0 / seconds;
        let grew = |first: Option<f64>, last: Option<f64>| Some(last? > first?);
        Self {
            up: rate(&first.sent, &last.sent),
            down: rate(&first.received, &last.received),
            lost_up: share(last.sent.lost - first.sent.lost, last.sent.packets - first.sent.packets),
            lost_down: last.received.lost_since(&first.received),
            dropped: share(last.dropped - first.dropped, last.pictures - first.pictures),
            silent: grew(first.energy, last.energy).map(|grew| !grew),
            dark: grew(first.filmed, last.filmed).map(|grew| !grew),
            present: last.present.clone(),
        }
    }
}

impl Counts {
    /// The share of packets that were sent to us and did not come; those that came are counted without them.
    fn lost_since(&self, first: &Self) -> f64 {
        let lost = self.lost - first.lost;
        share(lost, self.packets - first.packets + lost)
    }
}

fn share(part: f64, whole: f64) -> f64 {
    if whole < ENOUGH { 0.0 } else { (part / whole).clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(octets: f64, packets: f64, lost: f64) -> Counts {
        Counts { octets, packets, lost }
    }

    #[test]
    fn counts_become_rates_and_shares() {
        let first = Sample { at: 1_000.0, sent: counts(1e6, 100.0, 5.0), ..Sample::default() };
        let last = Sample {
            at: 5_000.0,
            sent: counts(1.5e6, 300.0, 25.0),
            received: counts(2e6, 90.0, 10.0),
            pictures: 100.0,
            dropped: 25.0,
            ..Sample::default()
        };
        let numbers = Numbers::between(&first, &last);
        assert_eq!((numbers.up, numbers.down), (1e6, 4e6));
        assert_eq!((numbers.lost_up, numbers.lost_down, numbers.dropped), (0.1, 0.1, 0.25));
    }

    #[test]
    fn few_packets_say_nothing_and_repaired_ones_are_not_lost() {
        let last = Sample { at: 1_000.0, received: counts(100.0, 5.0, 5.0), ..Sample::default() };
        assert_eq!(Numbers::between(&Sample::default(), &last).lost_down, 0.0);
        let first = Sample { received: counts(0.0, 0.0, 9.0), ..Sample::default() };
        let last = Sample { at: 1_000.0, received: counts(100.0, 500.0, 4.0), ..Sample::default() };
        assert_eq!(Numbers::between(&first, &last).lost_down, 0.0, "came late after all");
    }

    #[test]
    fn a_microphone_that_is_off_is_not_silent() {
        let at = |at, energy| Sample { at, energy, ..Sample::default() };
        let silent = |first, last| Numbers::between(&at(0.0, first), &at(1_000.0, last)).silent;
        assert_eq!(silent(Some(0.5), Some(0.5)), Some(true));
        assert_eq!(silent(Some(0.5), Some(0.6)), Some(false));
        assert_eq!(silent(None, Some(0.5)), None);
        assert_eq!(silent(Some(0.5), None), None);
    }

    #[test]
    fn a_new_connection_begins_anew() {
        let first = Sample { at: 0.0, sent: counts(1e6, 1e3, 0.0), ..Sample::default() };
        let last = Sample { at: 1_000.0, sent: counts(1e3, 10.0, 0.0), ..Sample::default() };
        assert_eq!(Numbers::between(&first, &last).up, 0.0);
        assert_eq!(Numbers::between(&first, &first).up, 0.0);
    }
}
