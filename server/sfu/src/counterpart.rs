//! The other side of a receiver's connection, as the load generator plays it for thousands of them.

use str0m::crypto::CryptoProvider;
use str0m::crypto::from_feature_flags;

use crate::dtls::KeyHole;
use crate::dtls::last_key_hole;
use crate::dtls::listening;
use crate::srtp::Seal;

/// Encrypts what a receiver reports, past the str0m connection that it belongs to.
///
/// Once it has encrypted anything, that connection must send no RTCP of its own: both would count from the same number.
pub struct Counterpart {
    crypto: CryptoProvider,
    keys: KeyHole,
    seal: Option<Seal>,
}

impl std::fmt::Debug for Counterpart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counterpart").finish_non_exhaustive()
    }
}

impl Counterpart {
    /// The cryptography that the connection must be built with.
    pub fn crypto() -> CryptoProvider {
        listening(&from_feature_flags())
    }

    /// The counterpart of the connection that was built last on this thread.
    pub fn of_last() -> Self {
        Self { crypto: Self::crypto(), keys: last_key_hole(), seal: None }
    }

    /// Appends an RTCP packet, encrypted, to `out`; nothing before the handshake is through.
    pub fn rtcp(&mut self, packet: &[u8], out: &mut Vec<u8>) {
        if let Some(keys) = self.keys.take() {
            self.seal = Seal::new(&keys, &self.crypto);
        }
        if let Some(seal) = &mut self.seal {
            seal.rtcp(packet, out);
        }
    }
}
