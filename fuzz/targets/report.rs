#![no_main]

use std::cell::RefCell;
use std::time::Instant;

use libfuzzer_sys::fuzz_target;
use sfu::fuzzing::Receiver;

thread_local! {
    // One receiver for the whole run: whatever it said before, the next report must do no harm.
    static RECEIVER: RefCell<Option<Receiver>> = RefCell::new(Receiver::new(Instant::now()));
}

// What a receiver says of what it is sent, decrypted: reports, losses, arrivals.
fuzz_target!(|compound: &[u8]| {
    RECEIVER.with_borrow_mut(|receiver| {
        let Some(receiver) = receiver else { panic!("no keys") };
        let rate = receiver.report(compound);
        assert!((60_000..=30_000_000).contains(&rate), "{rate} bits per second");
    });
});
