#![no_main]

use std::time::Instant;

use libfuzzer_sys::fuzz_target;
use sfu::Input;

// A description that comes by HTTP, and behind a NUL the fragment that follows it.
fuzz_target!(|text: &str| {
    let (sdp, fragment) = text.split_once('\0').unwrap_or((text, text));
    let now = Instant::now();
    let offers = [sfu::lone::publishing(sdp).ok(), sfu::lone::watching(sdp).ok().map(|watching| watching.offer)];
    for offer in offers.into_iter().flatten() {
        let Some(mut unit) = fuzz::unit(now) else { return };
        let again = sfu::lone::restarted(&offer, fragment);
        unit.handle(Input::Offer { seat: fuzz::SEAT, offer }, now);
        fuzz::settle(&mut unit, now);
        if let Ok(Some(offer)) = again {
            unit.handle(Input::Offer { seat: fuzz::SEAT, offer }, now);
            fuzz::settle(&mut unit, now);
        }
    }
    let _ = sfu::lone::fragment(sdp);
});
