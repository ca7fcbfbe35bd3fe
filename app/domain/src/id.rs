//! Identifiers: each concept has its own type, and none converts into another.

use serde::{Deserialize, Serialize};

use crate::Problem;
use crate::written::read_from_str;
use crate::written::shown;
use crate::written::written;

/// Bytes of entropy behind an identifier.
pub const ENTROPY: usize = 16;

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Number of base 32 digits that hold [`ENTROPY`] bytes.
const DIGITS: usize = 26;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident = $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Makes an identifier from random bytes.
            pub fn from_entropy(bytes: [u8; ENTROPY]) -> Self {
                Self(format!(concat!($prefix, "_{}"), base32(bytes)))
            }

            /// The identifier as text: the prefix, an underscore, 26 characters.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            fn checked(text: String) -> Result<Self, Problem> {
                let digits = text.strip_prefix(concat!($prefix, "_")).ok_or(Problem::BadId)?;
                if digits.len() == DIGITS && digits.bytes().all(|b| ALPHABET.contains(&b)) {
                    Ok(Self(text))
                } else {
                    Err(Problem::BadId)
                }
            }
        }

        written!($name, $name::checked);
        shown!($name);
        read_from_str!($name);
    };
}

id! { /// A person with an account on this server.
AccountId = "acc" }
id! { /// A person's seat in one running meeting.
ParticipantId = "par" }
id! { /// A chat message; made by the client, so that sending again never doubles one.
ChatId = "msg" }

fn base32(bytes: [u8; ENTROPY]) -> String {
    let mut rest = u128::from_be_bytes(bytes);
    let mut digits = [0; DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest & 31) as usize];
        rest >>= 5;
    }
    digits.iter().map(|b| char::from(*b)).collect()
}

/// A meeting, named so that it can be read aloud: `abc-defg-hij`.
///
/// Ten random letters are 47 bits; guessing is hopeless behind the server's rate limits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MeetingId(String);

/// Letters in a meeting's ID, without the hyphens.
const LETTERS: usize = 10;

/// After how many of them a hyphen stands.
const PARTED_AT: [usize; 2] = [3, 7];

impl MeetingId {
    /// Makes an ID from random bytes.
    pub fn from_entropy(bytes: [u8; ENTROPY]) -> Self {
        let mut rest = u128::from_be_bytes(bytes);
        let letters: String = (0..LETTERS)
            .map(|_| {
                let letter = b'a' + (rest % 26) as u8;
                rest /= 26;
                char::from(letter)
            })
            .collect();
        Self::hyphenated(&letters)
    }

    /// Finds the meeting's ID in what a person typed or pasted: an ID in any case, with hyphens, spaces or nothing
    /// between its parts, or a whole link.
    ///
    /// # Errors
    /// [`Problem::BadMeetingId`] when there is none in it.
    pub fn find_in(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let candidate = match text.rsplit_once("/c/") {
            Some((_, rest)) => rest.split(['?', '#', '/', '&']).next().unwrap_or(rest),
            None => text,
        };
        let letters = letters_of(candidate).ok_or(Problem::BadMeetingId)?;
        Ok(Self::hyphenated(&letters))
    }

    /// The ID as text, `abc-defg-hij`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of the meeting's page, `/c/abc-defg-hij`.
    pub fn path(&self) -> String {
        format!("/c/{}", self.0)
    }

    fn hyphenated(letters: &str) -> Self {
        Self(format!("{}-{}-{}", &letters[..3], &letters[3..7], &letters[7..]))
    }

    fn checked(text: &str) -> Result<Self, Problem> {
        Self::find_in(text).ok().filter(|id| id.0 == text).ok_or(Problem::BadMeetingId)
    }
}

/// The letters of what has the form of an ID. Words happen to have ten letters too, so nothing parts them but what
/// parts an ID.
fn letters_of(text: &str) -> Option<String> {
    let mut letters = String::with_capacity(LETTERS);
    for c in text.trim().chars() {
        match c {
            '-' | ' ' if PARTED_AT.contains(&letters.len()) => {}
            _ if c.is_ascii_alphabetic() => letters.push(c.to_ascii_lowercase()),
            _ => return None,
        }
    }
    (letters.len() == LETTERS).then_some(letters)
}

written!(MeetingId, |text: String| MeetingId::checked(&text));
shown!(MeetingId);
read_from_str!(MeetingId);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_survives_its_text() {
        let id = ChatId::from_entropy([7; ENTROPY]);
        assert_eq!(id.as_str().parse::<ChatId>(), Ok(id.clone()));
        assert_eq!(id.as_str().parse::<AccountId>(), Err(Problem::BadId));
    }

    #[test]
    fn tcc_9_a_pasted_link_or_a_typed_id_finds_the_meeting() {
        let check = |text: &str| {
            assert_eq!(MeetingId::find_in(text).as_ref().map(MeetingId::as_str), Ok("abc-defg-hij"), "{text}")
        };
        check("abc-defg-hij");
        check(" ABC-DEFG-HIJ ");
        check("abc defg hij");
        check("abcdefghij");
        check("abc - defg-hij");
        check("abc-defghij");
        check("https://meet.example.org/c/abc-defg-hij");
        check("https://meet.example.org/c/abc-defg-hij#app=1");
        check("meet.example.org/c/abc-defg-hij?x=1");
        let no_letters = ["", "abc", "abc-defg-hi1", "https://meet.example.org/abc-defg-hij", "äbc-defg-hij"];
        let other_words = ["hello world", "my new room", "abcd-efg-hij", "-abc-defg-hij", "abc-defg-hij-"];
        for wrong in no_letters.into_iter().chain(other_words) {
            assert_eq!(MeetingId::find_in(wrong), Err(Problem::BadMeetingId), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_meeting_id_can_be_read_back(bytes: [u8; ENTROPY]) {
            let id = MeetingId::from_entropy(bytes);
            prop_assert_eq!(id.as_str().len(), 12);
            prop_assert_eq!(MeetingId::try_from(id.to_string()), Ok(id));
        }

        #[test]
        fn no_text_makes_find_in_panic(text: String) {
            let _ = MeetingId::find_in(&text);
        }
    }
}
