//! What was written in meetings.

use domain::ChatId;
use domain::MeetingId;
use domain::wire::ChatMessage;
use surrealdb::types::SurrealValue;

use crate::Error;
use crate::Store;
use crate::row;

/// What came of appending a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is on the disk.
    Saved,
    /// It was there before, as this; the sender did not hear of it and sent it again.
    AlreadySaved(ChatMessage),
    /// The meeting does not exist, or no longer.
    NoSuchMeeting,
}

#[derive(Clone, SurrealValue)]
struct Row {
    message: String,
    sender: String,
    name: String,
    sent_ms: i64,
    text: String,
}

impl Row {
    fn message(self) -> Result<ChatMessage, Error> {
        Ok(ChatMessage {
            id: row::value(self.message)?,
            from: row::value(self.sender)?,
            name: row::value(self.name)?,
            sent_at: row::time(self.sent_ms),
            text: row::value(self.text)?,
        })
    }
}

#[derive(Clone, SurrealValue)]
struct Page {
    meeting: String,
    before: Option<String>,
    limit: i64,
}

impl Store {
    /// Appends a message to a meeting's chat; it is on the disk when this returns.
    ///
    /// # Errors
    /// When the database fails; the message is then not saved.
    pub async fn append_chat(&self, meeting: &MeetingId, message: &ChatMessage) -> Result<Appended, Error> {
        #[derive(Clone, SurrealValue)]
        struct Values {
            meeting: String,
            message: String,
            sender: String,
            name: String,
            sent_ms: i64,
            text: String,
        }
        #[derive(SurrealValue)]
        struct Outcome {
            meeting: bool,
            known: Option<Row>,
        }
        let values = Values {
            meeting: meeting.to_string(),
            message: message.id.to_string(),
            sender: message.from.to_string(),
            name: message.name.to_string(),
            sent_ms: message.sent_at.as_millis(),
            text: String::from(message.text.clone()),
        };
        let outcome: Outcome = self
            .ask(
                "{
                    LET $room = type::record('meeting', $meeting);
                    IF !record::exists($room) { RETURN { meeting: false, known: NONE } };
                    LET $chat = type::record('chat', [$meeting, $message]);
                    LET $known = SELECT * FROM $chat;
                    IF array::len($known) > 0 { RETURN { meeting: true, known: $known[0] } };
                    LET $counted = UPDATE $room SET messages += 1;
                    CREATE $chat SET meeting = $meeting, number = $counted[0].messages, message = $message,
                        sender = $sender, name = $name, sent_ms = $sent_ms, text = $text;
                    RETURN { meeting: true, known: NONE }
                }",
                values,
            )
            .await?;
        match outcome {
            Outcome { meeting: false, .. } => Ok(Appended::NoSuchMeeting),
            Outcome { known: Some(known), .. } => Ok(Appended::AlreadySaved(known.message()?)),
            Outcome { known: None, .. } => Ok(Appended::Saved),
        }
    }

    /// The newest messages of a meeting, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_chat(&self, meeting: &MeetingId, limit: usize) -> Result<Vec<ChatMessage>, Error> {
        self.page(meeting, None, limit).await
    }

    /// The newest messages that were appended before the message `before`, oldest first; none if that is unknown.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_before(
        &self,
        meeting: &MeetingId,
        before: &ChatId,
        limit: usize,
    ) -> Result<Vec<ChatMessage>, Error> {
        self.page(meeting, Some(before), limit).await
    }

    async fn page(
        &self,
        meeting: &MeetingId,
        before: Option<&ChatId>,
        limit: usize,
    ) -> Result<Vec<ChatMessage>, Error> {
        // Numbers run without gaps, so that the page is a short range of the index and not the sorted whole.
        let question = "{
            LET $end = IF $before = NONE {
                (SELECT VALUE messages FROM type::record('meeting', $meeting))[0]
            } ELSE {
                (SELECT VALUE number - 1 FROM type::record('chat', [$meeting, $before]))[0]
            };
            IF $end = NONE { RETURN [] };
            RETURN SELECT * FROM chat
                WHERE meeting = $meeting AND number > $end - $limit AND number <= $end ORDER BY number
        }";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = Page { meeting: meeting.to_string(), before: before.map(ChatId::to_string), limit };
        let rows: Vec<Row> = self.ask(question, values).await?;
        rows.into_iter().map(Row::message).collect()
    }
}
