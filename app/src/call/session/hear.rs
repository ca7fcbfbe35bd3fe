//! What the server says.

use std::time::Duration;

use domain::ChatId;
use domain::ParticipantId;
use domain::Problem;
use domain::wire::ChatMessage;
use domain::wire::Event;
use domain::wire::Room;
use domain::wire::ServerMessage;
use leptos::prelude::*;

use super::Call;
use super::Flow;
use super::Phase;
use super::Reaction;
use crate::call::health::Health;
use crate::call::line::Input;
use crate::call::memory;
use crate::call::platform;
use crate::call::state::News;
use crate::call::state::RoomState;
use crate::text;

/// How long a sentence about the room is shown.
const SAID: Duration = Duration::from_secs(5);

/// How long the beginning of a message is shown.
const GLIMPSE: Duration = Duration::from_secs(5);

/// As many of them are shown at a time; how many messages there are, the badge tells.
const GLIMPSES: usize = 2;

/// How long a reaction is shown.
const REACTION: Duration = Duration::from_secs(4);

impl Call {
    pub(super) fn hear(&self, message: ServerMessage) {
        match message {
            ServerMessage::People { participants } => self.parts.update_value(|parts| parts.ahead.extend(participants)),
            ServerMessage::Welcome { you, resume, room, ice_servers } => {
                self.parts.update_value(|parts| parts.ice_servers = ice_servers);
                self.come_in(you, &resume, &self.whole(room));
            }
            ServerMessage::IceServers { ice_servers } => {
                self.parts.update_value(|parts| parts.ice_servers = ice_servers);
            }
            ServerMessage::Waiting { settings } => {
                self.step(Input::Admitted);
                self.make_contact();
                self.phase.set(Phase::Waiting(settings));
            }
            ServerMessage::Snapshot { room } => self.see_again(&self.whole(room)),
            ServerMessage::Event(event) => self.happen(&event),
            ServerMessage::Answer { id, sdp } => self.on_answer(id, sdp),
            ServerMessage::Slots { slots } => self.on_slots(slots),
            ServerMessage::MediaLost => self.begin_media_anew(),
            ServerMessage::Send { source, layers } => self.on_send(source, &layers),
            ServerMessage::Speakers { dominant, levels } => {
                self.speakers.update(|speakers| speakers.heard(dominant, &levels));
            }
            ServerMessage::ChatSaved { id } => self.chat.update(|chat| chat.acknowledged(&id)),
            ServerMessage::Error { error, chat } => self.on_error(error, chat),
            ServerMessage::Pong => self.on_pong(),
            ServerMessage::Bye { reason } => self.on_bye(reason),
        }
    }

    /// A room with those of it who were told ahead.
    fn whole(&self, mut room: Room) -> Room {
        let ahead = self.parts.try_update_value(|parts| std::mem::take(&mut parts.ahead)).unwrap_or_default();
        room.put_ahead(ahead);
        room
    }

    fn come_in(&self, you: ParticipantId, resume: &str, room: &Room) {
        self.step(Input::Admitted);
        self.parts.update_value(|parts| {
            memory::remember_seat(&parts.ticket.meeting, resume);
            parts.published = None;
            parts.wished = None;
            parts.offers = 0;
            parts.health = Health::connecting(platform::now());
        });
        let first = self.room.with_untracked(Option::is_none);
        self.room.set(Some(RoomState::enter(you, room)));
        self.take_history(room, first);
        self.make_contact();
        self.phase.set(Phase::Inside);
        if self.has_media_seat() {
            self.publish();
            self.renew_media();
        } else {
            self.do_without_media();
        }
        self.send_unsent();
    }

    /// The whole room once more; what happened meanwhile is not told again, except for what changes this visit.
    fn see_again(&self, room: &Room) {
        let before = self.has_media_seat();
        self.room.update(|known| {
            if let Some(known) = known {
                known.replace(room);
            }
        });
        self.take_history(room, false);
        if !before && self.has_media_seat() {
            self.move_up();
        }
    }

    fn move_up(&self) {
        self.say(text::room::MOVED_UP.to_owned());
        self.publish();
        self.renew_media();
    }

    /// The server knows nothing of this person's media any more.
    fn begin_media_anew(&self) {
        if self.has_media_seat() {
            self.parts.update_value(|parts| parts.published = None);
            self.publish();
            self.renew_media();
        }
    }

    fn take_history(&self, room: &Room, first: bool) {
        let you = self.room.with_untracked(|room| room.as_ref().map(|room| room.you.clone()));
        let own = |message: &ChatMessage| you.as_ref() == Some(&message.from);
        self.chat.update(|chat| chat.take_history(&room.chat, own, first));
    }

    fn happen(&self, event: &Event) {
        let mut news = None;
        self.room.update(|room| {
            if let Some(room) = room {
                self.chat.update(|chat| news = room.apply(event, chat));
            }
        });
        match news {
            Some(News::Gap) => {
                self.send(&domain::wire::ClientMessage::Resync);
            }
            Some(News::Joined(person)) => self.say(text::room::joined(person.name.as_str())),
            Some(News::Left(person)) => self.say(text::room::left(person.name.as_str())),
            Some(News::Hand(person)) => self.say(text::room::raised(person.name.as_str())),
            Some(News::Shares(person)) => self.say(text::room::shares(person.name.as_str())),
            Some(News::Reaction(from, emoji)) => self.float(&from, emoji),
            Some(News::MovedUp) => self.move_up(),
            Some(News::Chat(id)) => self.glimpse(id),
            None => {}
        }
    }

    /// Says a sentence for a while; one that stays would be read as if it were still so.
    fn say(&self, text: String) {
        let said = self.said;
        said.set(text.clone());
        set_timeout(
            move || {
                if said.try_with_untracked(|present| *present == text) == Some(true) {
                    said.set(String::new());
                }
            },
            SAID,
        );
    }

    /// Shows the beginning of a message for a while, if the chat is closed; the oldest one makes room.
    fn glimpse(&self, id: ChatId) {
        let Some(glimpse) = self.chat.with_untracked(|chat| chat.glimpse(&id)) else { return };
        let glimpses = self.glimpses;
        glimpses.update(|shown| {
            shown.push(glimpse);
            let excess = shown.len().saturating_sub(GLIMPSES);
            shown.drain(..excess);
        });
        set_timeout(
            move || {
                glimpses.try_update(|shown| shown.retain(|glimpse| glimpse.id != id));
            },
            GLIMPSE,
        );
    }

    fn float(&self, from: &ParticipantId, emoji: String) {
        let (reactions, name) = (self.reactions, untrack(|| self.name_of(from)));
        let Some(number) = self.parts.try_update_value(|parts| {
            parts.reactions = parts.reactions.wrapping_add(1);
            parts.reactions
        }) else {
            return;
        };
        reactions.update(|shown| shown.push(Reaction { number, name, emoji }));
        set_timeout(
            move || {
                reactions.try_update(|shown| shown.retain(|reaction| reaction.number != number));
            },
            REACTION,
        );
    }

    fn on_error(&self, error: Problem, chat: Option<ChatId>) {
        // Before the welcome only the door speaks: the password, or too many of them.
        if !self.connected.get_untracked() {
            return match pause(&error).filter(|_| self.was_admitted()) {
                Some(wait) => self.come_back(wait),
                None => self.finish(Phase::Over(error)),
            };
        }
        match (chat, &error) {
            (Some(id), _) => self.chat.update(|chat| chat.refused(&id, error)),
            (None, Problem::BadOffer { .. }) => self.flow.set(Flow::Impossible),
            (None, _) => self.say(text::of_problem(&error)),
        }
    }

    /// A server that stops comes back, and the seat with it; one that is busy has time again for whoever has been in. Every
    /// other goodbye is for good.
    fn on_bye(&self, reason: Problem) {
        match reason {
            Problem::Stopping => self.parts.update_value(|parts| parts.contact.will_end()),
            Problem::Busy if self.was_admitted() => {}
            reason => self.finish(Phase::Over(reason)),
        }
    }
}

/// How long somebody who has been in waits before they knock again; none where that is in vain.
fn pause(refusal: &Problem) -> Option<Duration> {
    match refusal {
        Problem::Busy => Some(Duration::ZERO),
        Problem::TooManyAttempts { retry_after } => Some(Duration::from_secs((*retry_after).into())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passes_by_itself_is_waited_for() {
        assert_eq!(pause(&Problem::Busy), Some(Duration::ZERO));
        assert_eq!(pause(&Problem::TooManyAttempts { retry_after: 7 }), Some(Duration::from_secs(7)));
        for for_good in [Problem::WrongMeetingPassword, Problem::PasswordNeeded, Problem::NoGuests] {
            assert_eq!(pause(&for_good), None);
        }
    }
}
