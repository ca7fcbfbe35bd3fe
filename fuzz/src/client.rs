//! A client that connects to a unit, so that its address is known.

use std::net::SocketAddr;
use std::time::Duration;
use std::time::Instant;

use domain::wire::Offer;
use domain::wire::Source;
use domain::wire::SourceLine;
use sfu::Event;
use sfu::Input;
use sfu::Outbox;
use sfu::Output;
use sfu::Sfu;
use str0m::Candidate;
use str0m::Rtc;
use str0m::change::SdpAnswer;
use str0m::media::Direction;
use str0m::media::MediaKind;
use str0m::net::Protocol;
use str0m::net::Receive;

/// The address that is known once [`connect`] is done.
pub fn address() -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 2], 5000))
}

/// Connects a client on [`SEAT`](crate::SEAT) and lets it fall silent; returns the time at which that is done.
pub fn connect(unit: &mut Sfu, mut now: Instant) -> Option<Instant> {
    let mut rtc = Rtc::builder().clear_codecs().enable_opus(true, true).enable_vp8(true).build(now);
    rtc.add_local_candidate(Candidate::host(address(), "udp").ok()?);
    let mut api = rtc.sdp_api();
    let camera = api.add_media(MediaKind::Video, Direction::SendOnly, None, None, None);
    api.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None);
    let (offer, pending) = api.apply()?;
    let sources = vec![SourceLine { mid: camera.to_string(), source: Source::Camera }];
    let offer = Offer { id: 1, sdp: offer.to_sdp_string(), sources, fresh: true };
    unit.handle(Input::Offer { seat: crate::SEAT, offer }, now);
    let mut pending = Some(pending);
    let mut outbox = Outbox::default();
    for _ in 0..200 {
        now += Duration::from_millis(20);
        unit.handle(Input::Wake, now);
        loop {
            match unit.poll_output() {
                Output::Tell(_, Event::Answer { answer, .. }) => {
                    let answer = SdpAnswer::from_sdp_string(&answer.ok()?).ok()?;
                    rtc.sdp_api().accept_answer(pending.take()?, answer).ok()?;
                }
                Output::Tell(..) | Output::Relay(..) => {}
                Output::Send | Output::WakeAt(_) => break,
            }
        }
        unit.swap_outbox(&mut outbox);
        for (_, bytes) in outbox.datagrams() {
            let received = Receive::new(Protocol::Udp, crate::server(), address(), bytes).ok()?;
            rtc.handle_input(str0m::Input::Receive(now, received)).ok()?;
            send(&mut rtc, unit, now)?;
        }
        if rtc.is_connected() {
            return Some(now);
        }
        rtc.handle_input(str0m::Input::Timeout(now)).ok()?;
        send(&mut rtc, unit, now)?;
    }
    None
}

fn send(rtc: &mut Rtc, unit: &mut Sfu, now: Instant) -> Option<()> {
    loop {
        match rtc.poll_output().ok()? {
            str0m::Output::Transmit(t) => {
                unit.handle(Input::Datagram { from: address(), bytes: &t.contents }, now);
            }
            str0m::Output::Event(_) => {}
            str0m::Output::Timeout(_) => return Some(()),
        }
    }
}
