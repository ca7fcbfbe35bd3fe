//! The secret that gets a seat back.

use std::fmt;

use domain::ParticipantId;
use domain::id::ENTROPY;
use sha2::Digest;
use sha2::Sha256;

/// The secret behind a seat.
///
/// The seat's public id is derived from it, so whoever shows the token gets the same seat back even from a
/// server that was restarted and remembers nobody; and nobody can show a token for somebody else's seat. It says
/// nothing about the door: whether the password is asked once more is for whoever guards that.
#[derive(Clone, PartialEq, Eq)]
pub struct SeatToken([u8; ENTROPY]);

impl SeatToken {
    /// Makes a token from random bytes.
    pub fn from_entropy(bytes: [u8; ENTROPY]) -> Self {
        Self(bytes)
    }

    /// Reads a token back; `None` when the text is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != ENTROPY * 2 {
            return None;
        }
        let mut bytes = [0; ENTROPY];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }

    /// The token as text, for its owner's eyes only.
    pub fn reveal(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The seat that this token opens.
    pub fn seat(&self) -> ParticipantId {
        let hash = Sha256::new().chain_update(b"confab seat").chain_update(self.0).finalize();
        let mut id = [0; ENTROPY];
        id.copy_from_slice(&hash[..ENTROPY]);
        ParticipantId::from_entropy(id)
    }
}

impl fmt::Debug for SeatToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeatToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_the_same_seat_every_time() {
        let token = SeatToken::from_entropy([9; ENTROPY]);
        let again = SeatToken::parse(&token.reveal());
        assert_eq!(again.map(|t| t.seat()), Some(token.seat()));
        assert_ne!(token.seat(), SeatToken::from_entropy([8; ENTROPY]).seat());
    }

    #[test]
    fn what_is_not_a_token_opens_nothing() {
        for text in ["", "00", "zz000000000000000000000000000000", "0000000000000000000000000000000é"] {
            assert!(SeatToken::parse(text).is_none(), "{text}");
        }
    }
}
