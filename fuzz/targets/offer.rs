#![no_main]

use std::time::Instant;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|sdp: &str| {
    let mut now = Instant::now();
    let Some(mut unit) = fuzz::unit(now) else { return };
    fuzz::offer(&mut unit, sdp.to_owned(), now);
    fuzz::settle(&mut unit, &mut now, 2);
});
