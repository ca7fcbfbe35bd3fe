//! Whatever happens, a client that follows the events sees the room as it is.

use domain::wire::Room;
use domain::wire::Update;
use proptest::prelude::*;

use super::*;

/// Follows the events as a client does.
fn follow(room: &mut Room, outputs: &[Output]) {
    for output in outputs {
        let Output::Broadcast(event) = output else { continue };
        assert_eq!(event.seq, room.seq + 1, "events are numbered without gaps");
        room.seq = event.seq;
        match event.update.clone() {
            Update::Participant { participant } => {
                match room.participants.iter_mut().find(|known| known.id == participant.id) {
                    Some(known) => *known = participant,
                    None => room.participants.push(participant),
                }
            }
            Update::Left { participant } => room.participants.retain(|known| known.id != participant),
            Update::Chat { message } => room.chat.push(message),
            Update::Settings { settings } => room.settings = settings,
            Update::Reaction { .. } => {}
        }
    }
}

fn any_input() -> impl Strategy<Value = (u8, u8, bool, u64)> {
    (0_u8..9, 2_u8..6, any::<bool>(), 0_u64..40)
}

proptest! {
    #[test]
    fn events_mirror_the_room(steps in prop::collection::vec(any_input(), 1..60)) {
        let mut stage = Stage::new(|_| {});
        stage.enter(1, member(1));
        let mut room = stage.roster.snapshot();
        for (kind, n, flag, seconds) in steps {
            let connection = connection(n);
            let outputs = match kind {
                0 | 1 => stage.give(Input::Enter(entrance(n, n, if flag { member(n) } else { Visitor::Guest }))),
                2 => stage.give(Input::Lost(connection)),
                3 => stage.act(n, Deed::Hand(flag)),
                4 => stage.act(n, Deed::Leave),
                5 => stage.give(Input::SettingsChanged {
                    settings: Settings { allow_guests: flag, ..settings() },
                    password_changed: false,
                }),
                6 => stage.act(n, Deed::React("👍".to_owned())),
                _ => stage.pass(seconds),
            };
            follow(&mut room, outputs);
            prop_assert_eq!(&room, &stage.roster.snapshot());
        }
    }
}
