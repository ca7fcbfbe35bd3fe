//! Proofs of having passed a door, for whoever comes back to it.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Proves that whoever knows `secret` said `statement`: HMAC-SHA-256 (RFC 2104) as text that needs no escaping.
///
/// The secret of a door is the stored hash of its password. It has a random salt, so that neither the password nor
/// another door's proofs can be learned from this; and with the password all proofs end.
pub fn prove(secret: &str, statement: &str) -> String {
    URL_SAFE_NO_PAD.encode(hmac::sign(&key(secret), statement.as_bytes()))
}

/// Whether [`prove`] made `proof` of the same; takes the same time wherever they differ.
pub fn proves(proof: &str, secret: &str, statement: &str) -> bool {
    let Ok(tag) = URL_SAFE_NO_PAD.decode(proof) else { return false };
    hmac::verify(&key(secret), statement.as_bytes(), &tag).is_ok()
}

fn key(secret: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_statement_under_the_same_secret_is_proved() {
        let proof = prove("secret", "seat 1, guest");
        assert_eq!(proof.len(), 43);
        assert!(proves(&proof, "secret", "seat 1, guest"));
        assert!(!proves(&proof, "secret", "seat 2, guest"));
        assert!(!proves(&proof, "another", "seat 1, guest"));
    }

    #[test]
    fn it_is_the_hmac_of_the_standard() {
        // RFC 4231 §4.3.
        let proof = prove("Jefe", "what do ya want for nothing?");
        let tag: String = URL_SAFE_NO_PAD.decode(proof).unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(tag, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn nonsense_and_parts_prove_nothing() {
        let proof = prove("secret", "statement");
        for text in ["", "A", "nonsense!", &proof[..42], &proof[..40], &format!("{proof}A"), &"A".repeat(43)] {
            assert!(!proves(text, "secret", "statement"), "{text}");
        }
    }
}
