//! What the targets share: a unit with one participant.

pub mod client;

use std::net::SocketAddr;
use std::time::Instant;

use domain::MeetingId;
use domain::ParticipantId;
use domain::wire::Offer;
use domain::wire::Source;
use domain::wire::SourceLine;
use sfu::Input;
use sfu::Outbox;
use sfu::Output;
use sfu::SeatKey;
use sfu::Sfu;
use sfu::SfuConfig;

/// The seat that is taken.
pub const SEAT: SeatKey = SeatKey(1);

/// The address that the unit is told it has.
pub fn server() -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 1], 7000))
}

/// A unit in which [`SEAT`] is taken.
pub fn unit(now: Instant) -> Option<Sfu> {
    let mut unit = Sfu::new(&SfuConfig { candidates: vec![server()], tcp: vec![] }, now).ok()?;
    let (meeting, participant) = (MeetingId::from_entropy([1; 16]), ParticipantId::from_entropy([1; 16]));
    unit.handle(Input::Enter { seat: SEAT, meeting, participant, others: vec![] }, now);
    Some(unit)
}

/// Offers a description on [`SEAT`].
pub fn offer(unit: &mut Sfu, sdp: String, now: Instant) {
    let source = |mid: &str, source| SourceLine { mid: mid.to_owned(), source };
    let sources = vec![source("0", Source::Microphone), source("1", Source::Camera)];
    unit.handle(Input::Offer { seat: SEAT, offer: Offer { id: 1, sdp, sources, fresh: true } }, now);
}

/// Lets the unit work until it waits for time to pass, which it must come to.
pub fn settle(unit: &mut Sfu, now: Instant) {
    for _ in 0..10_000 {
        match unit.poll_output() {
            Output::WakeAt(at) if at > now => return,
            Output::WakeAt(_) => unit.handle(Input::Wake, now),
            Output::Send => unit.swap_outbox(&mut Outbox::default()),
            Output::Tell(..) | Output::Relay(..) => {}
        }
    }
    panic!("the unit does not come to rest");
}
