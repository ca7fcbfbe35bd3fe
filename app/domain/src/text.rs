//! Text that people type: trimmed, bounded, free of control characters.
//!
//! Parsing happens once, at the edge; whoever holds one of these types holds a valid value.

use serde::{Deserialize, Serialize};

use crate::Problem;
use crate::problem::Field;
use crate::written::shown;
use crate::written::written;

macro_rules! line {
    ($(#[$doc:meta])* $name:ident, $field:expr, $most:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MOST: usize = $most;

            /// Takes one line of text: white space is folded, control characters are refused.
            ///
            /// # Errors
            /// [`Problem::Missing`] when nothing is left, [`Problem::TooLong`] and [`Problem::Invalid`].
            pub fn parse(text: &str) -> Result<Self, Problem> {
                one_line(text, $field, $most).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        written!($name, |text: String| $name::parse(&text));
        shown!($name);
    };
}

line! { /// What a meeting is about; the only thing a new meeting must have.
Title, Field::Title, 120 }
line! { /// The name under which others see a person.
DisplayName, Field::Name, 60 }

/// A chat message's text: several lines, at most [`ChatText::MOST`] characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChatText(String);

impl ChatText {
    /// The most characters a message may have.
    pub const MOST: usize = 4_000;

    /// Takes a message; white space at both ends goes, line breaks inside stay.
    ///
    /// # Errors
    /// [`Problem::Missing`], [`Problem::TooLong`] or [`Problem::Invalid`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::Missing { field: Field::Message });
        }
        if text.chars().count() > Self::MOST {
            return Err(Problem::TooLong { field: Field::Message, most: Self::MOST });
        }
        if text.chars().any(|c| hides(c) && c != '\n' && c != '\t') {
            return Err(Problem::Invalid { field: Field::Message });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

written!(ChatText, |text: String| ChatText::parse(&text));

fn one_line(text: &str, field: Field, most: usize) -> Result<String, Problem> {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.is_empty() {
        return Err(Problem::Missing { field });
    }
    if folded.chars().count() > most {
        return Err(Problem::TooLong { field, most });
    }
    if folded.chars().any(hides) {
        return Err(Problem::Invalid { field });
    }
    Ok(folded)
}

/// Control characters, and the bidirectional overrides that let a name pretend to be another text.
fn hides(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm_19_an_empty_title_is_refused_at_its_field() {
        assert_eq!(Title::parse(" \t "), Err(Problem::Missing { field: Field::Title }));
        assert_eq!(Title::parse(" Weekly \n round ").map(String::from), Ok("Weekly round".to_owned()));
    }

    #[test]
    fn text_is_bounded_in_characters() {
        assert!(Title::parse(&"ä".repeat(Title::MOST)).is_ok());
        assert_eq!(
            Title::parse(&"ä".repeat(Title::MOST + 1)),
            Err(Problem::TooLong { field: Field::Title, most: Title::MOST })
        );
        assert!(ChatText::parse(&"x".repeat(ChatText::MOST + 1)).is_err());
    }

    #[test]
    fn a_name_cannot_hide_what_it_is() {
        assert_eq!(DisplayName::parse("Ann\u{202e}nimda"), Err(Problem::Invalid { field: Field::Name }));
        assert_eq!(DisplayName::parse("Ann\0"), Err(Problem::Invalid { field: Field::Name }));
        assert!(ChatText::parse("two\nlines").is_ok());
        assert!(ChatText::parse("bell\u{7}").is_err());
    }
}
