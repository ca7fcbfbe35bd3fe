//! People: accounts and visitors.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::AccountId;
use crate::Problem;
use crate::problem::Field;
use crate::stream::Grant;
use crate::text::DisplayName;
use crate::written::shown;
use crate::written::written;

/// A person with an account, as the person may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Which account.
    pub id: AccountId,
    /// The name others see.
    pub name: DisplayName,
    /// The address that signs in.
    pub email: EmailAddress,
    /// Whether this person administers the server.
    pub administrator: bool,
}

/// Who asks: the server decides this from the session cookie or from a token, once per request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visitor {
    /// Somebody without an account, or not signed in.
    Guest,
    /// Somebody who is signed in.
    Account(Account),
    /// A program that shows a token of the meeting's organiser.
    Stream(Grant),
}

impl Visitor {
    /// The account, when signed in.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::Guest | Self::Stream(_) => None,
            Self::Account(account) => Some(account),
        }
    }

    /// The account.
    ///
    /// # Errors
    /// [`Problem::SignInFirst`] for whoever has none.
    pub fn require_account(&self) -> Result<&Account, Problem> {
        self.account().ok_or(Problem::SignInFirst)
    }
}

/// An e-mail address, good enough to sign in with (RFC 5321 §4.1.2, without quoted local parts).
///
/// Compared in lower case: nobody remembers how they capitalised it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The most octets an address may have (RFC 5321 §4.5.3.1.3).
    pub const MOST: usize = 254;

    /// Takes an address as typed.
    ///
    /// # Errors
    /// [`Problem::Missing`], [`Problem::TooLong`] or [`Problem::Invalid`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::Missing { field: Field::Email });
        }
        if text.len() > Self::MOST {
            return Err(Problem::TooLong { field: Field::Email, most: Self::MOST });
        }
        let (local, host) = text.rsplit_once('@').ok_or(Problem::Invalid { field: Field::Email })?;
        let dotted = |part: &str| !part.is_empty() && part.split('.').all(|atom| !atom.is_empty());
        let local_char = |c: char| !c.is_control() && !c.is_whitespace() && !"\"(),:;<>@[\\]".contains(c);
        let host_char = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
        if dotted(local) && dotted(host) && local.chars().all(local_char) && host.chars().all(host_char) {
            Ok(Self(text.to_lowercase()))
        } else {
            Err(Problem::Invalid { field: Field::Email })
        }
    }

    /// The address in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

written!(EmailAddress, |text: String| EmailAddress::parse(&text));
shown!(EmailAddress);

/// A new password of an account, checked for length only (NIST SP 800-63B §5.1.1.2).
///
/// It has no `Display` and its `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

impl NewPassword {
    /// The fewest characters.
    pub const LEAST: usize = 8;
    /// The most octets: hashing more is work for an attacker to give away.
    pub const MOST: usize = 256;

    /// Takes a password as typed; nothing is trimmed.
    ///
    /// # Errors
    /// [`Problem::Missing`], [`Problem::TooShort`] or [`Problem::TooLong`].
    pub fn parse(text: String) -> Result<Self, Problem> {
        if text.is_empty() {
            return Err(Problem::Missing { field: Field::Password });
        }
        if text.chars().count() < Self::LEAST {
            return Err(Problem::TooShort { field: Field::Password, least: Self::LEAST });
        }
        if text.len() > Self::MOST {
            return Err(Problem::TooLong { field: Field::Password, most: Self::MOST });
        }
        Ok(Self(text))
    }

    /// The password, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_people_type_them() {
        let check = |text: &str, want: &str| {
            assert_eq!(EmailAddress::parse(text).map(String::from), Ok(want.to_owned()), "{text}")
        };
        check(" Ann.Lee+x@Example.ORG ", "ann.lee+x@example.org");
        check("ann@localhost", "ann@localhost");
        for wrong in
            ["ann", "@example.org", "ann@", "a b@example.org", "ann@exa mple.org", "ann..b@example.org", "ann@.org"]
        {
            assert_eq!(EmailAddress::parse(wrong), Err(Problem::Invalid { field: Field::Email }), "{wrong}");
        }
    }

    #[test]
    fn a_password_never_prints() {
        let password = NewPassword::parse("correct horse".to_owned());
        assert!(!format!("{password:?}").contains("horse"));
        assert!(NewPassword::parse("short".to_owned()).is_err());
    }
}
