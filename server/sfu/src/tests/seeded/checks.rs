//! What must hold of everything that leaves.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::time::Duration;
use std::time::Instant;

use domain::wire::Source;

use crate::route::Egress;
use crate::route::PacketView;
use crate::verbs::SeatKey;

/// What the payloads of a run say of themselves, behind the description of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) sender: u64,
    pub(super) source: Source,
    pub(super) layer: u8,
    /// Counts up with every packet of the layer.
    pub(super) number: u32,
    /// Whether it is the first packet of a keyframe.
    pub(super) begins: bool,
}

/// Octets before the tag.
const DESCRIPTION: usize = 10;

impl Tag {
    pub(super) fn write(self, description: &[u8], size: usize) -> Vec<u8> {
        let mut payload = description.to_vec();
        payload.resize(DESCRIPTION, 0);
        payload.extend(self.sender.to_be_bytes());
        payload.extend(self.number.to_be_bytes());
        payload.extend([self.source as u8, self.layer, u8::from(self.begins)]);
        payload.resize(size.max(payload.len()), 0);
        payload
    }

    fn read(payload: &[u8]) -> Self {
        let tag = &payload[DESCRIPTION..];
        Self {
            sender: u64::from_be_bytes(tag[..8].try_into().unwrap()),
            number: u32::from_be_bytes(tag[8..12].try_into().unwrap()),
            source: Source::ALL.into_iter().find(|source| *source as u8 == tag[12]).unwrap(),
            layer: tag[13],
            begins: tag[14] == 1,
        }
    }
}

/// How long more than the budget may flow: a larger layer flows on until the keyframe of the smaller one is there.
const OVERDRAWN: Duration = Duration::from_millis(1500);

/// What is averaged over when rates are compared.
const WINDOW: Duration = Duration::from_millis(500);

/// What is known of one slot's stream.
#[derive(Default)]
struct Stream {
    /// Who flows, the distance between its numbers and those that leave, and the number that it began with.
    run: Option<(u64, Source, u8, i64, u64)>,
    newest: Option<(u64, u32)>,
    sent: BTreeMap<u64, Tag>,
    last: Option<Instant>,
}

/// What a receiver gets of pictures, against what it may get.
#[derive(Default)]
struct Account {
    window: VecDeque<(Instant, usize)>,
    above_since: Option<Instant>,
}

/// Stands where packets leave, and looks at each.
#[derive(Default)]
pub(super) struct Checks {
    seed: u64,
    pub(super) packets: u64,
    streams: BTreeMap<(SeatKey, usize), Stream>,
    accounts: BTreeMap<SeatKey, Account>,
    now: Option<Instant>,
}

impl Checks {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    pub(super) fn set_time(&mut self, now: Instant) {
        self.now = Some(now);
    }

    /// A receiver began a new connection, or is gone.
    pub(super) fn forget(&mut self, seat: SeatKey) {
        self.streams.retain(|(of, _), _| *of != seat);
        self.accounts.remove(&seat);
    }

    /// A picture must have come to a slot within the last second.
    pub(super) fn assert_flows(&self, seat: SeatKey, slot: usize) {
        let (seed, now) = (self.seed, self.now.unwrap());
        let last = self.streams.get(&(seat, slot)).and_then(|stream| stream.last);
        assert!(
            last.is_some_and(|last| now - last < Duration::from_secs(1)),
            "seed {seed}: nothing comes to {seat:?} on slot {slot}, last {:?} ago",
            last.map(|last| now - last)
        );
    }

    /// Compares what flowed of pictures with what may.
    pub(super) fn settle(&mut self, seat: SeatKey, may: u64) {
        let (seed, Some(now)) = (self.seed, self.now) else { return };
        let account = self.accounts.entry(seat).or_default();
        while account.window.pop_front_if(|(at, _)| now - *at > WINDOW).is_some() {}
        let octets: usize = account.window.iter().map(|(_, octets)| octets).sum();
        let rate = octets as f64 * 8.0 / WINDOW.as_secs_f64();
        if rate <= may as f64 * 1.25 + 40_000.0 {
            account.above_since = None;
        }
        let since = *account.above_since.get_or_insert(now);
        assert!(
            now - since <= OVERDRAWN + WINDOW,
            "seed {seed}: {seat:?} gets {rate:.0} and may get {may} for too long"
        );
    }

    fn look(&mut self, receiver: SeatKey, slot: usize, view: &PacketView<'_>, repeat: bool) {
        let tag = Tag::read(&view.packet.payload);
        let place = format!("seed {}: {tag:?} to {receiver:?} on slot {slot} as {}", self.seed, view.seq);
        assert_ne!(tag.sender, receiver.0, "{place}: their own");
        let stream = self.streams.entry((receiver, slot)).or_default();
        if repeat {
            assert_eq!(stream.sent.get(&view.seq), Some(&tag), "{place}: a repetition is what left under that number");
            return;
        }
        self.packets += 1;
        stream.last = self.now;
        stream.follow(&tag, view, &place);
        if !tag.source.is_audio() {
            let (now, size) = (self.now.unwrap(), view.packet.payload.len());
            self.accounts.entry(receiver).or_default().window.push_back((now, size));
        }
    }
}

impl Stream {
    fn follow(&mut self, tag: &Tag, view: &PacketView<'_>, place: &str) {
        let distance = i64::try_from(view.seq).unwrap() - i64::try_from(view.packet.seq).unwrap();
        let run = (tag.sender, tag.source, tag.layer);
        match self.run {
            Some((sender, source, layer, apart, first)) if (sender, source, layer) == run && apart == distance => {
                assert!(view.seq >= first, "{place}: from before the switch");
            }
            _ => {
                assert!(tag.begins || tag.source.is_audio(), "{place}: a stream begins with a keyframe");
                if let Some((seq, timestamp)) = self.newest {
                    assert_eq!(view.seq, seq + 1, "{place}: right behind {seq}");
                    let passed = view.timestamp.wrapping_sub(timestamp);
                    assert!((1..1 << 31).contains(&passed), "{place}: time goes on");
                }
                self.run = Some((tag.sender, tag.source, tag.layer, distance, view.seq));
            }
        }
        let before = self.sent.insert(view.seq, *tag);
        assert!(before.is_none_or(|before| before == *tag), "{place}: that number was {before:?}");
        if self.sent.len() > 4000 {
            self.sent.pop_first();
        }
        if self.newest.is_none_or(|(seq, _)| seq < view.seq) {
            self.newest = Some((view.seq, view.timestamp));
        }
    }
}

impl Egress for Checks {
    fn write(&mut self, receiver: SeatKey, slot: usize, view: &PacketView<'_>) {
        self.look(receiver, slot, view, false);
    }

    fn repeat(&mut self, receiver: SeatKey, slot: usize, view: &PacketView<'_>) {
        self.look(receiver, slot, view, true);
    }

    fn flush(&mut self, _: Instant) {}
}
