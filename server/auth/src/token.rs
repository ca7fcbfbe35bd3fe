//! Random tokens: the secrets in cookies and in one-time links.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest;
use sha2::Sha256;

/// Bytes of entropy in a token.
pub const ENTROPY: usize = 32;

/// A secret that proves something by being known.
///
/// The person keeps [`Token::secret`], the server only [`Token::digest`]: who reads the database cannot become
/// anybody. A fast digest is enough, because 32 random bytes cannot be guessed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; ENTROPY]);

impl Token {
    /// Makes a token from random bytes.
    pub fn from_entropy(bytes: [u8; ENTROPY]) -> Self {
        Self(bytes)
    }

    /// Reads a token as it came in a cookie or a link; none if it is not of the form.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The secret as text that needs no escaping in links and cookies.
    pub fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the server remembers: SHA-256 in hexadecimal.
    pub fn digest(&self) -> String {
        Sha256::digest(self.0).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_text() {
        let token = Token::from_entropy([0xfb; ENTROPY]);
        assert_eq!(token.secret().len(), 43);
        assert_eq!(Token::parse(&token.secret()), Some(token));
    }

    #[test]
    fn what_is_kept_does_not_lead_back() {
        let token = Token::from_entropy([1; ENTROPY]);
        assert_eq!(token.digest().len(), 64);
        assert_eq!(Token::parse(&token.digest()), None);
        assert!(!format!("{token:?}").contains(&token.secret()));
    }

    #[test]
    fn nonsense_is_no_token() {
        for text in ["", "abc", "\u{0}", &"A".repeat(44), &"=".repeat(43)] {
            assert_eq!(Token::parse(text), None, "{text:?}");
        }
    }
}
