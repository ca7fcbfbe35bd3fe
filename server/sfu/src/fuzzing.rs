//! Doors for the fuzz targets to the parsers that lie behind encryption.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use str0m::crypto::dtls::SrtpProfile;
use str0m::crypto::from_feature_flags;
use str0m::rtp::Extension;
use str0m::rtp::ExtensionMap;

use crate::codec::Codec;
use crate::dtls::Keys;
use crate::header::ExtensionIds;
use crate::negotiate::Payload;
use crate::negotiate::SlotLine;
use crate::outbox::Outbox;
use crate::packet::Packet;
use crate::route::PacketView;
use crate::sender::Sender;
use crate::timers::after;

/// A receiver that was sent something on SSRC 5, to be reported on.
pub struct Receiver {
    sender: Sender,
    outbox: Outbox,
    sent: u64,
    now: Instant,
}

impl Receiver {
    /// Nothing was sent yet. `None` never happens.
    pub fn new(now: Instant) -> Option<Self> {
        let profile = SrtpProfile::AEAD_AES_128_GCM;
        let keys = Keys { profile, material: vec![7; profile.keying_material_len()], client: false };
        let mut sender = Sender::new(&keys, &from_feature_flags(), now, now)?;
        let mut extensions = ExtensionMap::empty();
        extensions.set(3, Extension::TransportSequenceNumber);
        let extensions = ExtensionIds::of(&extensions);
        let payloads = vec![Payload { codec: Codec::Vp8, pt: 96.into(), repair: Some(97.into()), redundant: None }];
        let (repair, cname) = (Some(6.into()), "name".into());
        let line = SlotLine { mid: "0".into(), audio: false, ssrc: 5.into(), payloads, repair, extensions, cname };
        sender.set_slots(&[Some(line)]);
        Some(Self { sender, outbox: Outbox::default(), sent: 0, now })
    }

    /// Sends the receiver a packet, and takes what it says about it: a compound of RTCP packets, decrypted.
    ///
    /// Returns what the connection is taken to carry, in bits per second.
    pub fn report(&mut self, compound: &[u8]) -> u64 {
        self.sent = self.sent.saturating_add(1);
        self.now = after(self.now, Duration::from_millis(5));
        let packet = Arc::new(Packet {
            ssrc: 1,
            codec: Codec::Vp8,
            seq: self.sent,
            timestamp: 0,
            marker: false,
            arrived: self.now,
            payload: vec![0; 1000].into(),
            redundancy: None,
            audio_level: None,
            voice_activity: None,
            orientation: None,
        });
        let view = PacketView { packet: &packet, seq: self.sent, timestamp: 0, patch: None };
        self.sender.write(0, &view, false);
        self.outbox.clear();
        self.sender.flush(SocketAddr::from(([10, 0, 0, 3], 5000)), self.now, &mut self.outbox);
        self.sender.understand(compound, self.now);
        self.sender.budget(self.now);
        self.sender.rate()
    }
}
