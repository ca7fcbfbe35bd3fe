//! Hears the keys that DTLS agrees on (RFC 5764), for the egress that encrypts by itself.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::time::Instant;

use str0m::config::DtlsCert;
use str0m::config::DtlsVersion;
use str0m::crypto::CryptoError;
use str0m::crypto::CryptoProvider;
use str0m::crypto::dtls::DtlsImplError;
use str0m::crypto::dtls::DtlsInstance;
use str0m::crypto::dtls::DtlsOutput;
use str0m::crypto::dtls::DtlsProvider;
use str0m::crypto::dtls::ProtocolVersion;
use str0m::crypto::dtls::SrtpProfile;

/// What two sides have agreed on.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) profile: SrtpProfile,
    /// Key and salt of the client's side, then of the server's (RFC 5764 §4.2).
    pub(crate) material: Vec<u8>,
    /// Whether this side is DTLS's client.
    pub(crate) client: bool,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// Where the keys of one connection appear once its handshake is through.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyHole(Arc<Mutex<Option<Keys>>>);

impl KeyHole {
    /// Takes the keys, if there are any new ones.
    pub(crate) fn take(&self) -> Option<Keys> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, keys: Keys) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(keys);
    }
}

thread_local! {
    /// The hole of the connection that was made last on this thread. A provider is shared by all connections and
    /// hands its instances to str0m, which keeps them to itself: this is the one way from an instance to its peer.
    static LAST: RefCell<Option<KeyHole>> = const { RefCell::new(None) };
}

/// The hole of the connection that was just made on this thread.
pub(crate) fn last_key_hole() -> KeyHole {
    LAST.take().unwrap_or_default()
}

/// The cryptography, with ears.
pub(crate) fn listening(crypto: &CryptoProvider) -> CryptoProvider {
    static LISTENING: OnceLock<Listening> = OnceLock::new();
    let dtls_provider = LISTENING.get_or_init(|| Listening(crypto.dtls_provider));
    CryptoProvider { dtls_provider, ..crypto.clone() }
}

#[derive(Debug)]
struct Listening(&'static dyn DtlsProvider);

impl DtlsProvider for Listening {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        self.0.generate_certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let instance = self.0.new_dtls(cert, now, version, mtu)?;
        let hole = KeyHole::default();
        LAST.set(Some(hole.clone()));
        Ok(Box::new(Heard { instance, hole }))
    }

    fn is_test(&self) -> bool {
        self.0.is_test()
    }
}

/// One connection's DTLS.
#[derive(Debug)]
struct Heard {
    instance: Box<dyn DtlsInstance>,
    hole: KeyHole,
}

impl DtlsInstance for Heard {
    fn set_active(&mut self, active: bool) {
        self.instance.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.instance.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        let output = self.instance.poll_output(buf);
        if let DtlsOutput::KeyingMaterial(material, profile) = &output {
            let client = self.instance.is_active();
            self.hole.put(Keys { profile: *profile, material: material.as_ref().to_vec(), client });
        }
        output
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.instance.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.instance.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.instance.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.instance.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.instance.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.instance.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.instance.close()
    }
}
