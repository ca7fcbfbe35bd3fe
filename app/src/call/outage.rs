//! What is known of the signalling connection while it does not stand. Pure: the time comes in.

/// How long the first connection may take before it is said that something stands in its way, in milliseconds.
const PATIENCE_MS: f64 = 8_000.0;

/// Why there is no connection, as far as can be told from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// It is being made, which takes a moment.
    Connecting,
    /// It has not come about for so long that something must stand in its way.
    Unreachable,
    /// It stood, and is being made anew.
    Lost,
    /// The server said that it stops; it comes back.
    Restarting,
}

/// How the connection of one visit stands, over all attempts to make it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contact {
    /// When it was lost or first wanted, in milliseconds of any clock that only runs forward; nothing while it stands.
    missed_since: Option<f64>,
    /// Whether it ever stood.
    stood: bool,
    /// Whether the server said goodbye since it last stood.
    stops: bool,
}

impl Contact {
    /// None yet: it is wanted from `now` on.
    pub fn wanted(now: f64) -> Self {
        Self { missed_since: Some(now), stood: false, stops: false }
    }

    /// The server has answered.
    pub fn made(&mut self) {
        *self = Self { missed_since: None, stood: true, stops: false };
    }

    /// The server says that it stops.
    pub fn will_end(&mut self) {
        self.stops = true;
    }

    /// It is gone, or could not be made again.
    pub fn lost(&mut self, now: f64) {
        self.missed_since.get_or_insert(now);
    }

    /// What to say at `now`; nothing while it stands.
    pub fn outage(&self, now: f64) -> Option<Outage> {
        let since = self.missed_since?;
        Some(match (self.stops, self.stood) {
            (true, _) => Outage::Restarting,
            (false, true) => Outage::Lost,
            (false, false) if now - since >= PATIENCE_MS => Outage::Unreachable,
            (false, false) => Outage::Connecting,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_never_answers_is_unreachable_after_a_while_however_often_it_is_tried() {
        let mut contact = Contact::wanted(1_000.0);
        for attempt in [1_500.0, 2_500.0, 6_000.0] {
            contact.lost(attempt);
            assert_eq!(contact.outage(attempt), Some(Outage::Connecting));
        }
        assert_eq!(contact.outage(8_999.0), Some(Outage::Connecting));
        assert_eq!(contact.outage(9_000.0), Some(Outage::Unreachable));
        contact.made();
        assert_eq!(contact.outage(9_001.0), None);
    }

    #[test]
    fn a_connection_that_stood_is_lost_and_not_unreachable() {
        let mut contact = Contact::wanted(0.0);
        contact.made();
        contact.lost(60_000.0);
        assert_eq!(contact.outage(60_000.0), Some(Outage::Lost));
        assert_eq!(contact.outage(600_000.0), Some(Outage::Lost));
    }

    #[test]
    fn a_server_that_says_goodbye_is_restarting_until_it_answers_again() {
        let mut contact = Contact::wanted(0.0);
        contact.made();
        contact.will_end();
        assert_eq!(contact.outage(1_000.0), None, "it is still there");
        contact.lost(1_100.0);
        contact.lost(1_400.0);
        assert_eq!(contact.outage(30_000.0), Some(Outage::Restarting));
        contact.made();
        contact.lost(31_000.0);
        assert_eq!(contact.outage(31_000.0), Some(Outage::Lost), "the next loss is another one");
    }
}
