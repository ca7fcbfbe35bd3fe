//! What the unit counts.

/// Counts since the unit was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams that came in.
    pub datagrams: u64,
    /// Datagrams that are nothing the unit knows, or too large.
    pub garbage: u64,
    /// Datagrams from strangers: nobody's address, nobody's name in ICE.
    pub strangers: u64,
    /// Media packets taken in.
    pub received: u64,
    /// Media packets handed out to receivers.
    pub forwarded: u64,
    /// Media packets handed out once more, to receivers who missed them.
    pub repeated: u64,
    /// Media packets that could not be understood, of video above all.
    pub broken: u64,
    /// Datagrams sent, media and everything else.
    pub sent: u64,
    /// Octets of the datagrams that came in.
    pub octets_received: u64,
    /// Octets of the datagrams sent.
    pub octets_sent: u64,
    /// Keyframes asked of senders.
    pub keyframes_asked: u64,
    /// Offers answered.
    pub answered: u64,
    /// Offers refused.
    pub refused: u64,
    /// Peer connections that exist.
    pub peers: u64,
    /// Conferences that exist.
    pub conferences: u64,
    /// How much of its receivers' pictures a unit that is too busy leaves out, in percent; of several units, the most.
    pub shed: u64,
}

impl Counters {
    /// Adds the counts of another unit.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            datagrams: self.datagrams.wrapping_add(other.datagrams),
            garbage: self.garbage.wrapping_add(other.garbage),
            strangers: self.strangers.wrapping_add(other.strangers),
            received: self.received.wrapping_add(other.received),
            forwarded: self.forwarded.wrapping_add(other.forwarded),
            repeated: self.repeated.wrapping_add(other.repeated),
            broken: self.broken.wrapping_add(other.broken),
            sent: self.sent.wrapping_add(other.sent),
            octets_received: self.octets_received.wrapping_add(other.octets_received),
            octets_sent: self.octets_sent.wrapping_add(other.octets_sent),
            keyframes_asked: self.keyframes_asked.wrapping_add(other.keyframes_asked),
            answered: self.answered.wrapping_add(other.answered),
            refused: self.refused.wrapping_add(other.refused),
            peers: self.peers.wrapping_add(other.peers),
            conferences: self.conferences.wrapping_add(other.conferences),
            shed: self.shed.max(other.shed),
        }
    }

    /// What remains of the counts when the unit is gone: all but what existed in it.
    #[must_use]
    pub fn past(self) -> Self {
        Self { peers: 0, conferences: 0, shed: 0, ..self }
    }
}

/// Counts one more. A count of 64 bits does not overflow while the machine stands.
pub(crate) fn count(counter: &mut u64) {
    *counter = counter.wrapping_add(1);
}

/// Counts so many more.
pub(crate) fn add(counter: &mut u64, many: usize) {
    *counter = counter.wrapping_add(u64::try_from(many).unwrap_or_default());
}
