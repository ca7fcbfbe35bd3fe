//! Who is here, as the list tells it: raised hands first, the longest up on top; then this person; then the others, in
//! the order of coming in.

use std::collections::BTreeMap;

use domain::ParticipantId;
use domain::wire::Participant;

use super::order::map_of;
use super::state::RoomState;

/// What the list tells of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Who.
    pub person: Participant,
    /// Whether that is this person.
    pub own: bool,
    /// Which of the raised hands is theirs, counted from one.
    pub hand: Option<usize>,
}

/// The list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attendance {
    order: Vec<ParticipantId>,
    lines: BTreeMap<ParticipantId, Line>,
}

impl Attendance {
    /// The list of a room.
    pub fn of(room: &RoomState) -> Self {
        let hands = room.hands();
        let line = |person: &Participant| Line {
            person: person.clone(),
            own: person.id == room.you,
            hand: hands.iter().position(|up| *up == person.id).map(|before| before + 1),
        };
        let lines = map_of(room.participants.iter().map(|person| (person.id.clone(), line(person))));
        let is_still = |id: &ParticipantId| lines.get(id).is_some_and(|line| line.hand.is_none());
        let others = room.order().into_iter().filter(is_still);
        let order = hands.iter().cloned().chain(others).collect();
        Self { order, lines }
    }

    /// How many are here.
    pub fn count(&self) -> usize {
        self.order.len()
    }

    /// What is told of one of them.
    pub fn line(&self, id: &ParticipantId) -> Option<&Line> {
        self.lines.get(id)
    }

    /// Those whose name is one that is looked for, in order.
    pub fn find(&self, looked_for: impl Fn(&str) -> bool) -> Vec<ParticipantId> {
        let found = |id: &&ParticipantId| self.line(id).is_some_and(|line| looked_for(line.person.name.as_str()));
        self.order.iter().filter(found).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use domain::access::Role;
    use domain::id::ENTROPY;
    use domain::meeting::Capacity;
    use domain::meeting::Settings;
    use domain::text::DisplayName;
    use domain::text::Title;
    use domain::wire::Publishing;
    use domain::wire::Quality;
    use domain::wire::Room;

    use super::*;

    fn id(n: u8) -> ParticipantId {
        ParticipantId::from_entropy([n; ENTROPY])
    }

    fn person(n: u8, hand: Option<i64>) -> Participant {
        Participant {
            id: id(n),
            name: DisplayName::parse(&format!("Person {n}")).unwrap(),
            role: Role::Speaker,
            guest: true,
            media: true,
            publishing: Publishing::default(),
            hand_raised_at: hand.map(Timestamp::from_millis),
            connected: true,
            quality: Quality::Good,
        }
    }

    fn attendance(participants: Vec<Participant>) -> Attendance {
        let settings = Settings {
            title: Title::parse("Round").unwrap(),
            password_set: false,
            allow_guests: true,
            attendees_may_start: true,
            regular: false,
            capacity: Capacity::USUAL,
        };
        Attendance::of(&RoomState::enter(id(3), &Room { seq: 0, settings, participants, chat: Vec::new() }))
    }

    #[test]
    fn raised_hands_come_first_with_their_number_then_oneself_then_the_others() {
        let here = attendance(vec![person(1, None), person(2, Some(20)), person(3, None), person(4, Some(10))]);
        assert_eq!(here.find(|_| true), [id(4), id(2), id(3), id(1)]);
        let hand = |n| here.line(&id(n)).and_then(|line| line.hand);
        assert_eq!([hand(4), hand(2), hand(3), hand(1)], [Some(1), Some(2), None, None]);
        assert!(here.line(&id(3)).is_some_and(|line| line.own));
        assert_eq!((here.count(), here.line(&id(9))), (4, None));
    }

    #[test]
    fn whoever_raised_a_hand_oneself_stands_among_the_others_who_did() {
        let here = attendance(vec![person(1, Some(30)), person(2, None), person(3, Some(20)), person(4, Some(10))]);
        assert_eq!(here.find(|_| true), [id(4), id(3), id(1), id(2)]);
        let absent = attendance(vec![person(2, None), person(1, None)]);
        assert_eq!(absent.find(|_| true), [id(2), id(1)], "one who is not told to be here is not listed");
    }

    #[test]
    fn whoever_is_looked_for_is_found_in_the_same_order() {
        let here = attendance(vec![person(1, None), person(12, None), person(21, Some(1))]);
        assert_eq!(here.find(|name| name.contains('1')), [id(21), id(1), id(12)]);
        assert!(here.find(|name| name.contains("Ann")).is_empty());
    }
}
