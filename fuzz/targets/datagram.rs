#![no_main]

use std::net::SocketAddr;
use std::time::Instant;

use libfuzzer_sys::fuzz_target;
use sfu::Input;

// Datagrams, each behind an octet that says how long it is.
fuzz_target!(|bytes: &[u8]| {
    let mut now = Instant::now();
    let Some(mut unit) = fuzz::unit(now) else { return };
    fuzz::offer(&mut unit, fuzz::OFFER.to_owned(), now);
    fuzz::settle(&mut unit, &mut now, 2);
    let from = SocketAddr::from(([10, 0, 0, 2], 5000));
    let mut rest = bytes;
    while let [length, tail @ ..] = rest {
        let (datagram, tail) = tail.split_at(tail.len().min(usize::from(*length)));
        unit.handle(Input::Datagram { from, bytes: datagram }, now);
        rest = tail;
    }
    fuzz::settle(&mut unit, &mut now, 1);
    let counters = unit.counters();
    assert!(counters.garbage + counters.strangers <= counters.datagrams);
});
