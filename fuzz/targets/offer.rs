#![no_main]

use std::time::Instant;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|sdp: &str| {
    let now = Instant::now();
    let Some(mut unit) = fuzz::unit(now) else { return };
    fuzz::offer(&mut unit, sdp.to_owned(), now);
    fuzz::settle(&mut unit, now);
});
