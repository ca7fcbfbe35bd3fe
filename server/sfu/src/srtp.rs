//! Encrypting what leaves and decrypting the reports that come back (RFC 3711, RFC 7714).
//!
//! str0m does the same for its own streams; this is the way past it for the packets of receivers, who are many.

use std::collections::BTreeMap;

use str0m::crypto::AeadAes128Gcm;
use str0m::crypto::AeadAes128GcmCipher;
use str0m::crypto::AeadAes256Gcm;
use str0m::crypto::AeadAes256GcmCipher;
use str0m::crypto::Aes128CmSha1_80;
use str0m::crypto::Aes128CmSha1_80Cipher;
use str0m::crypto::CryptoProvider;
use str0m::crypto::Sha1HmacProvider;
use str0m::crypto::SrtpProvider;
use str0m::crypto::dtls::SrtpProfile;

use crate::dtls::Keys;
use crate::window::Window;

/// Octets of an authentication tag in the AEAD profiles.
const TAG: usize = 16;

/// Octets of an SRTCP header that stay readable: the first packet's first words.
const RTCP_HEAD: usize = 8;

/// Set in the word behind an SRTCP packet when it is encrypted; the other bits are its index.
const ENCRYPTED: u32 = 0x8000_0000;

/// Octets that the counter-mode cipher wants behind its output.
const COUNTER_ROOM: usize = 15;

/// The most SSRCs of one client whose reports are remembered: more than a client with all its m-lines has.
const MOST_SENDERS: usize = 512;

/// The labels of key derivation (RFC 3711 §4.3.2).
#[derive(Clone, Copy)]
enum Use {
    Rtp,
    Rtcp,
}

impl Use {
    fn label(self, part: u8) -> u8 {
        match self {
            Self::Rtp => part,
            Self::Rtcp => part.saturating_add(3),
        }
    }
}

/// One side's master key and salt.
struct Master<'a> {
    key: &'a [u8],
    salt: &'a [u8],
    crypto: &'static dyn SrtpProvider,
}

impl<'a> Master<'a> {
    /// The keys of one side; `None` for material that does not fit its profile.
    fn of(keys: &'a Keys, client: bool, crypto: &CryptoProvider) -> Option<Self> {
        let (key, salt) = match keys.profile {
            SrtpProfile::AES128_CM_SHA1_80 => (Aes128CmSha1_80::KEY_LEN, Aes128CmSha1_80::SALT_LEN),
            SrtpProfile::AEAD_AES_128_GCM => (AeadAes128Gcm::KEY_LEN, AeadAes128Gcm::SALT_LEN),
            SrtpProfile::AEAD_AES_256_GCM => (AeadAes256Gcm::KEY_LEN, AeadAes256Gcm::SALT_LEN),
            _ => return None,
        };
        let (client_key, rest) = keys.material.split_at_checked(key)?;
        let (server_key, rest) = rest.split_at_checked(key)?;
        let (client_salt, server_salt) = rest.split_at_checked(salt)?;
        let (key, salt) = if client { (client_key, client_salt) } else { (server_key, server_salt.get(..salt)?) };
        Some(Self { key, salt, crypto: crypto.srtp_provider })
    }

    /// Derives one session key (RFC 3711 §4.3.1, with a key derivation rate of zero).
    fn derive<const N: usize>(&self, label: u8) -> [u8; N] {
        let mut input = [0; 16];
        input.iter_mut().zip(self.salt).for_each(|(octet, salt)| *octet = *salt);
        if let Some(octet) = input.get_mut(7) {
            *octet ^= label;
        }
        let mut derived = [0; N];
        for (round, part) in (0_u16..).zip(derived.chunks_mut(16)) {
            if let Some(counter) = input.last_chunk_mut() {
                *counter = round.to_be_bytes();
            }
            let mut block = [0; 32];
            if self.key.len() == AeadAes256Gcm::KEY_LEN {
                self.crypto.srtp_aes_256_ecb_round(self.key, &input, &mut block);
            } else {
                self.crypto.srtp_aes_128_ecb_round(self.key, &input, &mut block);
            }
            part.iter_mut().zip(block).for_each(|(octet, from)| *octet = from);
        }
        derived
    }
}

/// The cipher of one direction and use.
enum Cipher {
    Gcm128 {
        salt: [u8; 12],
        cipher: Box<dyn AeadAes128GcmCipher>,
    },
    Gcm256 {
        salt: [u8; 12],
        cipher: Box<dyn AeadAes256GcmCipher>,
    },
    Counter {
        salt: [u8; 14],
        cipher: Box<dyn Aes128CmSha1_80Cipher>,
        hmac_key: [u8; 20],
        hmac: &'static dyn Sha1HmacProvider,
    },
}

impl Cipher {
    fn new(keys: &Keys, client: bool, usage: Use, encrypts: bool, crypto: &CryptoProvider) -> Option<Self> {
        let master = Master::of(keys, client, crypto)?;
        let srtp = crypto.srtp_provider;
        Some(match keys.profile {
            SrtpProfile::AEAD_AES_128_GCM => Self::Gcm128 {
                salt: master.derive(usage.label(2)),
                cipher: srtp.aead_aes_128_gcm().create_cipher(master.derive(usage.label(0)), encrypts),
            },
            SrtpProfile::AEAD_AES_256_GCM => Self::Gcm256 {
                salt: master.derive(usage.label(2)),
                cipher: srtp.aead_aes_256_gcm().create_cipher(master.derive(usage.label(0)), encrypts),
            },
            _ => Self::Counter {
                salt: master.derive(usage.label(2)),
                cipher: srtp.aes_128_cm_sha1_80().create_cipher(master.derive(usage.label(0)), encrypts),
                hmac_key: master.derive(usage.label(1)),
                hmac: crypto.sha1_hmac_provider,
            },
        })
    }
}

/// Encrypts one connection's packets. Every index of an SSRC must be used once at most.
pub(crate) struct Seal {
    rtp: Cipher,
    rtcp: Cipher,
    rtcp_index: u32,
}

impl Seal {
    pub(crate) fn new(keys: &Keys, crypto: &CryptoProvider) -> Option<Self> {
        let cipher = |usage| Cipher::new(keys, keys.client, usage, true, crypto);
        Some(Self { rtp: cipher(Use::Rtp)?, rtcp: cipher(Use::Rtcp)?, rtcp_index: 0 })
    }

    /// Appends an RTP packet to `out`: the header as it is, the payload encrypted. Nothing, if that fails.
    ///
    /// `index` is the sequence number, extended so that it never wraps.
    pub(crate) fn rtp(&mut self, header: &[u8], ssrc: u32, index: u64, payload: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        let [.., a, b, c, d, high, low] = index.to_be_bytes();
        let (rollover, seq) = (u32::from_be_bytes([a, b, c, d]), u16::from_be_bytes([high, low]));
        out.extend_from_slice(header);
        let sealed = match &mut self.rtp {
            Cipher::Gcm128 { salt, cipher } => {
                let iv = AeadAes128Gcm::rtp_iv(*salt, ssrc, rollover, seq);
                cipher.encrypt(&iv, header, payload, room(out, payload.len().saturating_add(TAG)))
            }
            Cipher::Gcm256 { salt, cipher } => {
                let iv = AeadAes256Gcm::rtp_iv(*salt, ssrc, rollover, seq);
                cipher.encrypt(&iv, header, payload, room(out, payload.len().saturating_add(TAG)))
            }
            Cipher::Counter { salt, cipher, hmac_key, hmac } => {
                let iv = Aes128CmSha1_80::rtp_iv(*salt, ssrc, index);
                let end = out.len().saturating_add(payload.len());
                let sealed = cipher.encrypt(&iv, payload, room(out, payload.len().saturating_add(COUNTER_ROOM)));
                out.truncate(end);
                let tag = hmac.sha1_hmac(hmac_key, &[out.get(start..).unwrap_or_default(), &rollover.to_be_bytes()]);
                out.extend_from_slice(tag.get(..Aes128CmSha1_80::HMAC_TAG_LEN).unwrap_or_default());
                sealed
            }
        };
        if sealed.is_err() {
            out.truncate(start);
        }
    }

    /// Appends a compound RTCP packet, encrypted, to `out`. Nothing, if it is none or that fails.
    pub(crate) fn rtcp(&mut self, packet: &[u8], out: &mut Vec<u8>) {
        let Some((head, body)) = packet.split_at_checked(RTCP_HEAD) else { return };
        let [.., a, b, c, d] = *head else { return };
        let ssrc = u32::from_be_bytes([a, b, c, d]);
        self.rtcp_index = self.rtcp_index.wrapping_add(1) & !ENCRYPTED;
        let index = (self.rtcp_index | ENCRYPTED).to_be_bytes();
        let start = out.len();
        out.extend_from_slice(head);
        let mut associated = [0; RTCP_HEAD + 4];
        associated.iter_mut().zip(head.iter().chain(&index)).for_each(|(octet, from)| *octet = *from);
        let size = body.len().saturating_add(TAG);
        let sealed = match &mut self.rtcp {
            Cipher::Gcm128 { salt, cipher } => {
                let iv = AeadAes128Gcm::rtcp_iv(*salt, ssrc, self.rtcp_index);
                cipher.encrypt(&iv, &associated, body, room(out, size))
            }
            Cipher::Gcm256 { salt, cipher } => {
                let iv = AeadAes256Gcm::rtcp_iv(*salt, ssrc, self.rtcp_index);
                cipher.encrypt(&iv, &associated, body, room(out, size))
            }
            Cipher::Counter { salt, cipher, .. } => {
                let iv = Aes128CmSha1_80::rtp_iv(*salt, ssrc, u64::from(self.rtcp_index));
                let end = out.len().saturating_add(body.len());
                let sealed = cipher.encrypt(&iv, body, room(out, body.len().saturating_add(COUNTER_ROOM)));
                out.truncate(end);
                sealed
            }
        };
        out.extend_from_slice(&index);
        if let Cipher::Counter { hmac_key, hmac, .. } = &self.rtcp {
            let tag = hmac.sha1_hmac(hmac_key, &[out.get(start..).unwrap_or_default()]);
            out.extend_from_slice(tag.get(..Aes128CmSha1_80::HMAC_TAG_LEN).unwrap_or_default());
        }
        if sealed.is_err() {
            out.truncate(start);
        }
    }
}

/// So many octets more at the end of `out`.
fn room(out: &mut Vec<u8>, octets: usize) -> &mut [u8] {
    let start = out.len();
    out.resize(start.saturating_add(octets), 0);
    out.get_mut(start..).unwrap_or_default()
}

/// Decrypts the reports of one connection.
pub(crate) struct Open {
    rtcp: Cipher,
    /// What was here before, by the SSRC of the sender. Each counts its reports by itself (RFC 3711 §3.2.3): of a
    /// browser's many, one that reports all the time is far ahead of one that asks for its first keyframe.
    windows: BTreeMap<u32, Window>,
}

impl Open {
    pub(crate) fn new(keys: &Keys, crypto: &CryptoProvider) -> Option<Self> {
        let rtcp = Cipher::new(keys, !keys.client, Use::Rtcp, false, crypto)?;
        Some(Self { rtcp, windows: BTreeMap::new() })
    }

    /// The compound packet inside an SRTCP packet; `None` for what is forged, broken or was here before.
    pub(crate) fn rtcp(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        let (packet, tag) = match &self.rtcp {
            Cipher::Counter { .. } => packet.split_last_chunk::<{ Aes128CmSha1_80::HMAC_TAG_LEN }>()?,
            _ => (packet, &[0; Aes128CmSha1_80::HMAC_TAG_LEN]),
        };
        let (sealed, word) = packet.split_last_chunk::<4>()?;
        let word = u32::from_be_bytes(*word);
        let index = word & !ENCRYPTED;
        let (head, body) = sealed.split_at_checked(RTCP_HEAD)?;
        let [.., a, b, c, d] = *head else { return None };
        let ssrc = u32::from_be_bytes([a, b, c, d]);
        let is_new = self.windows.get(&ssrc).is_none_or(|window| window.is_new(u64::from(index)));
        if word & ENCRYPTED == 0 || !is_new {
            return None;
        }
        let mut plain = head.to_vec();
        match &mut self.rtcp {
            Cipher::Gcm128 { salt, cipher } => {
                let iv = AeadAes128Gcm::rtcp_iv(*salt, ssrc, index);
                let size = body.len().checked_sub(TAG)?;
                cipher.decrypt(&iv, &[head, &word.to_be_bytes()], body, room(&mut plain, size)).ok()?;
            }
            Cipher::Gcm256 { salt, cipher } => {
                let iv = AeadAes256Gcm::rtcp_iv(*salt, ssrc, index);
                let size = body.len().checked_sub(TAG)?;
                cipher.decrypt(&iv, &[head, &word.to_be_bytes()], body, room(&mut plain, size)).ok()?;
            }
            Cipher::Counter { salt, cipher, hmac_key, hmac } => {
                let same = |key: &[u8], parts: &[&[u8]]| hmac.sha1_hmac(key, parts);
                if !Aes128CmSha1_80::rtcp_verify(same, hmac_key, packet, tag) {
                    return None;
                }
                let iv = Aes128CmSha1_80::rtp_iv(*salt, ssrc, u64::from(index));
                let end = plain.len().saturating_add(body.len());
                cipher.decrypt(&iv, body, room(&mut plain, body.len().saturating_add(COUNTER_ROOM))).ok()?;
                plain.truncate(end);
            }
        }
        // What is authenticated was made by this client, if not now: to hear an old report of it once more does no harm.
        if self.windows.len() >= MOST_SENDERS {
            self.windows.clear();
        }
        self.windows.entry(ssrc).or_default().mark(u64::from(index));
        Some(plain)
    }
}

#[cfg(test)]
mod tests {
    use str0m::crypto::from_feature_flags;

    use super::*;

    const HEADER: [u8; 12] = [0x80, 96, 0, 7, 0, 0, 0, 0, 1, 2, 3, 4];
    const REPORT: [u8; 16] = [0x80, 201, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    fn keys(profile: SrtpProfile, client: bool) -> Keys {
        let material = (0..u8::try_from(profile.keying_material_len()).unwrap()).collect();
        Keys { profile, material, client }
    }

    const ALL: [SrtpProfile; 3] =
        [SrtpProfile::AES128_CM_SHA1_80, SrtpProfile::AEAD_AES_128_GCM, SrtpProfile::AEAD_AES_256_GCM];

    #[test]
    fn reports_come_through_once_and_only_unharmed() {
        let crypto = from_feature_flags();
        for profile in ALL {
            let mut seal = Seal::new(&keys(profile, true), &crypto).unwrap();
            let mut open = Open::new(&keys(profile, false), &crypto).unwrap();
            let mut first = Vec::new();
            seal.rtcp(&REPORT, &mut first);
            let mut second = Vec::new();
            seal.rtcp(&REPORT, &mut second);
            assert_ne!(first, second);
            let mut harmed = second.clone();
            harmed[9] ^= 1;
            assert_eq!(open.rtcp(&harmed), None, "{profile:?}");
            assert_eq!(open.rtcp(&second).as_deref(), Some(&REPORT[..]), "{profile:?}");
            assert_eq!(open.rtcp(&first).as_deref(), Some(&REPORT[..]), "a late one is still new");
            assert_eq!(open.rtcp(&first), None, "but not twice");
            for len in 0..first.len() {
                assert_eq!(open.rtcp(&first[..len]), None);
            }
        }
    }

    #[test]
    fn each_ssrc_of_a_client_counts_its_reports_by_itself() {
        let crypto = from_feature_flags();
        for profile in ALL {
            let mut open = Open::new(&keys(profile, false), &crypto).unwrap();
            let mut reports = |ssrc: u8, count: usize| {
                let mut seal = Seal::new(&keys(profile, true), &crypto).unwrap();
                let mut report = REPORT;
                report[7] = ssrc;
                for number in 1..=count {
                    let mut packet = Vec::new();
                    seal.rtcp(&report, &mut packet);
                    assert_eq!(open.rtcp(&packet).as_deref(), Some(&report[..]), "{profile:?}: {number} of {ssrc}");
                    assert_eq!(open.rtcp(&packet), None, "{profile:?}: {number} of {ssrc} once more");
                }
            };
            reports(1, 300);
            reports(2, 3);
        }
    }

    #[test]
    fn what_the_wrong_side_sealed_is_refused() {
        let crypto = from_feature_flags();
        for profile in ALL {
            let mut seal = Seal::new(&keys(profile, true), &crypto).unwrap();
            let mut open = Open::new(&keys(profile, true), &crypto).unwrap();
            let mut packet = Vec::new();
            seal.rtcp(&REPORT, &mut packet);
            assert_eq!(open.rtcp(&packet), None);
        }
    }

    #[test]
    fn a_header_stays_readable_and_the_payload_does_not() {
        let crypto = from_feature_flags();
        for profile in ALL {
            let mut seal = Seal::new(&keys(profile, true), &crypto).unwrap();
            let mut out = vec![9];
            seal.rtp(&HEADER, 0x0102_0304, 7, &[42; 30], &mut out);
            assert_eq!(&out[..13], [&[9][..], &HEADER].concat());
            assert!(out.len() > 13 + 30 && out[13..43] != [42; 30]);
        }
    }

    #[test]
    fn material_that_is_too_short_makes_no_keys() {
        let crypto = from_feature_flags();
        let mut keys = keys(SrtpProfile::AEAD_AES_128_GCM, true);
        keys.material.truncate(40);
        assert!(Seal::new(&keys, &crypto).is_none() || Open::new(&keys, &crypto).is_none());
    }
}
