//! The room as the server tells it: a whole picture first, then numbered events.

use domain::ChatId;
use domain::ParticipantId;
use domain::access::Role;
use domain::meeting::Settings;
use domain::wire::Event;
use domain::wire::Level;
use domain::wire::Participant;
use domain::wire::Room;
use domain::wire::Source;
use domain::wire::TrackId;
use domain::wire::Update;

use super::chat::Chat;
use super::order::sorted_by;

/// What of a message deserves to be said, drawn or asked, beyond the new state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Somebody came in.
    Joined(Participant),
    /// Somebody left.
    Left(Participant),
    /// Somebody raised their hand.
    Hand(Participant),
    /// Somebody began to share a screen.
    Shares(Participant),
    /// A message of somebody else.
    Chat(ChatId),
    /// A reaction.
    Reaction(ParticipantId, String),
    /// This person moved up to a seat for sound and picture.
    MovedUp,
    /// An event is missing: the whole room must be asked for.
    Gap,
}

/// The room that this person is in.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomState {
    /// This person's seat.
    pub you: ParticipantId,
    /// What the organiser decided.
    pub settings: Settings,
    /// Everybody, in the order of coming in.
    pub participants: Vec<Participant>,
    seq: u64,
    /// A snapshot was asked for; events are of no use until it comes.
    gap: bool,
}

impl RoomState {
    /// The room on coming in.
    pub fn enter(you: ParticipantId, room: &Room) -> Self {
        Self {
            you,
            settings: room.settings.clone(),
            participants: room.participants.clone(),
            seq: room.seq,
            gap: false,
        }
    }

    /// The room again, after a gap.
    pub fn replace(&mut self, room: &Room) {
        *self = Self::enter(self.you.clone(), room);
    }

    /// Takes an event in. `chat` is beside this state because it outlives it.
    pub fn apply(&mut self, event: &Event, chat: &mut Chat) -> Option<News> {
        if event.seq <= self.seq || self.gap {
            return None;
        }
        if event.seq > self.seq + 1 {
            self.gap = true;
            return Some(News::Gap);
        }
        self.seq = event.seq;
        match &event.update {
            Update::Participant { participant } => self.take(participant),
            Update::Left { participant } => {
                let at = self.participants.iter().position(|known| known.id == *participant)?;
                Some(News::Left(self.participants.remove(at)))
            }
            Update::Chat { message } => {
                let own = message.from == self.you;
                (chat.take(message, own) && !own).then(|| News::Chat(message.id.clone()))
            }
            Update::Reaction { participant, emoji } => Some(News::Reaction(participant.clone(), emoji.clone())),
            Update::Settings { settings } => {
                self.settings = settings.clone();
                None
            }
        }
    }

    fn take(&mut self, participant: &Participant) -> Option<News> {
        let Some(known) = self.participants.iter_mut().find(|known| known.id == participant.id) else {
            self.participants.push(participant.clone());
            return (participant.id != self.you).then(|| News::Joined(participant.clone()));
        };
        let before = std::mem::replace(known, participant.clone());
        if participant.id == self.you {
            return (!before.media && participant.media).then_some(News::MovedUp);
        }
        if before.hand_raised_at.is_none() && participant.hand_raised_at.is_some() {
            return Some(News::Hand(participant.clone()));
        }
        (!before.publishing.screen && participant.publishing.screen).then(|| News::Shares(participant.clone()))
    }

    /// A person in the room.
    pub fn participant(&self, id: &ParticipantId) -> Option<&Participant> {
        self.participants.iter().find(|participant| participant.id == *id)
    }

    /// This person, as the others see them.
    pub fn me(&self) -> Option<&Participant> {
        self.participant(&self.you)
    }

    /// Whether this person owns the meeting.
    pub fn is_owner(&self) -> bool {
        self.me().is_some_and(|me| me.role == Role::Owner)
    }

    /// Whether this person may be seen and heard.
    pub fn may_speak(&self) -> bool {
        self.me().is_some_and(|me| me.role >= Role::Speaker && me.media)
    }

    /// Whether this person has a seat for sound and picture.
    pub fn has_media_seat(&self) -> bool {
        self.me().is_some_and(|me| me.media)
    }

    /// Which one in the line for such a seat this person is, counted from one; none for those who have it.
    pub fn place_in_line(&self) -> Option<usize> {
        let mut line = self.participants.iter().filter(|participant| !participant.media && participant.connected);
        line.position(|participant| participant.id == self.you).map(|before| before + 1)
    }

    /// Everybody, this person first.
    pub fn order(&self) -> Vec<ParticipantId> {
        let others = self.participants.iter().map(|participant| &participant.id).filter(|id| **id != self.you);
        std::iter::once(&self.you).chain(others).cloned().collect()
    }

    /// Everybody who can be seen, this person first.
    pub fn on_stage(&self) -> Vec<ParticipantId> {
        let seated = |id: &ParticipantId| self.participant(id).is_some_and(|participant| participant.media);
        self.order().into_iter().filter(seated).collect()
    }

    /// Who shares a screen, in the order of coming in.
    pub fn sharing(&self) -> Vec<ParticipantId> {
        let sharing = self.participants.iter().filter(|participant| participant.publishing.screen);
        sharing.map(|participant| participant.id.clone()).collect()
    }

    /// Whether a track of somebody else flows at the moment.
    pub fn can_be_received(&self, track: &TrackId) -> bool {
        track.participant != self.you
            && self.participant(&track.participant).is_some_and(|participant| match track.source {
                Source::Microphone => participant.publishing.microphone,
                Source::Camera => participant.publishing.camera,
                Source::Screen => participant.publishing.screen,
                Source::ScreenAudio => participant.publishing.screen_audio,
            })
    }

    /// Raised hands, the longest up first.
    pub fn hands(&self) -> Vec<ParticipantId> {
        let up = self.participants.iter().filter(|participant| participant.hand_raised_at.is_some());
        let hands = sorted_by(up, |a, b| (a.hand_raised_at, &a.id).cmp(&(b.hand_raised_at, &b.id)));
        hands.into_iter().map(|participant| participant.id.clone()).collect()
    }
}

/// Who speaks, and how loud.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Speakers {
    /// Whom the room looks at.
    pub dominant: Option<ParticipantId>,
    levels: Vec<Level>,
}

impl Speakers {
    /// What the server heard last; a dominant speaker stays until there is another.
    pub fn heard(&mut self, dominant: Option<ParticipantId>, levels: &[Level]) {
        if dominant.is_some() {
            self.dominant = dominant;
        }
        self.levels = levels.to_vec();
    }

    /// How strong the ring around a person is, `0.0..=1.0`; zero for whoever is silent.
    pub fn ring(&self, participant: &ParticipantId) -> f64 {
        // Quiet rooms hum below 60 (-67 dBov); people who speak up reach 110.
        let level = self.levels.iter().find(|level| level.participant == *participant);
        let level = level.map_or(0.0, |level| f64::from(level.level));
        ((level - 70.0) / 40.0).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use domain::id::ENTROPY;
    use domain::meeting::Capacity;
    use domain::text::ChatText;
    use domain::text::DisplayName;
    use domain::text::Title;
    use domain::wire::ChatMessage;
    use domain::wire::Publishing;
    use domain::wire::Quality;

    use super::*;

    fn id(n: u8) -> ParticipantId {
        ParticipantId::from_entropy([n; ENTROPY])
    }

    fn person(n: u8) -> Participant {
        Participant {
            id: id(n),
            name: DisplayName::parse(&format!("Person {n}")).unwrap(),
            role: if n == 1 { Role::Owner } else { Role::Speaker },
            guest: n != 1,
            media: true,
            publishing: Publishing::default(),
            hand_raised_at: None,
            connected: true,
            quality: Quality::Good,
        }
    }

    fn room(seq: u64, people: &[u8]) -> Room {
        Room {
            seq,
            settings: Settings {
                title: Title::parse("Round").unwrap(),
                password_set: false,
                allow_guests: true,
                attendees_may_start: true,
                regular: false,
                capacity: Capacity::USUAL,
            },
            participants: people.iter().map(|n| person(*n)).collect(),
            chat: Vec::new(),
        }
    }

    fn changed(seq: u64, participant: Participant) -> Event {
        Event { seq, update: Update::Participant { participant } }
    }

    fn apply(state: &mut RoomState, event: &Event) -> Option<News> {
        state.apply(event, &mut Chat::default())
    }

    #[test]
    fn people_come_change_and_go() {
        let mut state = RoomState::enter(id(1), &room(4, &[2, 1]));
        assert_eq!(state.order(), [id(1), id(2)]);
        assert_eq!(apply(&mut state, &changed(5, person(3))), Some(News::Joined(person(3))));
        let mut hand = person(3);
        hand.hand_raised_at = Some(Timestamp::from_millis(1));
        assert_eq!(apply(&mut state, &changed(6, hand.clone())), Some(News::Hand(hand.clone())));
        assert_eq!(state.hands(), [id(3)]);
        assert_eq!(apply(&mut state, &changed(7, hand.clone())), None, "the hand was up before");
        let mut shares = hand;
        shares.publishing.screen = true;
        assert_eq!(apply(&mut state, &changed(8, shares.clone())), Some(News::Shares(shares.clone())));
        assert_eq!(state.sharing(), [id(3)]);
        let left = Event { seq: 9, update: Update::Left { participant: id(3) } };
        assert_eq!(apply(&mut state, &left), Some(News::Left(shares)));
        assert_eq!(state.order(), [id(1), id(2)]);
    }

    #[test]
    fn what_oneself_does_is_no_news() {
        let mut state = RoomState::enter(id(1), &room(0, &[1]));
        let mut me = person(1);
        me.hand_raised_at = Some(Timestamp::from_millis(1));
        assert_eq!(apply(&mut state, &changed(1, me)), None);
        assert_eq!(state.hands(), [id(1)]);
    }

    #[test]
    fn a_gap_asks_once_for_the_whole_room_and_old_events_are_ignored() {
        let mut state = RoomState::enter(id(1), &room(4, &[1]));
        assert_eq!(apply(&mut state, &changed(4, person(9))), None);
        assert_eq!(apply(&mut state, &changed(7, person(3))), Some(News::Gap));
        assert_eq!(apply(&mut state, &changed(8, person(4))), None);
        assert_eq!(state.order(), [id(1)]);
        state.replace(&room(8, &[1, 3, 4]));
        assert_eq!(state.order(), [id(1), id(3), id(4)]);
        assert_eq!(apply(&mut state, &changed(9, person(5))), Some(News::Joined(person(5))));
    }

    #[test]
    fn chat_is_news_unless_it_is_ones_own() {
        let mut state = RoomState::enter(id(1), &room(0, &[1, 2]));
        let mut chat = Chat::default();
        let message = |n: u8, from: u8| ChatMessage {
            id: ChatId::from_entropy([n; ENTROPY]),
            from: id(from),
            name: DisplayName::parse("Ann").unwrap(),
            sent_at: Timestamp::from_millis(i64::from(n)),
            text: ChatText::parse("hi").unwrap(),
        };
        let event = |seq, message| Event { seq, update: Update::Chat { message } };
        assert_eq!(state.apply(&event(1, message(1, 1)), &mut chat), None);
        let news = state.apply(&event(2, message(2, 2)), &mut chat);
        assert_eq!(news, Some(News::Chat(ChatId::from_entropy([2; ENTROPY]))));
        assert_eq!((chat.saved().len(), chat.unread()), (2, 1));
    }

    #[test]
    fn sm_53_settings_are_in_force_with_their_event() {
        let mut state = RoomState::enter(id(2), &room(0, &[1, 2]));
        let mut settings = state.settings.clone();
        settings.title = Title::parse("New title").unwrap();
        let event = Event { seq: 1, update: Update::Settings { settings: settings.clone() } };
        assert_eq!(apply(&mut state, &event), None);
        assert_eq!(state.settings, settings);
        assert!(!state.is_owner() && state.may_speak());
    }

    #[test]
    fn sm_8_whoever_is_above_the_capacity_stands_in_line_off_stage_and_moves_up() {
        let mut above = room(0, &[1, 2, 3]);
        for participant in &mut above.participants[1..] {
            participant.media = false;
        }
        let mut state = RoomState::enter(id(3), &above);
        assert!(!state.has_media_seat() && !state.may_speak());
        assert_eq!((state.place_in_line(), state.on_stage()), (Some(2), vec![id(1)]));
        assert_eq!(apply(&mut state, &changed(1, person(2))), None, "somebody else moved up");
        assert_eq!((state.place_in_line(), state.on_stage()), (Some(1), vec![id(1), id(2)]));
        assert_eq!(apply(&mut state, &changed(2, person(3))), Some(News::MovedUp));
        assert_eq!((state.place_in_line(), state.on_stage()), (None, vec![id(3), id(1), id(2)]));
    }

    #[test]
    fn only_what_others_send_can_be_received() {
        let mut state = RoomState::enter(id(1), &room(0, &[1, 2]));
        let mut sends = person(2);
        sends.publishing.camera = true;
        apply(&mut state, &changed(1, sends));
        let track = |n, source| TrackId { participant: id(n), source };
        assert!(state.can_be_received(&track(2, Source::Camera)));
        assert!(!state.can_be_received(&track(2, Source::Screen)));
        assert!(!state.can_be_received(&track(1, Source::Camera)));
    }

    #[test]
    fn the_ring_follows_the_voice_and_the_last_speaker_stays() {
        let mut speakers = Speakers::default();
        speakers
            .heard(Some(id(2)), &[Level { participant: id(2), level: 100 }, Level { participant: id(3), level: 20 }]);
        assert!(speakers.ring(&id(2)) > 0.5);
        assert_eq!((speakers.ring(&id(3)), speakers.ring(&id(4))), (0.0, 0.0));
        speakers.heard(None, &[]);
        assert_eq!((speakers.dominant.clone(), speakers.levels.is_empty()), (Some(id(2)), true));
    }
}
