#![no_main]

use libfuzzer_sys::fuzz_target;
use sfu::Codec;

// A payload behind an octet that says which codec it claims to be of. What ends earlier tells no more than the whole.
fuzz_target!(|bytes: &[u8]| {
    let [first, payload @ ..] = bytes else { return };
    let codec = [Codec::Opus, Codec::Vp8, Codec::H264, Codec::Vp9, Codec::Av1][usize::from(*first) % 5];
    let read = sfu::begins_keyframe(codec, payload);
    assert_eq!(read, sfu::begins_keyframe(codec, payload));
    assert!(!(codec.is_audio() && read.is_some()), "sound is no picture");
    assert!(!(payload.is_empty() && read.is_some()), "nothing is no picture");
});
