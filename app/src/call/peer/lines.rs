//! Making m-lines: which codecs, which simulcast layers.

use domain::wire::Source;
use js_sys::Array;
use js_sys::Reflect;
use wasm_bindgen::JsCast;
use web_sys::MediaStream;
use web_sys::MediaStreamTrack;
use web_sys::RtcPeerConnection;
use web_sys::RtcRtpEncodingParameters;
use web_sys::RtcRtpReceiver;
use web_sys::RtcRtpTransceiver;
use web_sys::RtcRtpTransceiverDirection;
use web_sys::RtcRtpTransceiverInit;

use crate::call::platform;
use crate::call::quality::Encoding;
use crate::call::quality::RIDS;

/// Most bits per second of a shared screen: letters want more than faces.
const SCREEN_BITRATE: u32 = 2_500_000;

/// An m-line that sends `source`, empty for now. What its encoders do is said later, by an
/// [`Encoder`](super::encoder::Encoder).
pub(super) fn sending(connection: &RtcPeerConnection, source: Source) -> RtcRtpTransceiver {
    let init = RtcRtpTransceiverInit::new();
    init.set_direction(RtcRtpTransceiverDirection::Sendonly);
    match source {
        Source::Camera => init.set_send_encodings(&RIDS.map(layer).into_iter().collect::<Array>()),
        Source::Screen | Source::Microphone | Source::ScreenAudio => {}
    }
    line(connection, if source.is_audio() { "audio" } else { "video" }, &init)
}

/// A slot: an m-line that only receives.
pub(super) fn receiving(connection: &RtcPeerConnection, kind: &str) -> RtcRtpTransceiver {
    let init = RtcRtpTransceiverInit::new();
    init.set_direction(RtcRtpTransceiverDirection::Recvonly);
    line(connection, kind, &init)
}

/// What arrives on a slot, as an element can play it.
pub(super) fn stream(line: &RtcRtpTransceiver) -> Option<MediaStream> {
    let stream = MediaStream::new().ok()?;
    stream.add_track(&line.receiver().track());
    Some(stream)
}

/// How a shared screen is encoded: as it is, for as long as somebody watches it.
pub(super) fn screen(watched: bool) -> Encoding {
    Encoding { rid: None, active: watched, divisor: None, bitrate: SCREEN_BITRATE }
}

/// The lines of what a camera films; the shorter side, however it is held.
pub(super) fn lines_of(track: &MediaStreamTrack) -> Option<u32> {
    let settings = track.get_settings();
    let side = |name: &str| Reflect::get(&settings, &name.into()).ok()?.as_f64();
    Some(side("width")?.min(side("height")?) as u32)
}

fn line(connection: &RtcPeerConnection, kind: &str, init: &RtcRtpTransceiverInit) -> RtcRtpTransceiver {
    let line = connection.add_transceiver_with_str_and_init(kind, init);
    prefer(&line, kind);
    line
}

fn layer(rid: &str) -> RtcRtpEncodingParameters {
    let layer = RtcRtpEncodingParameters::new();
    layer.set_rid(rid);
    layer
}

/// Leaves only the codecs that every browser has, because nothing is decoded on the way: VP8 with its repair
/// packets, and Opus. It also keeps an offer with 49 slots at a bearable size.
fn prefer(line: &RtcRtpTransceiver, kind: &str) {
    if !platform::has(line, "setCodecPreferences") {
        return;
    }
    let Some(capabilities) = RtcRtpReceiver::get_capabilities(kind) else { return };
    let codecs = Reflect::get(&capabilities, &"codecs".into()).unwrap_or_default();
    let common: Array = Array::from(&codecs)
        .iter()
        .filter(|codec| {
            let name = Reflect::get(codec, &"mimeType".into()).ok().and_then(|name| name.as_string());
            name.is_some_and(|name| {
                matches!(name.to_ascii_lowercase().as_str(), "video/vp8" | "video/rtx" | "audio/opus")
            })
        })
        .collect();
    if common.length() > 0 {
        line.set_codec_preferences(common.unchecked_ref());
    }
}
