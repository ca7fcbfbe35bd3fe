//! Who is heard: sounds onto the audio slots of a receiver.

use domain::wire::Source;

use crate::track::TrackKey;
use crate::verbs::SeatKey;

/// How much louder (in dB) a voice must be to take a slot from another.
const LEAD: f32 = 8.0;

/// A sound that could be heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sound {
    pub(super) track: TrackKey,
    /// 0 to 127.
    pub(super) loudness: f32,
}

/// What should be on the slots of the receiver `own`, given what is there.
///
/// While there are enough slots, everybody has one, silent or not: nobody's first syllable is lost. Otherwise the
/// loudest have them; what a shared screen plays goes before any voice. What stays, stays on its slot. Nobody is
/// given their own sound, or one that is `taken` by another slot.
pub(super) fn cast(
    sounds: &[Sound],
    own: SeatKey,
    taken: &[Option<TrackKey>],
    slots: &[Option<TrackKey>],
) -> Vec<Option<TrackKey>> {
    let rank = |sound: &Sound| {
        let screen = if sound.track.1 == Source::ScreenAudio { 1000.0 } else { 0.0 };
        let stays = if slots.contains(&Some(sound.track)) { LEAD } else { 0.0 };
        sound.loudness + screen + stays
    };
    let mut others: Vec<&Sound> =
        sounds.iter().filter(|s| s.track.0 != own && !taken.contains(&Some(s.track))).collect();
    others.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then(a.track.cmp(&b.track)));
    others.truncate(slots.len());
    let mut cast: Vec<Option<TrackKey>> =
        slots.iter().map(|slot| slot.filter(|track| others.iter().any(|s| s.track == *track))).collect();
    let mut new = others.iter().map(|s| s.track).filter(|track| !slots.contains(&Some(*track)));
    for slot in cast.iter_mut().filter(|slot| slot.is_none()) {
        *slot = new.next();
    }
    cast
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: SeatKey = SeatKey(0);

    fn voice(who: u64, loudness: f32) -> Sound {
        Sound { track: (SeatKey(who), Source::Microphone), loudness }
    }

    fn track(who: u64) -> Option<TrackKey> {
        Some((SeatKey(who), Source::Microphone))
    }

    #[test]
    fn with_few_people_everybody_has_a_slot_and_nobody_their_own() {
        let sounds = [voice(0, 100.0), voice(1, 0.0), voice(2, 0.0)];
        assert_eq!(cast(&sounds, ME, &[], &[None; 3]), [track(1), track(2), None]);
    }

    #[test]
    fn the_loudest_take_the_slots_and_stay_where_they_are() {
        let mut sounds = vec![voice(1, 90.0), voice(2, 80.0), voice(3, 10.0), voice(4, 5.0)];
        let before = cast(&sounds, ME, &[], &[None; 2]);
        assert_eq!(before, [track(1), track(2)]);
        sounds[2].loudness = 86.0;
        assert_eq!(cast(&sounds, ME, &[], &before), before, "not louder by enough");
        sounds[2].loudness = 95.0;
        assert_eq!(cast(&sounds, ME, &[], &before), [track(1), track(3)]);
        sounds.remove(0);
        assert_eq!(cast(&sounds, ME, &[], &before), [track(3), track(2)], "who left makes room");
    }

    #[test]
    fn what_another_slot_has_is_not_heard_twice() {
        let sounds = [voice(1, 90.0), voice(2, 10.0)];
        assert_eq!(cast(&sounds, ME, &[track(1)], &[None; 2]), [track(2), None]);
    }

    #[test]
    fn a_shared_screen_goes_before_any_voice() {
        let screen = Sound { track: (SeatKey(9), Source::ScreenAudio), loudness: 0.0 };
        let sounds = [voice(1, 120.0), voice(2, 110.0), screen];
        assert_eq!(cast(&sounds, ME, &[], &[track(1), track(2)]), [track(1), Some(screen.track)]);
    }
}
