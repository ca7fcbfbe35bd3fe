//! Tokens for programs that publish to a meeting, or watch it, without a browser.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::text::DisplayName;

/// What whoever shows a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// Be seen and heard in the meeting.
    Publish,
    /// See and hear what others publish.
    Watch,
}

impl Grant {
    /// Reads the name of a grant.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Publish, Self::Watch].into_iter().find(|grant| grant.as_str() == text)
    }

    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Watch => "watch",
        }
    }
}

/// A token as its meeting's organiser sees it, without the secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamToken {
    /// Names it for taking back; opens nothing.
    pub id: String,
    /// What the organiser calls it, and the name of a publisher that gives none.
    pub name: DisplayName,
    /// What it is good for.
    pub grant: Grant,
    /// When it was made.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_survives_its_name() {
        for grant in [Grant::Publish, Grant::Watch] {
            assert_eq!(Grant::parse(grant.as_str()), Some(grant));
        }
        assert_eq!(Grant::parse("both"), None);
    }
}
