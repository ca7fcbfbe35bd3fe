//! Making m-lines: which codecs, which simulcast layers.

use domain::wire::Source;
use js_sys::Array;
use js_sys::Reflect;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
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
    line(connection, if source.is_audio() { "audio" } else { "video" }, &init, is_common)
}

/// A slot: an m-line that only receives.
pub(super) fn receiving(connection: &RtcPeerConnection, kind: &str) -> RtcRtpTransceiver {
    let init = RtcRtpTransceiverInit::new();
    init.set_direction(RtcRtpTransceiverDirection::Recvonly);
    line(connection, kind, &init, is_forwarded)
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

fn line(
    connection: &RtcPeerConnection,
    kind: &str,
    init: &RtcRtpTransceiverInit,
    wanted: fn(&Coding) -> bool,
) -> RtcRtpTransceiver {
    let line = connection.add_transceiver_with_str_and_init(kind, init);
    prefer(&line, kind, wanted);
    line
}

fn layer(rid: &str) -> RtcRtpEncodingParameters {
    let layer = RtcRtpEncodingParameters::new();
    layer.set_rid(rid);
    layer
}

/// Sound that carries what came before once more (RFC 2198).
const REDUNDANT: &str = "audio/red";

/// A codec as the browser describes it.
struct Coding {
    /// In lower case.
    name: String,
    /// What distinguishes it from others of that name.
    format: String,
}

impl Coding {
    fn read(codec: &JsValue) -> Self {
        let text = |key: &str| Reflect::get(codec, &key.into()).ok().and_then(|text| text.as_string());
        let text = |key| text(key).unwrap_or_default().to_ascii_lowercase();
        Self { name: text("mimeType"), format: text("sdpFmtpLine") }
    }
}

/// What is sent: the codecs that every browser has, because nothing is decoded on the way, and what makes good for loss.
fn is_common(coding: &Coding) -> bool {
    matches!(coding.name.as_str(), "video/vp8" | "video/rtx" | "audio/opus" | REDUNDANT)
}

/// What is taken: those, and what others may send who are no browsers, in one profile each. That is all that the server
/// forwards, and keeps an offer with 49 slots at a bearable size.
fn is_forwarded(coding: &Coding) -> bool {
    let format = coding.format.as_str();
    match coding.name.as_str() {
        "video/h264" => format.contains("packetization-mode=1") && format.contains("profile-level-id=42e0"),
        "video/vp9" => !format.contains("profile-id=") || format.contains("profile-id=0"),
        "video/av1" => !format.contains("profile=") || format.contains("profile=0"),
        _ => is_common(coding),
    }
}

/// Leaves only the codecs that are wanted. A browser sends earlier sound once more only where that stands first.
fn prefer(line: &RtcRtpTransceiver, kind: &str, wanted: fn(&Coding) -> bool) {
    if !platform::has(line, "setCodecPreferences") {
        return;
    }
    let Some(capabilities) = RtcRtpReceiver::get_capabilities(kind) else { return };
    let codecs = Reflect::get(&capabilities, &"codecs".into()).unwrap_or_default();
    let codecs = Array::from(&codecs).to_vec();
    let left = codecs.iter().map(|codec| (Coding::read(codec), codec)).filter(|(coding, _)| wanted(coding));
    let (first, others): (Vec<_>, Vec<_>) = left.partition(|(coding, _)| coding.name == REDUNDANT);
    let left: Array = first.into_iter().chain(others).map(|(_, codec)| codec).collect();
    if left.length() > 0 {
        line.set_codec_preferences(left.unchecked_ref());
    }
}
