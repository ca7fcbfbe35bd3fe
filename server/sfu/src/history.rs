//! The last packets of one layer, for receivers who miss one. One ring per source, however many receive it.

use std::sync::Arc;

use crate::packet::Packet;

/// Packets kept: three seconds of a picture of 720 lines.
const KEPT: usize = 512;

/// The ring. It grows to its size when the first packet comes, for most layers of most cameras are never sent.
#[derive(Debug, Default)]
pub(crate) struct History {
    ring: Vec<Option<Arc<Packet>>>,
}

impl History {
    pub(crate) fn keep(&mut self, packet: &Arc<Packet>) {
        if self.ring.is_empty() {
            self.ring.resize(KEPT, None);
        }
        if let Some(place) = self.ring.get_mut(place(packet.seq)) {
            *place = Some(Arc::clone(packet));
        }
    }

    pub(crate) fn find(&self, ssrc: u32, seq: u64) -> Option<&Arc<Packet>> {
        let packet = self.ring.get(place(seq))?.as_ref()?;
        (packet.seq == seq && packet.ssrc == ssrc).then_some(packet)
    }
}

fn place(seq: u64) -> usize {
    usize::try_from(seq).unwrap_or_default() % KEPT
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::tests::packets::vp8;

    #[test]
    fn the_last_packets_are_found_and_older_ones_are_not() {
        #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
        let now = Instant::now();
        let mut history = History::default();
        assert!(history.find(7, 0).is_none());
        for seq in 0..KEPT as u64 + 5 {
            history.keep(&Arc::new(vp8(7, seq, 0, 0, 0, now)));
        }
        assert!(history.find(7, 4).is_none() && history.find(7, 5).is_some());
        assert!(history.find(8, 5).is_none(), "another stream under the same number");
    }
}
