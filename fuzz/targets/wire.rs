#![no_main]

use domain::wire::ClientMessage;
use libfuzzer_sys::fuzz_target;

// What is understood can be said again, and means the same.
fuzz_target!(|frame: &str| {
    let Ok(message) = ClientMessage::decode(frame) else { return };
    let Ok(said) = serde_json::to_string(&message) else { panic!("{message:?} cannot be said") };
    assert_eq!(ClientMessage::decode(&said), Ok(message));
});
