//! Where sound comes out, and a short sound to hear whether it does.

use std::time::Duration;

use js_sys::Function;
use js_sys::Promise;
use js_sys::Reflect;
use leptos::prelude::document;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::AudioContext;
use web_sys::AudioNode;
use web_sys::HtmlAudioElement;

use super::platform;

/// The pitches of the test sound in hertz, a fourth apart; one after the other.
const PITCHES: [f32; 2] = [523.25, 698.46];
/// Time between their beginnings, in seconds.
const APART: f64 = 0.22;
/// How long each rings, in seconds.
const RINGS: f64 = 0.6;
/// How loud they begin; full is 1.
const LOUD: f32 = 0.25;
/// Until the last of it has come out of slow loudspeakers, too.
const OVER_AFTER: Duration = Duration::from_millis(1200);

/// Whether this browser can play to a chosen speaker.
pub fn can_be_chosen() -> bool {
    document().create_element("audio").is_ok_and(|audio| platform::has(&audio, "setSinkId"))
}

/// Plays what this element plays to the chosen speaker, where the browser can.
pub async fn send_to(audio: &HtmlAudioElement, speaker: &str) {
    let Ok(set_sink) = Reflect::get(audio, &"setSinkId".into()) else { return };
    let Ok(set_sink) = set_sink.dyn_into::<Function>() else { return };
    if let Ok(promise) = set_sink.call1(audio, &JsValue::from_str(speaker)) {
        // A speaker that was unplugged: the browser goes on with the system's.
        let _ = JsFuture::from(Promise::resolve(&promise)).await;
    }
}

/// Plays a short sound through the speaker; back when it is over. For handlers only: before a press browsers are silent.
pub async fn play_test_sound(speaker: &str) {
    let Ok(context) = AudioContext::new() else { return };
    if let Ok(audio) = ring(&context, speaker).await {
        gloo_timers::future::sleep(OVER_AFTER).await;
        let _ = audio.pause();
        audio.set_src_object(None);
    }
    let _ = context.close();
}

/// Begins the sound. By way of an element, because more browsers can direct one than can direct a context.
async fn ring(context: &AudioContext, speaker: &str) -> Result<HtmlAudioElement, JsValue> {
    let out = context.create_media_stream_destination()?;
    let audio = HtmlAudioElement::new()?;
    audio.set_src_object(Some(&out.stream()));
    let started = audio.play()?;
    // Not waited for: without a loudspeaker some browsers never say that they began.
    spawn_local(async move { drop(JsFuture::from(started).await) });
    let _ = context.resume();
    send_to(&audio, speaker).await;
    let mut at = context.current_time();
    for pitch in PITCHES {
        strike(context, &out, pitch, at)?;
        at += APART;
    }
    Ok(audio)
}

/// One tone that is struck and dies away.
fn strike(context: &AudioContext, out: &AudioNode, pitch: f32, at: f64) -> Result<(), JsValue> {
    let (tone, volume) = (context.create_oscillator()?, context.create_gain()?);
    tone.frequency().set_value(pitch);
    let gain = volume.gain();
    gain.set_value_at_time(0.0, at)?;
    gain.linear_ramp_to_value_at_time(LOUD, at + 0.02)?;
    // An exponential way never arrives at nothing.
    gain.exponential_ramp_to_value_at_time(0.001, at + RINGS)?;
    tone.connect_with_audio_node(&volume)?.connect_with_audio_node(out)?;
    tone.start_with_when(at)?;
    tone.stop_with_when(at + RINGS)
}
