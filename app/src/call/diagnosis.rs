//! What is wrong with a call, decided by what was measured.

use domain::wire::Quality;

use super::measure::Limit;
use super::measure::Numbers;
use super::measure::Way;

/// Share of lost packets from which people hear and see it.
const LOST: f64 = 0.05;

/// Share of pictures that a device leaves out when it has too much to do, and share of lost packets up to which it is not
/// for want of them.
const DROPPED: f64 = 0.1;
const HARDLY_LOST: f64 = 0.02;

/// A round trip that makes people talk at the same time, in seconds.
const LONG_TRIP: f64 = 0.4;

/// Room to send, in bits per second, in which hardly a voice fits.
const NO_ROOM: f64 = 100_000.0;

/// An answer of the server that took this long, in seconds, while packets came and went quickly.
const LATE: f64 = 1.0;
const QUICK: f64 = 0.3;

/// What the numbers do not tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Circumstances {
    /// Whether sound and picture flow at all.
    pub flows: bool,
    /// This person's microphone.
    pub microphone: Device,
    /// This person's camera.
    pub camera: Device,
    /// How many pictures rest because this person's connection does not carry them.
    pub resting: usize,
    /// How many pictures rest because the server has too much to do.
    pub left_out: usize,
    /// How long the server took to answer, in seconds.
    pub answer: Option<f64>,
    /// The others by name, and what the server says of their connections.
    pub others: Vec<(String, Quality)>,
}

/// A microphone or camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Device {
    /// Off, or there is none.
    #[default]
    Off,
    /// On.
    On,
    /// On, and kept from giving anything by the system, a switch on the device, or another program.
    Muted,
}

/// What is wrong, the likeliest cause first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing flows.
    Interrupted,
    /// What this person sends does not get through.
    Upload,
    /// What this person should receive does not get through.
    Download,
    /// It gets through late.
    LongWay,
    /// Packets take a detour that costs.
    Detour(Way),
    /// This device has too much to do.
    Device,
    /// The microphone is muted outside of this page.
    MicrophoneMuted,
    /// The microphone gives no sound.
    MicrophoneSilent,
    /// The camera is covered or muted outside of this page.
    CameraMuted,
    /// The camera gives no picture.
    CameraDark,
    /// The server takes long to answer.
    Server,
    /// The connections of these people are not good.
    Others(Vec<String>),
}

/// Names what is wrong; nothing, when nothing is as far as one can see from here.
pub fn diagnose(numbers: &Numbers, circumstances: &Circumstances) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !circumstances.flows {
        findings.push(Finding::Interrupted);
    }
    findings.extend(connection(numbers, circumstances.resting));
    let limit = numbers.present.picture.map(|picture| picture.limit).unwrap_or_default();
    let dropped = numbers.dropped >= DROPPED && numbers.lost_down < HARDLY_LOST;
    if limit == Limit::Device || dropped {
        findings.push(Finding::Device);
    }
    let of_device = |device: Device, gives_nothing: Option<bool>, muted: Finding, silent: Finding| match device {
        Device::Muted => Some(muted),
        Device::On => (gives_nothing == Some(true)).then_some(silent),
        Device::Off => None,
    };
    let Circumstances { microphone, camera, .. } = *circumstances;
    findings.extend(of_device(microphone, numbers.silent, Finding::MicrophoneMuted, Finding::MicrophoneSilent));
    findings.extend(of_device(camera, numbers.dark, Finding::CameraMuted, Finding::CameraDark));
    let quick = numbers.present.round_trip.is_some_and(|seconds| seconds < QUICK);
    let late = quick && circumstances.answer.is_some_and(|seconds| seconds >= LATE);
    if late || circumstances.left_out > 0 {
        findings.push(Finding::Server);
    }
    let others: Vec<String> = circumstances
        .others
        .iter()
        .filter(|(_, quality)| matches!(quality, Quality::Fair | Quality::Poor | Quality::Lost))
        .map(|(name, _)| name.clone())
        .collect();
    if !others.is_empty() {
        findings.push(Finding::Others(others));
    }
    findings
}

/// What is wrong with this person's connection. A detour is worth a word only where something is.
fn connection(numbers: &Numbers, resting: usize) -> Vec<Finding> {
    let present = &numbers.present;
    let limit = present.picture.map(|picture| picture.limit).unwrap_or_default();
    let narrow = limit == Limit::Connection || present.room.is_some_and(|room| room < NO_ROOM);
    let wrong = [
        (numbers.lost_up >= LOST || narrow, Finding::Upload),
        (numbers.lost_down >= LOST || resting > 0, Finding::Download),
        (present.round_trip.is_some_and(|seconds| seconds >= LONG_TRIP), Finding::LongWay),
    ];
    let mut findings: Vec<Finding> = wrong.into_iter().filter_map(|(is, finding)| is.then_some(finding)).collect();
    if let Some(way) = present.way.filter(|way| !findings.is_empty() && (way.relay || way.tcp)) {
        findings.push(Finding::Detour(way));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::measure::Picture;
    use crate::call::measure::Present;

    fn fine() -> (Numbers, Circumstances) {
        let picture = Picture { width: 640, height: 360, rate: 24.0, limit: Limit::None };
        let present = Present {
            round_trip: Some(0.03),
            room: Some(2e6),
            picture: Some(picture),
            codecs: vec!["VP8".to_owned()],
            way: Some(Way { relay: false, tcp: false }),
        };
        let numbers =
            Numbers { up: 4e5, down: 1e6, silent: Some(false), dark: Some(false), present, ..Numbers::default() };
        let circumstances = Circumstances {
            flows: true,
            microphone: Device::On,
            camera: Device::On,
            answer: Some(0.05),
            others: vec![("Ben".to_owned(), Quality::Good), ("Cleo".to_owned(), Quality::None)],
            ..Circumstances::default()
        };
        (numbers, circumstances)
    }

    fn check(change: impl FnOnce(&mut Numbers, &mut Circumstances), want: &[Finding]) {
        let (mut numbers, mut circumstances) = fine();
        change(&mut numbers, &mut circumstances);
        assert_eq!(diagnose(&numbers, &circumstances), want, "{numbers:?} {circumstances:?}");
    }

    fn limited(numbers: &mut Numbers, limit: Limit) {
        numbers.present.picture = numbers.present.picture.map(|picture| Picture { limit, ..picture });
    }

    #[test]
    fn a_good_call_has_nothing_wrong() {
        check(|_, _| {}, &[]);
        check(|n, _| n.present = Present::default(), &[]);
    }

    #[test]
    fn the_upload_is_named_for_losses_and_for_a_picture_that_does_not_fit() {
        check(|n, _| n.lost_up = 0.06, &[Finding::Upload]);
        check(|n, _| limited(n, Limit::Connection), &[Finding::Upload]);
        check(|n, _| n.present.room = Some(60_000.0), &[Finding::Upload]);
    }

    #[test]
    fn the_download_is_named_for_losses_and_for_pictures_that_rest() {
        check(|n, _| n.lost_down = 0.05, &[Finding::Download]);
        check(|_, c| c.resting = 1, &[Finding::Download]);
    }

    #[test]
    fn a_busy_device_is_told_from_a_narrow_connection() {
        check(|n, _| limited(n, Limit::Device), &[Finding::Device]);
        check(|n, _| n.dropped = 0.2, &[Finding::Device]);
        let lossy = |n: &mut Numbers, _: &mut Circumstances| (n.dropped, n.lost_down) = (0.2, 0.2);
        check(lossy, &[Finding::Download]);
    }

    #[test]
    fn devices_that_give_nothing_are_named_only_while_they_are_on() {
        check(|_, c| c.microphone = Device::Muted, &[Finding::MicrophoneMuted]);
        check(|n, _| n.silent = Some(true), &[Finding::MicrophoneSilent]);
        check(|_, c| c.camera = Device::Muted, &[Finding::CameraMuted]);
        check(|n, _| n.dark = Some(true), &[Finding::CameraDark]);
        let off = |n: &mut Numbers, c: &mut Circumstances| {
            (n.silent, n.dark) = (Some(true), Some(true));
            (c.microphone, c.camera) = (Device::Off, Device::Off);
        };
        check(off, &[]);
    }

    #[test]
    fn a_detour_is_named_with_the_trouble_that_it_may_explain() {
        let way = Way { relay: true, tcp: true };
        check(|n, _| n.present.way = Some(way), &[]);
        let slow = |n: &mut Numbers, _: &mut Circumstances| {
            n.present.way = Some(way);
            n.present.round_trip = Some(0.5);
        };
        check(slow, &[Finding::LongWay, Finding::Detour(way)]);
    }

    #[test]
    fn the_server_is_named_when_it_answers_late_over_a_quick_connection() {
        check(|_, c| c.answer = Some(1.5), &[Finding::Server]);
        check(|_, c| c.left_out = 1, &[Finding::Server]);
        let slow = |n: &mut Numbers, c: &mut Circumstances| {
            c.answer = Some(1.5);
            n.present.round_trip = Some(0.9);
        };
        check(slow, &[Finding::LongWay]);
    }

    #[test]
    fn others_whose_connections_are_not_good_are_named_last() {
        let others = |n: &mut Numbers, c: &mut Circumstances| {
            n.lost_up = 0.1;
            c.others.extend([("Dan".to_owned(), Quality::Poor), ("Eve".to_owned(), Quality::Lost)]);
        };
        let names = vec!["Dan".to_owned(), "Eve".to_owned()];
        check(others, &[Finding::Upload, Finding::Others(names)]);
        check(|_, c| c.flows = false, &[Finding::Interrupted]);
    }
}
