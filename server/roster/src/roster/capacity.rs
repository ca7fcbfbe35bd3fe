//! Seats for sound and picture: who has one, and who gets the next (SM-7, SM-8).
//!
//! Nobody loses such a seat while they are here, not even when the organiser lowers the capacity: then those who leave
//! are not replaced. A person whose connection is lost keeps it as long as their seat in the room.

use domain::access::Role;
use domain::wire::Update;

use super::Output;
use super::Roster;

impl Roster {
    /// Whether somebody who comes in gets a seat at once. The owner always does, if need be one above the capacity.
    pub(super) fn has_media_seat_for(&self, role: Role) -> bool {
        role == Role::Owner || self.has_free_media_seat()
    }

    /// Gives the free seats to those who are without, in the order of coming in. Whoever cannot be reached at the moment
    /// is passed over, and keeps their place in the line.
    pub(super) fn fill_media_seats(&mut self) {
        while self.has_free_media_seat() {
            let next = self.seats.iter_mut().find(|seat| !seat.participant.media && seat.participant.connected);
            let Some(seat) = next else { return };
            let Some(connection) = seat.connection() else { return };
            seat.participant.media = true;
            let participant = seat.participant.clone();
            // The right first: whoever reads the event may use it at once.
            self.outputs.push_back(Output::MediaSeat(connection));
            self.broadcast(Update::Participant { participant });
        }
    }

    fn has_free_media_seat(&self) -> bool {
        let taken = self.seats.iter().filter(|seat| seat.participant.media).count();
        taken < usize::from(self.settings.capacity.seats())
    }
}
