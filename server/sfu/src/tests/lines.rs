//! Somebody behind a bad line, seen by the whole unit: what chance makes of it follows from a seed.

use std::time::Duration;

use str0m::RtcConfig;
use str0m_netem::NetemConfig;

use super::client::Got;
use super::line::lossy;
use super::line::narrow;
use super::line::way;
use super::world::World;

/// Runs of each line.
const RUNS: u64 = 4;

/// How long it takes until what the line carries is known, and how long is watched then, in milliseconds.
const SETTLE: u64 = 5000;
const WATCHED: u64 = 10_000;

/// Twenty milliseconds of voice per packet, and the longest silence that is no break, in packets.
const LONGEST_SILENCE: u64 = 10;

fn redundant(config: RtcConfig) -> RtcConfig {
    config.enable_opus(true, true).enable_vp8(true)
}

/// Ann on a good line and Ben behind a bad one, who see and hear each other.
struct Pair(World);

impl Pair {
    fn new(config: NetemConfig, seed: u64) -> Self {
        let mut world = World::new();
        let (ann, ben) = (world.join_with(1, 1, redundant), world.join_with(1, 1, redundant));
        world.run(2000);
        world.want(ann, vec![world.wish(ann, 0, ben, 720)]);
        world.want(ben, vec![world.wish(ben, 0, ann, 720)]);
        world.clients[ben].line.shape(config, seed);
        Self(world)
    }

    /// What both got after the line was settled on.
    fn watch(&mut self) -> [Seen; 2] {
        self.0.run(SETTLE);
        self.0.forget();
        self.0.run(WATCHED);
        [0, 1].map(|who| Seen::new(&self.0.clients[who].got))
    }
}

/// What somebody got in a while, in order.
struct Seen {
    sounds: Vec<u64>,
    pictures: Vec<Got>,
}

impl Seen {
    fn new(got: &[Got]) -> Self {
        let (sounds, mut pictures): (Vec<Got>, Vec<Got>) = got.iter().cloned().partition(|got| got.layer == 'a');
        let mut sounds: Vec<u64> = sounds.iter().map(|sound| sound.seq).collect();
        sounds.sort_unstable();
        pictures.sort_by_key(|picture| picture.seq);
        for pair in pictures.windows(2) {
            let next = pair[1].seq == pair[0].seq + 1;
            assert!(pair[1].seq > pair[0].seq, "a number twice: {pair:?}");
            assert!(!next || pair[0].layer == pair[1].layer || pair[1].keyframe, "half a picture of each: {pair:?}");
        }
        Self { sounds, pictures }
    }

    /// The longest time without sound, in packets: one that is lost is made good by the next.
    fn longest_silence(&self) -> u64 {
        assert!(self.sounds.len() > 100, "{} packets of sound", self.sounds.len());
        self.sounds.windows(2).map(|pair| (pair[1] - pair[0]).saturating_sub(2)).max().unwrap_or_default()
    }

    /// The share of pictures that are missing for good, in percent. The first and the last second are not judged: what
    /// belongs to them may have come before, or may still come.
    fn missing(&self) -> f64 {
        let numbers = |seen: &[Got]| seen.last().unwrap().seq - seen[0].seq + 1;
        let judged = self.pictures.get(25..self.pictures.len().saturating_sub(25)).unwrap_or_default();
        assert!(judged.len() > 10, "{} pictures", self.pictures.len());
        let sent = numbers(judged);
        100.0 * (sent - judged.len() as u64) as f64 / sent as f64
    }

    fn layer(&self) -> char {
        self.pictures.last().unwrap().layer
    }
}

#[test]
fn up_to_a_tenth_of_loss_the_sound_never_breaks_and_up_to_a_twentieth_no_picture_is_missing() {
    for percent in [2_u8, 5, 10] {
        for seed in 0..RUNS {
            for seen in Pair::new(lossy(way(20), f32::from(percent) / 100.0), seed).watch() {
                let silence = seen.longest_silence();
                assert!(silence < LONGEST_SILENCE, "{percent} %, seed {seed}: {silence} packets of silence");
                let missing = seen.missing();
                let most = if percent <= 5 { 0.0 } else { 4.0 };
                assert!(missing <= most, "{percent} %, seed {seed}: {missing} % of the pictures are missing");
                assert!(percent > 5 || seen.layer() == 'h', "{percent} %, seed {seed}: {}", seen.layer());
            }
        }
    }
}

#[test]
fn when_a_fifth_is_lost_there_is_still_sound_and_a_picture() {
    for seed in 0..RUNS {
        for seen in Pair::new(lossy(way(20), 0.2), seed).watch() {
            assert!(seen.longest_silence() < 2 * LONGEST_SILENCE, "seed {seed}: {}", seen.longest_silence());
            assert!(seen.missing() < 20.0, "seed {seed}: {}", seen.missing());
        }
    }
}

#[test]
fn a_long_way_with_jitter_carries_everything() {
    let config = way(300).jitter(Duration::from_millis(30));
    for seed in 0..RUNS {
        let mut pair = Pair::new(config, seed);
        // At first the longer way looks like a queue.
        pair.0.run(10_000);
        for seen in pair.watch() {
            assert_eq!((seen.longest_silence(), seen.missing(), seen.layer()), (0, 0.0, 'h'), "seed {seed}");
        }
    }
}

#[test]
fn a_narrow_way_is_not_given_more_than_it_carries() {
    // With its repetitions the voice takes 100 of them; what 150 leave is not always enough for the smallest picture.
    for (kilobits, layer) in [(500, Some('h')), (210, Some('l')), (150, None)] {
        for seed in 0..RUNS {
            let mut pair = Pair::new(narrow(way(20), kilobits), seed);
            let [_, ben] = pair.watch();
            assert!(ben.longest_silence() < LONGEST_SILENCE, "{kilobits}, seed {seed}: {}", ben.longest_silence());
            if let Some(layer) = layer {
                assert_eq!(ben.layer(), layer, "{kilobits} kbit/s, seed {seed}");
            }
            let since = pair.0.now - Duration::from_millis(WATCHED / 2);
            // Whether there is more is found out by sending more for a moment.
            let rate = pair.0.clients[1].line.down.highest_rate(since, Duration::from_secs(4));
            assert!(rate < kilobits as f64 * 1400.0, "{kilobits} kbit/s, seed {seed}: {rate:.0} bit/s were sent");
        }
    }
}

#[test]
fn eight_seconds_after_a_cap_has_lifted_everything_is_as_before() {
    for seed in 0..RUNS {
        let mut pair = Pair::new(way(20), seed);
        for _ in 0..3 {
            pair.0.clients[1].line.shape(narrow(way(20), 150), seed);
            pair.0.run(SETTLE);
            pair.0.clients[1].line.shape(way(20), seed);
            pair.0.run(8000);
            pair.0.forget();
            pair.0.run(4000);
            for who in [0, 1] {
                let seen = Seen::new(&pair.0.clients[who].got);
                assert_eq!((seen.layer(), seen.missing()), ('h', 0.0), "seed {seed}");
            }
        }
    }
}
