//! What a client says.

use serde::{Deserialize, Serialize};

use crate::ChatId;
use crate::Problem;
use crate::Timestamp;
use crate::meeting::MeetingPassword;
use crate::text::ChatText;
use crate::text::DisplayName;
use crate::wire::Offer;
use crate::wire::Publishing;
use crate::wire::Wish;

/// The most octets of a text frame; a larger one is refused unread.
pub const MAX_FRAME: usize = 256 * 1024;

/// The most octets of a session description.
pub const MAX_SDP: usize = 128 * 1024;

/// The most wishes of one message.
pub const MAX_WISHES: usize = 64;

/// A message from a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first message: who comes in.
    Hello(Hello),
    /// A session description.
    Offer(Offer),
    /// What this client looks at; replaces all earlier wishes.
    Want {
        /// One per slot at most.
        wishes: Vec<Wish>,
    },
    /// What this client sends, from here on.
    Publish(Publishing),
    /// The hand goes up or down.
    Hand {
        /// Up or down.
        raised: bool,
    },
    /// A short-lived reaction that everybody sees.
    React {
        /// One emoji.
        emoji: String,
    },
    /// A chat message. Answered by `chat_saved` once it is on disk.
    Chat {
        /// Made by the client; the same again is saved once.
        id: ChatId,
        /// The message.
        text: ChatText,
    },
    /// Asks for the whole room again, after a gap in the events' numbers.
    Resync,
    /// Asks for a `pong`, to notice a dead connection.
    Ping,
    /// Ends the meeting for everybody.
    End,
    /// Gives up the seat.
    Leave,
}

/// Who comes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The client's [`PROTOCOL`](crate::wire::PROTOCOL).
    pub protocol: u32,
    /// The name that others shall see.
    pub name: DisplayName,
    /// The meeting's password, where it asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<MeetingPassword>,
    /// What the last `welcome` gave to get the same seat back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<String>,
    /// Since when the hand is up, as the server said before the connection was lost; only beside `resume`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_raised_at: Option<Timestamp>,
}

impl ClientMessage {
    /// Reads a text frame.
    ///
    /// # Errors
    /// [`Problem::BadMessage`] for what is not a message; the problem of the field for a bad value.
    pub fn decode(frame: &str) -> Result<Self, Problem> {
        if frame.len() > MAX_FRAME {
            return Err(Problem::BadMessage { why: format!("larger than {MAX_FRAME} octets") });
        }
        let message: Self = serde_json::from_str(frame).map_err(|e| Problem::BadMessage { why: e.to_string() })?;
        message.check()
    }

    fn check(self) -> Result<Self, Problem> {
        let bad = |why: &str| Err(Problem::BadMessage { why: why.to_owned() });
        match &self {
            Self::Offer(offer) if offer.sdp.len() > MAX_SDP => bad("session description is too large"),
            Self::Offer(offer) if offer.sources.len() > 4 => bad("more than four sources"),
            Self::Want { wishes } if wishes.len() > MAX_WISHES => bad("too many wishes"),
            Self::React { emoji } if !is_reaction(emoji) => bad("not one of the reactions"),
            _ => Ok(self),
        }
    }
}

/// The reactions that the room knows.
pub const REACTIONS: [&str; 6] = ["👍", "❤️", "😂", "😮", "👏", "🎉"];

fn is_reaction(emoji: &str) -> bool {
    REACTIONS.contains(&emoji)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_hello_is_read() {
        let hello = ClientMessage::decode(r#"{"type":"hello","protocol":1,"name":" Ann  Lee "}"#);
        let want = Hello {
            protocol: 1,
            name: DisplayName::parse("Ann Lee").unwrap(),
            password: None,
            resume: None,
            hand_raised_at: None,
        };
        assert_eq!(hello, Ok(ClientMessage::Hello(want)));
    }

    #[test]
    fn bad_messages_are_refused_with_a_reason() {
        for frame in [
            "",
            "{",
            "[]",
            r#"{"type":"nonsense"}"#,
            r#"{"type":"chat","id":"par_x","text":"hi"}"#,
            r#"{"type":"chat","id":"msg_00000000000000000000000000","text":"   "}"#,
            r#"{"type":"react","emoji":"<b>"}"#,
            r#"{"type":"hello","protocol":1,"name":""}"#,
        ] {
            assert!(matches!(ClientMessage::decode(frame), Err(Problem::BadMessage { .. })), "{frame}");
        }
        let huge = format!(r#"{{"type":"ping","x":"{}"}}"#, "x".repeat(MAX_FRAME));
        assert!(ClientMessage::decode(&huge).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_decode_panic(text: String) {
            let _ = ClientMessage::decode(&text);
        }
    }
}
