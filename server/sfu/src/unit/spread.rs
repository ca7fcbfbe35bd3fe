//! Conferences whose people sit at several units.

use std::collections::BTreeMap;

use super::ConferenceKey;
use super::Sfu;
use crate::relay::Batch;
use crate::relay::Message;
use crate::relay::UnitKey;

impl Sfu {
    /// Takes what another unit tells of a conference.
    pub(super) fn hear_unit(&mut self, from: UnitKey, batch: Batch) {
        let Batch { meeting, messages } = batch;
        let has_ended = matches!(messages.last(), Some(Message::End));
        let Some(key) = self.by_meeting.get(&meeting).copied() else {
            // Nobody sits here any more, which that unit did not know yet.
            if !has_ended {
                self.relays.push_back((from, Batch { meeting, messages: vec![Message::End] }));
            }
            return;
        };
        let Some(conference) = self.conferences.get_mut(&key) else { return };
        // Whoever ends a part is not told of this one: they would have to say so again.
        if !has_ended {
            conference.link(from);
        }
        let left: Vec<_> = messages.into_iter().filter_map(|message| conference.hear_part(from, message)).collect();
        left.into_iter().for_each(|seat| self.leave(seat));
        self.touched.insert(key);
    }

    /// Another unit is no more.
    pub(super) fn lose(&mut self, unit: UnitKey) {
        for (key, conference) in &mut self.conferences {
            conference.unlink(unit);
            self.touched.insert(*key);
        }
    }

    /// Ends a conference in which nobody sits any more.
    pub(super) fn end(&mut self, key: ConferenceKey) {
        if let Some(mut conference) = self.conferences.remove(&key) {
            let outgoing = conference.take_outgoing().into_iter().chain(conference.end()).collect();
            self.relay(key, outgoing);
        }
        if let Some(meeting) = self.meetings.remove(&key) {
            self.by_meeting.remove(&meeting);
        }
        self.timers.remove(key);
    }

    /// Hands out what a conference has to tell other units, one batch for each.
    pub(super) fn relay(&mut self, key: ConferenceKey, outgoing: Vec<(UnitKey, Message)>) {
        let Some(meeting) = self.meetings.get(&key).filter(|_| !outgoing.is_empty()) else { return };
        let mut batches: BTreeMap<UnitKey, Vec<Message>> = BTreeMap::new();
        for (unit, message) in outgoing {
            batches.entry(unit).or_default().push(message);
        }
        let batch = |(unit, messages)| (unit, Batch { meeting: meeting.clone(), messages });
        self.relays.extend(batches.into_iter().map(batch));
    }
}
