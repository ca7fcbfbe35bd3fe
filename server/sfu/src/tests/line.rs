//! The way between a client and the unit. What chance makes of it follows from a seed.

use std::net::SocketAddr;
use std::time::Duration;
use std::time::Instant;

use str0m_netem::Bitrate;
use str0m_netem::DataSize;
use str0m_netem::Input;
use str0m_netem::Netem;
use str0m_netem::NetemConfig;
use str0m_netem::Output;
use str0m_netem::Probability;
use str0m_netem::RandomLoss;
use str0m_netem::WithLen;

/// A way of so many milliseconds that carries everything.
pub(super) fn way(milliseconds: u64) -> NetemConfig {
    NetemConfig::new().latency(Duration::from_millis(milliseconds))
}

/// What every line is like at first.
pub(super) fn good() -> NetemConfig {
    way(10)
}

/// The same way, on which this share of the datagrams is lost.
pub(super) fn lossy(way: NetemConfig, share: f32) -> NetemConfig {
    way.loss(RandomLoss::new(Probability::new(share)))
}

/// The same way with room for so many kbit/s, behind a queue of 300 ms.
pub(super) fn narrow(way: NetemConfig, kilobits: u64) -> NetemConfig {
    way.link(Bitrate::kbps(kilobits), DataSize::bytes((kilobits * 300 / 8) as i64))
}

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

/// A datagram, and the client's address that it goes to or comes from.
#[derive(Clone)]
pub(super) struct Datagram {
    pub(super) address: SocketAddr,
    pub(super) bytes: Vec<u8>,
}

impl WithLen for Datagram {
    fn len(&self) -> usize {
        self.bytes.len()
    }
}

impl Line {
    pub(super) fn new() -> Self {
        let lane = || Lane { netem: Netem::new(good()), sent: Vec::new() };
        Self { down: lane(), up: lane() }
    }

    /// From here on both directions are like this.
    pub(super) fn shape(&mut self, config: NetemConfig, seed: u64) {
        self.down.shape(config.seed(2 * seed));
        self.up.shape(config.seed(2 * seed + 1));
    }
}

impl Lane {
    /// From here on this direction is like this.
    pub(super) fn shape(&mut self, config: NetemConfig) {
        self.netem.set_config(config);
    }

    pub(super) fn pass(&mut self, datagram: Datagram, now: Instant) {
        self.sent.push((now, datagram.len()));
        self.netem.handle_input(Input::Packet(now, datagram));
    }

    /// What has come through by now.
    pub(super) fn arrived(&mut self, now: Instant) -> Vec<Datagram> {
        self.netem.handle_input(Input::Timeout(now));
        let mut arrived = Vec::new();
        while let Some(Output::Packet(datagram)) = self.netem.poll_output() {
            arrived.push(datagram);
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
