#![no_main]

use std::cell::RefCell;
use std::net::SocketAddr;
use std::time::Instant;

use libfuzzer_sys::fuzz_target;
use sfu::Input;
use sfu::Sfu;

thread_local! {
    // One unit for the whole run: making one takes as long as thousands of datagrams, and what strangers send must
    // leave no trace in it anyway.
    static UNIT: RefCell<Option<(Sfu, Instant)>> = RefCell::new(begin());
}

// Datagrams, each behind an octet that says how long it is; its lowest bit, from whom: an odd one comes under the
// address of a connected client, an even one from nowhere.
fuzz_target!(|bytes: &[u8]| {
    UNIT.with_borrow_mut(|unit| {
        let Some((unit, now)) = unit else { panic!("the client did not connect") };
        let stranger = SocketAddr::from(([10, 0, 0, 3], 5000));
        let mut rest = bytes;
        while let [length, tail @ ..] = rest {
            let (datagram, tail) = tail.split_at(tail.len().min(usize::from(*length)));
            let from = if length % 2 == 1 { fuzz::client::address() } else { stranger };
            unit.handle(Input::Datagram { from, bytes: datagram }, *now);
            rest = tail;
        }
        fuzz::settle(unit, *now);
        let counters = unit.counters();
        assert_eq!(counters.peers, 1, "a stranger ended a connection");
    });
});

fn begin() -> Option<(Sfu, Instant)> {
    let now = Instant::now();
    let mut unit = fuzz::unit(now)?;
    let now = fuzz::client::connect(&mut unit, now)?;
    Some((unit, now))
}
