//! The seam between deciding what flows and sending it.

use std::sync::Arc;
use std::time::Instant;

use crate::packet::Packet;
use crate::verbs::SeatKey;
use crate::vp8::Patch;

/// A packet for one receiver: the sender's payload, shared by all, under this receiver's numbers.
#[derive(Debug)]
pub(crate) struct PacketView<'a> {
    pub(crate) packet: &'a Arc<Packet>,
    pub(crate) seq: u64,
    pub(crate) timestamp: u32,
    /// What to overwrite in the payload.
    pub(crate) patch: Option<Patch>,
}

/// Where forwarded packets leave.
///
/// The conference writes any number of packets and knows nothing of encryption; whoever stands behind this
/// decides when and how they become datagrams, at the latest in `flush`.
pub(crate) trait Egress {
    /// Takes a packet for the slot with this index of a receiver. A receiver who is not connected gets nothing.
    fn write(&mut self, receiver: SeatKey, slot: usize, packet: &PacketView<'_>);

    /// Takes a packet that was written before, for a receiver who misses it.
    fn repeat(&mut self, receiver: SeatKey, slot: usize, packet: &PacketView<'_>);

    /// Lets everything written become datagrams.
    fn flush(&mut self, now: Instant);
}
