//! What gets a seat back: its token, and a proof that whoever has it passed the door.
//!
//! The proof is of the password that the meeting has, and names the seat and the account: a server that was restarted
//! believes it, nobody else can use it, and a new password ends it.

use auth::pass;
use domain::people::Visitor;
use roster::SeatToken;

/// Between token and proof.
const SEPARATOR: char = '.';

/// What a client shows of an earlier welcome.
pub(super) struct Resume {
    /// Opens the seat.
    pub(super) token: SeatToken,
    proof: Option<String>,
}

impl Resume {
    /// Reads it; `None` when there is no token in the text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (token, proof) = match text.split_once(SEPARATOR) {
            Some((token, proof)) => (token, Some(proof.to_owned())),
            None => (text, None),
        };
        Some(Self { token: SeatToken::parse(token)?, proof })
    }

    /// Whether this visitor passed the door of the meeting whose password has this hash.
    pub(super) fn has_passed(&self, visitor: &Visitor, password_hash: &str) -> bool {
        let proof = self.proof.as_deref();
        proof.is_some_and(|proof| pass::proves(proof, password_hash, &statement(&self.token, visitor)))
    }
}

/// What somebody is told who passes the door of a meeting with this hash of its password, if it has one.
pub(super) fn reveal(token: &SeatToken, visitor: &Visitor, password_hash: Option<&str>) -> String {
    match password_hash {
        Some(hash) => format!("{}{SEPARATOR}{}", token.reveal(), pass::prove(hash, &statement(token, visitor))),
        None => token.reveal(),
    }
}

/// What is proved. A token's text has one length, so no two statements read the same.
fn statement(token: &SeatToken, visitor: &Visitor) -> String {
    let who = visitor.account().map_or("guest", |account| account.id.as_str());
    format!("confab door {} {who}", token.reveal())
}

#[cfg(test)]
mod tests {
    use domain::AccountId;
    use domain::id::ENTROPY;
    use domain::people::Account;
    use domain::people::EmailAddress;
    use domain::text::DisplayName;

    use super::*;

    fn token(n: u8) -> SeatToken {
        SeatToken::from_entropy([n; ENTROPY])
    }

    fn member(n: u8) -> Visitor {
        Visitor::Account(Account {
            id: AccountId::from_entropy([n; ENTROPY]),
            name: DisplayName::parse("Ann").unwrap(),
            email: EmailAddress::parse("ann@example.org").unwrap(),
            administrator: false,
        })
    }

    #[test]
    fn whoever_passed_a_door_passes_it_again_until_the_password_is_another() {
        for visitor in [Visitor::Guest, member(1)] {
            let resume = Resume::parse(&reveal(&token(1), &visitor, Some("hash"))).unwrap();
            assert_eq!(resume.token, token(1));
            assert!(resume.has_passed(&visitor, "hash"));
            assert!(!resume.has_passed(&visitor, "another hash"));
            assert!(!resume.has_passed(&member(2), "hash"), "nobody else does");
        }
        let resume = Resume::parse(&reveal(&token(1), &member(1), Some("hash"))).unwrap();
        assert!(!resume.has_passed(&Visitor::Guest, "hash"), "nor whoever was signed out");
    }

    #[test]
    fn a_proof_is_of_one_seat() {
        let first = reveal(&token(1), &Visitor::Guest, Some("hash"));
        let (_, proof) = first.split_once(SEPARATOR).unwrap();
        let forged = Resume::parse(&format!("{}{SEPARATOR}{proof}", token(2).reveal())).unwrap();
        assert!(!forged.has_passed(&Visitor::Guest, "hash"));
    }

    #[test]
    fn without_a_password_there_is_nothing_to_prove() {
        let text = reveal(&token(1), &Visitor::Guest, None);
        assert_eq!(text, token(1).reveal());
        assert!(!Resume::parse(&text).unwrap().has_passed(&Visitor::Guest, "hash"));
    }

    #[test]
    fn what_is_no_token_opens_nothing() {
        for text in ["", ".", "nonsense", "nonsense.proof"] {
            assert!(Resume::parse(text).is_none(), "{text}");
        }
    }
}
