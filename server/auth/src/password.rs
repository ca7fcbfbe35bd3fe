//! Password hashes.

use argon2::Algorithm;
use argon2::Argon2;
use argon2::Params;
use argon2::Version;
use argon2::password_hash::PasswordHash;
use argon2::password_hash::PasswordHasher;
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::SaltString;

/// Bytes of entropy in a salt (RFC 9106 §3.1).
pub const SALT: usize = 16;

/// Memory of one hash in KiB; with [`PASSES`] one of the equal choices of OWASP's password storage cheat sheet.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What nobody's password hashes to, in the shape of what [`hash`] makes.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password that could not be hashed: a fault of the parameters, not of the password.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct Error(argon2::password_hash::Error);

/// Hashes a password with argon2id; the answer is a PHC string that carries salt and parameters.
///
/// Takes tens of milliseconds and 19 MiB on purpose: callers keep it off threads that serve others, and bound how
/// many run at a time.
///
/// # Errors
/// When the library refuses its parameters.
pub fn hash(password: &str, salt: [u8; SALT]) -> Result<String, Error> {
    let salt = SaltString::encode_b64(&salt).map_err(Error)?;
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| Error(error.into()))?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(argon.hash_password(password.as_bytes(), &salt).map_err(Error)?.to_string())
}

/// Whether `password` is the one behind `known`.
///
/// Without a hash to compare with (nobody has this address) it is compared with one that fits nothing, so that the time
/// of the answer does not tell who has an account.
pub fn verify(password: &str, known: Option<&str>) -> bool {
    let known = known.and_then(|known| PasswordHash::new(known).ok());
    let somebody = known.is_some();
    let Some(compared) = known.or_else(|| PasswordHash::new(NOBODY).ok()) else { return false };
    // The parameters come from the hash, so that old hashes stay valid when the constants above grow.
    let fits = Argon2::default().verify_password(password.as_bytes(), &compared).is_ok();
    somebody && fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_verifies() {
        let known = hash("correct horse", [7; SALT]).unwrap();
        assert!(known.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{known}");
        assert!(verify("correct horse", Some(&known)));
        assert!(!verify("correct horse ", Some(&known)));
        assert!(!verify("", Some(&known)));
    }

    #[test]
    fn the_salt_makes_equal_passwords_differ() {
        assert_ne!(hash("same", [1; SALT]).unwrap(), hash("same", [2; SALT]).unwrap());
    }

    #[test]
    fn nobody_and_nonsense_never_verify() {
        assert!(!verify("anything", None));
        assert!(!verify("anything", Some("not a hash")));
    }

    #[test]
    fn an_unknown_address_costs_the_same_work_as_a_wrong_password() {
        let somebody = hash("correct horse", [7; SALT]).unwrap();
        let [somebody, nobody] = [&*somebody, NOBODY].map(|text| PasswordHash::new(text).unwrap());
        assert_eq!((nobody.algorithm, nobody.version), (somebody.algorithm, somebody.version));
        assert_eq!(Params::try_from(&nobody).unwrap(), Params::try_from(&somebody).unwrap());
        // Memory, passes and lanes are the work, and so is the length of what goes in and comes out.
        let salt = |hash: &PasswordHash<'_>| hash.salt.unwrap().as_str().len();
        assert_eq!(salt(&nobody), salt(&somebody));
        assert_eq!(nobody.hash.unwrap().len(), somebody.hash.unwrap().len());
    }
}
