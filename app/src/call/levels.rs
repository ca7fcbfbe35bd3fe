//! How loud the microphone is.

use std::time::Duration;

use leptos::prelude::*;
use web_sys::AnalyserNode;
use web_sys::AudioContext;
use web_sys::MediaStream;
use web_sys::MediaStreamTrack;

/// Time between two looks at the microphone.
const EVERY: Duration = Duration::from_millis(60);

/// Listens to a track until the owner of this call is cleaned up; `level` gets `0.0..=1.0`.
pub fn listen(track: &MediaStreamTrack, level: WriteSignal<f64>) {
    let Some((context, analyser)) = analyser(track) else { return };
    let mut samples = vec![0.0_f32; analyser.fft_size() as usize];
    let look = move || {
        analyser.get_float_time_domain_data(&mut samples);
        level.try_set(loudness(&samples));
    };
    let look = std::cell::RefCell::new(look);
    let timer = set_interval_with_handle(move || (look.borrow_mut())(), EVERY);
    let context = StoredValue::new_local(context);
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
        let _ = context.try_with_value(AudioContext::close);
        level.try_set(0.0);
    });
}

fn analyser(track: &MediaStreamTrack) -> Option<(AudioContext, AnalyserNode)> {
    let context = AudioContext::new().ok()?;
    let stream = MediaStream::new().ok()?;
    stream.add_track(track);
    let analyser = context.create_analyser().ok()?;
    analyser.set_fft_size(512);
    context.create_media_stream_source(&stream).ok()?.connect_with_audio_node(&analyser).ok()?;
    // Some browsers start it asleep until the person has touched the page.
    let _ = context.resume();
    Some((context, analyser))
}

/// Root mean square on a scale that ears know: -60 dB is nothing, -10 dB is full.
fn loudness(samples: &[f32]) -> f64 {
    let sum: f64 = samples.iter().map(|sample| f64::from(*sample) * f64::from(*sample)).sum();
    let rms = (sum / samples.len().max(1) as f64).sqrt();
    let decibels = 20.0 * rms.max(1e-6).log10();
    ((decibels + 60.0) / 50.0).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loudness_is_read_as_ears_hear() {
        assert_eq!(loudness(&[0.0; 16]), 0.0);
        assert_eq!(loudness(&[]), 0.0);
        assert_eq!(loudness(&[1.0, -1.0]), 1.0);
        assert!((0.7..0.9).contains(&loudness(&[0.1, -0.1])));
    }
}
