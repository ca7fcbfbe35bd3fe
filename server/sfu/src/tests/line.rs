//! A bad line, in both directions alike.

use std::time::Duration;
use std::time::Instant;

use str0m_netem::Input;
use str0m_netem::Netem;
use str0m_netem::NetemConfig;
use str0m_netem::Output;
use str0m_netem::WithLen;

/// Both directions.
pub(super) struct Line {
    pub(super) down: Lane,
    pub(super) up: Lane,
}

/// One direction.
pub(super) struct Lane {
    netem: Netem<Datagram>,
    /// When something was sent, and how many octets.
    sent: Vec<(Instant, usize)>,
}

#[derive(Clone)]
struct Datagram(Vec<u8>);

impl WithLen for Datagram {
    fn len(&self) -> usize {
        self.0.len()
    }
}

impl Line {
    pub(super) fn new(config: NetemConfig, seed: u64) -> Self {
        let lane = |seed| Lane { netem: Netem::new(config.seed(seed)), sent: Vec::new() };
        Self { down: lane(2 * seed), up: lane(2 * seed + 1) }
    }

    /// From here on the line is like this.
    pub(super) fn shape(&mut self, config: NetemConfig) {
        self.down.netem.set_config(config);
        self.up.netem.set_config(config);
    }
}

impl Lane {
    pub(super) fn pass(&mut self, bytes: Vec<u8>, now: Instant) {
        self.sent.push((now, bytes.len()));
        self.netem.handle_input(Input::Packet(now, Datagram(bytes)));
    }

    /// What has come through by now.
    pub(super) fn arrived(&mut self, now: Instant) -> Vec<Vec<u8>> {
        self.netem.handle_input(Input::Timeout(now));
        let mut arrived = Vec::new();
        while let Some(Output::Packet(Datagram(bytes))) = self.netem.poll_output() {
            arrived.push(bytes);
        }
        arrived
    }

    /// The most bits per second that were sent over so long a time, from `since` on.
    pub(super) fn highest_rate(&self, since: Instant, over: Duration) -> f64 {
        let sent: Vec<_> = self.sent.iter().filter(|(at, _)| *at >= since).collect();
        let from = |first: Instant| sent.iter().filter(move |(at, _)| (first..first + over).contains(at));
        let octets = sent.iter().map(|(first, _)| from(*first).map(|(_, octets)| octets).sum::<usize>()).max();
        octets.unwrap_or_default() as f64 * 8.0 / over.as_secs_f64()
    }
}
