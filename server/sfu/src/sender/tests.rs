//! Numbers under which packets leave.

use str0m::crypto::dtls::SrtpProfile;
use str0m::crypto::from_feature_flags;

use super::*;
use crate::codec::Codec;
use crate::header::ExtensionIds;
use crate::negotiate::Payload;
use crate::tests::packets::vp8;

fn sender(repair: bool, now: Instant) -> Sender {
    let profile = SrtpProfile::AEAD_AES_128_GCM;
    let keys = Keys { profile, material: vec![7; profile.keying_material_len()], client: false };
    let mut sender = Sender::new(&keys, &from_feature_flags(), now, now).unwrap();
    let line = SlotLine {
        mid: "0".into(),
        audio: false,
        ssrc: 5.into(),
        payloads: vec![Payload {
            codec: Codec::Vp8,
            pt: 96.into(),
            repair: repair.then(|| 97.into()),
            redundant: None,
        }],
        repair: repair.then(|| 6.into()),
        extensions: ExtensionIds::default(),
        cname: "name".into(),
    };
    sender.set_slots(&[Some(line)]);
    sender
}

#[test]
fn no_number_is_encrypted_twice() {
    #[expect(clippy::disallowed_methods, reason = "a moment to count from")]
    let now = Instant::now();
    let packet = Arc::new(vp8(1, 9, 9, 9, 9, now));
    let view = PacketView { packet: &packet, seq: 9, timestamp: 9, patch: None };
    let mut without = sender(false, now);
    assert!(without.write(0, &view, false));
    assert!(!without.write(0, &view, false), "it came twice");
    assert!(!without.write(0, &view, true), "nothing can be repeated on the stream itself");
    let mut with = sender(true, now);
    let mut outbox = Outbox::default();
    for repeat in [false, true, true, false] {
        with.write(0, &view, repeat);
    }
    with.flush(SocketAddr::from(([127, 0, 0, 1], 9)), now, &mut outbox);
    let mut heads: Vec<Vec<u8>> = outbox.datagrams().map(|(_, bytes)| bytes[..12].to_vec()).collect();
    assert_eq!(heads.len(), 3);
    heads.dedup_by_key(|head| (head[2..4].to_vec(), head[8..12].to_vec()));
    assert_eq!(heads.len(), 3, "each under a number of its own");
}
