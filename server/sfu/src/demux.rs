//! Whose datagram is this: by the sender's address, and before that is known by its name in ICE.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::net::SocketAddr;

use crate::verbs::SeatKey;

/// The most addresses remembered of one seat; a phone that wanders has a few.
const MOST_ADDRESSES: usize = 8;

/// The two ways to find a seat, both in constant time: nothing here asks one connection after the other.
#[derive(Debug, Default)]
pub(crate) struct Demux {
    by_address: HashMap<SocketAddr, SeatKey>,
    by_name: HashMap<String, SeatKey>,
    seats: BTreeMap<SeatKey, Known>,
}

#[derive(Debug, Default)]
struct Known {
    name: Option<String>,
    /// Oldest first.
    addresses: Vec<SocketAddr>,
}

impl Demux {
    /// The seat that has been verified at this address.
    pub(crate) fn at(&self, address: SocketAddr) -> Option<SeatKey> {
        self.by_address.get(&address).copied()
    }

    /// The seat with this local username fragment (RFC 8445 §5.3).
    pub(crate) fn named(&self, name: &str) -> Option<SeatKey> {
        self.by_name.get(name).copied()
    }

    /// Names a seat; its earlier name is forgotten.
    pub(crate) fn name(&mut self, seat: SeatKey, name: String) {
        let known = self.seats.entry(seat).or_default();
        if let Some(old) = known.name.replace(name.clone()) {
            self.by_name.remove(&old);
        }
        self.by_name.insert(name, seat);
    }

    /// Remembers that the seat was verified at this address.
    pub(crate) fn learn(&mut self, seat: SeatKey, address: SocketAddr) {
        let before = self.by_address.insert(address, seat);
        if before == Some(seat) {
            return;
        }
        if let Some(known) = before.and_then(|before| self.seats.get_mut(&before)) {
            known.addresses.retain(|a| *a != address);
        }
        let known = self.seats.entry(seat).or_default();
        known.addresses.push(address);
        if known.addresses.len() > MOST_ADDRESSES {
            let oldest = known.addresses.remove(0);
            self.by_address.remove(&oldest);
        }
    }

    pub(crate) fn forget(&mut self, seat: SeatKey) {
        let known = self.seats.remove(&seat).unwrap_or_default();
        if let Some(name) = known.name {
            self.by_name.remove(&name);
        }
        for address in known.addresses {
            self.by_address.remove(&address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn a_seat_is_found_by_name_then_by_address_until_forgotten() {
        let mut demux = Demux::default();
        let (ann, bob) = (SeatKey(1), SeatKey(2));
        demux.name(ann, "abcd".into());
        assert_eq!(demux.named("abcd"), Some(ann));
        demux.learn(ann, port(1));
        demux.learn(ann, port(1));
        demux.learn(bob, port(1));
        assert_eq!(demux.at(port(1)), Some(bob), "an address belongs to whoever was verified last");
        demux.forget(ann);
        assert_eq!(demux.at(port(1)), Some(bob), "and is not lost with its earlier owner");
        assert_eq!(demux.named("abcd"), None);
        demux.forget(bob);
        assert_eq!(demux.at(port(1)), None);
    }

    #[test]
    fn a_new_name_replaces_the_old_and_addresses_are_bounded() {
        let mut demux = Demux::default();
        let ann = SeatKey(1);
        demux.name(ann, "before".into());
        demux.name(ann, "after".into());
        assert_eq!((demux.named("before"), demux.named("after")), (None, Some(ann)));
        for n in 1..=20 {
            demux.learn(ann, port(n));
        }
        assert_eq!((demux.at(port(12)), demux.at(port(13))), (None, Some(ann)));
    }
}
