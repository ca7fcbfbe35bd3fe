#![no_main]

use libfuzzer_sys::fuzz_target;

// The payload of a picture packet.
fuzz_target!(|payload: &[u8]| sfu::fuzzing::picture(payload));
