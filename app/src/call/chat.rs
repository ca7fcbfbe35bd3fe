//! The chat as this person sees it: what is saved, what is still on its way, what is unread.

use domain::ChatId;
use domain::Problem;
use domain::text::ChatText;
use domain::wire::ChatMessage;

/// The most messages kept in the page; older ones stay on the server.
const MOST: usize = 2_000;

/// The most characters of a glimpse: nobody reads more in passing.
const GLIMPSE: usize = 120;

/// A message of this person that is not known to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// Made here, so that sending again never doubles it.
    pub id: ChatId,
    /// The message.
    pub text: ChatText,
    /// Why the server refused it, when it did. Without a reason it is on its way, or waits for the connection.
    pub refused: Option<Problem>,
}

/// The beginning of a message, for whoever has the chat closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glimpse {
    /// Of which message.
    pub id: ChatId,
    /// Who wrote it.
    pub name: String,
    /// Its first line, cut where it is long.
    pub line: String,
}

/// The chat of the room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chat {
    saved: Vec<ChatMessage>,
    unsent: Vec<Unsent>,
    acknowledged: Vec<ChatId>,
    unread: usize,
    open: bool,
}

impl Chat {
    /// What is saved, in the order of the server's time.
    pub fn saved(&self) -> &[ChatMessage] {
        &self.saved
    }

    /// What is not, in the order of writing.
    pub fn unsent(&self) -> &[Unsent] {
        &self.unsent
    }

    /// How many messages came while the chat was closed.
    pub fn unread(&self) -> usize {
        self.unread
    }

    /// The chat is on the screen, or no longer; being there makes everything read.
    pub fn set_open(&mut self, open: bool) {
        self.open = open;
        if open {
            self.unread = 0;
        }
    }

    /// What to show of a saved message; nothing while the chat is on the screen.
    pub fn glimpse(&self, id: &ChatId) -> Option<Glimpse> {
        let message = self.saved.iter().rev().find(|message| message.id == *id).filter(|_| !self.open)?;
        Some(Glimpse { id: id.clone(), name: message.name.to_string(), line: first_line(message.text.as_str()) })
    }

    /// Takes a new message of this person.
    pub fn write(&mut self, id: ChatId, text: ChatText) {
        self.unsent.push(Unsent { id, text, refused: None });
    }

    /// What must be sent after coming in: everything that was not refused.
    pub fn to_send(&self) -> impl Iterator<Item = &Unsent> {
        self.unsent.iter().filter(|message| message.refused.is_none() && !self.acknowledged.contains(&message.id))
    }

    /// Marks a refused message for sending again, and answers it.
    pub fn retry(&mut self, id: &ChatId) -> Option<Unsent> {
        let message = self.unsent.iter_mut().find(|message| message.id == *id)?;
        message.refused = None;
        Some(message.clone())
    }

    /// The server has the message on disk. It stays among the unsent until its event brings it back.
    pub fn acknowledged(&mut self, id: &ChatId) {
        if self.unsent.iter().any(|message| message.id == *id) && !self.acknowledged.contains(id) {
            self.acknowledged.push(id.clone());
        }
    }

    /// Whether an unsent message is known to be on disk.
    pub fn is_acknowledged(&self, id: &ChatId) -> bool {
        self.acknowledged.contains(id)
    }

    /// The server did not take the message.
    pub fn refused(&mut self, id: &ChatId, why: Problem) {
        if let Some(message) = self.unsent.iter_mut().find(|message| message.id == *id) {
            message.refused = Some(why);
        }
    }

    /// Takes a saved message in; whether it was new. `own` messages never count as unread.
    pub fn take(&mut self, message: &ChatMessage, own: bool) -> bool {
        self.unsent.retain(|unsent| unsent.id != message.id);
        self.acknowledged.retain(|id| *id != message.id);
        if self.saved.iter().rev().any(|known| known.id == message.id) {
            return false;
        }
        let key = (message.sent_at, &message.id);
        let at = self.saved.partition_point(|known| (known.sent_at, &known.id) < key);
        self.saved.insert(at, message.clone());
        if self.saved.len() > MOST {
            self.saved.remove(0);
        }
        if !own && !self.open {
            self.unread += 1;
        }
        true
    }

    /// Takes the newest messages of a snapshot in. `first` is the snapshot on coming in: what was said before
    /// is history, not news.
    pub fn take_history(&mut self, messages: &[ChatMessage], own: impl Fn(&ChatMessage) -> bool, first: bool) {
        for message in messages {
            self.take(message, first || own(message));
        }
    }
}

/// The first line of a text, with a sign where there is more of it.
fn first_line(text: &str) -> String {
    let line: String = text.lines().next().unwrap_or_default().chars().take(GLIMPSE).collect();
    if line.len() < text.len() { format!("{line}…") } else { line }
}

#[cfg(test)]
mod tests {
    use domain::ParticipantId;
    use domain::Timestamp;
    use domain::id::ENTROPY;
    use domain::text::DisplayName;

    use super::*;

    fn id(n: u8) -> ChatId {
        ChatId::from_entropy([n; ENTROPY])
    }

    fn message(n: u8, at: i64) -> ChatMessage {
        ChatMessage {
            id: id(n),
            from: ParticipantId::from_entropy([1; ENTROPY]),
            name: DisplayName::parse("Ann").unwrap(),
            sent_at: Timestamp::from_millis(at),
            text: ChatText::parse("hi").unwrap(),
        }
    }

    fn ids(chat: &Chat) -> Vec<ChatId> {
        chat.saved().iter().map(|message| message.id.clone()).collect()
    }

    #[test]
    fn messages_lie_in_the_order_of_time_and_id_and_once_each() {
        let mut chat = Chat::default();
        for message in [message(3, 20), message(1, 10), message(2, 20), message(3, 20)] {
            chat.take(&message, false);
        }
        assert_eq!(ids(&chat), [id(1), id(2), id(3)]);
        assert_eq!(chat.unread(), 3);
    }

    #[test]
    fn an_unsent_message_goes_out_until_it_is_acknowledged_and_comes_back_once() {
        let mut chat = Chat::default();
        chat.write(id(1), ChatText::parse("hello").unwrap());
        assert_eq!(chat.to_send().count(), 1);
        chat.acknowledged(&id(1));
        assert_eq!((chat.to_send().count(), chat.unsent().len()), (0, 1));
        assert!(chat.is_acknowledged(&id(1)));
        chat.take(&message(1, 5), true);
        assert_eq!((chat.unsent().len(), chat.saved().len(), chat.unread()), (0, 1, 0));
    }

    #[test]
    fn a_message_whose_acknowledgement_was_lost_is_found_in_the_snapshot() {
        let mut chat = Chat::default();
        chat.write(id(1), ChatText::parse("hello").unwrap());
        chat.write(id(2), ChatText::parse("again").unwrap());
        chat.take_history(&[message(1, 5)], |_| true, false);
        assert_eq!(chat.to_send().map(|unsent| unsent.id.clone()).collect::<Vec<_>>(), [id(2)]);
    }

    #[test]
    fn a_refused_message_waits_for_the_person() {
        let mut chat = Chat::default();
        chat.write(id(1), ChatText::parse("hello").unwrap());
        chat.refused(&id(1), Problem::NotSaved);
        assert_eq!(chat.to_send().count(), 0);
        assert_eq!(chat.unsent()[0].refused, Some(Problem::NotSaved));
        assert_eq!(chat.retry(&id(1)).map(|unsent| unsent.id), Some(id(1)));
        assert_eq!(chat.to_send().count(), 1);
        assert_eq!(chat.retry(&id(9)), None);
    }

    #[test]
    fn only_news_of_others_while_the_chat_is_closed_is_unread() {
        let mut chat = Chat::default();
        chat.take_history(&[message(1, 1), message(2, 2)], |_| false, true);
        assert_eq!(chat.unread(), 0);
        chat.take_history(&[message(2, 2), message(3, 3)], |_| false, false);
        assert_eq!(chat.unread(), 1);
        chat.set_open(true);
        chat.take(&message(4, 4), false);
        assert_eq!(chat.unread(), 0);
        chat.set_open(false);
        chat.take(&message(5, 5), true);
        chat.take(&message(6, 6), false);
        assert_eq!(chat.unread(), 1);
    }

    #[test]
    fn a_glimpse_is_the_first_line_of_a_message_while_the_chat_is_closed() {
        let check = |text: &str, want: &str| assert_eq!(first_line(text), want);
        check("hi", "hi");
        check("one\ntwo", "one…");
        check(&"ä".repeat(GLIMPSE), &"ä".repeat(GLIMPSE));
        check(&"ä".repeat(GLIMPSE + 1), &format!("{}…", "ä".repeat(GLIMPSE)));
        let mut chat = Chat::default();
        chat.take(&message(1, 1), false);
        let glimpse = Glimpse { id: id(1), name: "Ann".to_owned(), line: "hi".to_owned() };
        assert_eq!((chat.glimpse(&id(1)), chat.glimpse(&id(2))), (Some(glimpse), None));
        chat.set_open(true);
        assert_eq!(chat.glimpse(&id(1)), None);
    }
}
