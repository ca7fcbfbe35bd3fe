//! Reading an offer: what may reach str0m, and what the m-lines mean.

use std::collections::BTreeMap;

use domain::Problem;
use domain::wire::MAX_SDP;
use domain::wire::Offer;
use domain::wire::Source;
use str0m::Rtc;
use str0m::change::SdpOffer;
use str0m::format::PayloadParams;
use str0m::media::Direction;
use str0m::media::MediaKind;
use str0m::media::Mid;
use str0m::media::Pt;
use str0m::rtp::Ssrc;

use crate::codec::Codec;
use crate::codec::Codecs;
use crate::header::ExtensionIds;
use crate::packet::Packet;

/// The most m-lines of an offer: four sources and a grid of 49 with room to grow.
const MOST_LINES: usize = 72;

/// str0m keeps a mid in this many octets.
const LONGEST_MID: usize = 16;

/// What was agreed on, by m-line.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// The m-lines on which the client sends.
    pub(crate) sources: Vec<(Mid, Source)>,
    /// The m-lines on which the client only receives. The index is the m-line's place in the description, which
    /// never changes for as long as the connection lives (RFC 8829 §5.2.2); other lines are `None`.
    pub(crate) slots: Vec<Option<SlotLine>>,
}

/// An m-line on which the client receives.
#[derive(Clone, Debug)]
pub(crate) struct SlotLine {
    pub(crate) mid: Mid,
    pub(crate) audio: bool,
    pub(crate) ssrc: Ssrc,
    /// What the client can decode, each codec once.
    pub(crate) payloads: Vec<Payload>,
    /// The stream of retransmissions (RFC 4588), where the client takes them.
    pub(crate) repair: Option<Ssrc>,
    pub(crate) extensions: ExtensionIds,
    /// The name under which the description promised the stream.
    pub(crate) cname: String,
}

/// A codec, and the numbers that a receiver knows it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Payload {
    pub(crate) codec: Codec,
    pub(crate) pt: Pt,
    /// That of its retransmissions.
    pub(crate) repair: Option<Pt>,
    /// That of packets that carry earlier ones besides (RFC 2198).
    pub(crate) redundant: Option<Pt>,
}

impl SlotLine {
    /// What the client can decode.
    pub(crate) fn takes(&self) -> Codecs {
        self.payloads.iter().map(|payload| payload.codec).collect()
    }

    /// The number under which a codec leaves.
    pub(crate) fn pt(&self, codec: Codec) -> Option<Pt> {
        self.payload(codec).map(|payload| payload.pt)
    }

    /// The number under which a packet leaves, and where that of its payload begins which the client takes: earlier
    /// sound only if the client knows how it is carried, and by the number that the sender gave it.
    pub(crate) fn form(&self, packet: &Packet) -> Option<(Pt, usize)> {
        let payload = self.payload(packet.codec)?;
        let Some(redundancy) = packet.redundancy else { return Some((payload.pt, 0)) };
        let taken = payload.redundant.filter(|_| redundancy.pt == payload.pt);
        Some(taken.map_or((payload.pt, redundancy.primary), |pt| (pt, 0)))
    }

    /// The stream and the number under which a codec's packets leave once more.
    pub(crate) fn repair(&self, codec: Codec) -> Option<(Ssrc, Pt)> {
        self.repair.zip(self.payload(codec)?.repair)
    }

    fn payload(&self, codec: Codec) -> Option<&Payload> {
        self.payloads.iter().find(|payload| payload.codec == codec)
    }

    /// How fast the stream's timestamps count.
    pub(crate) fn ticks_per_ms(&self) -> u32 {
        if self.audio { 48 } else { 90 }
    }
}

pub(crate) fn refuse<T>(why: impl Into<String>) -> Result<T, Problem> {
    Err(Problem::BadOffer { why: why.into() })
}

/// An offer that str0m can be trusted with.
pub(crate) struct Reading {
    pub(crate) sdp: SdpOffer,
    /// In the order of the m-lines.
    pub(crate) mids: Vec<Mid>,
}

/// Reads an offer.
///
/// # Errors
/// [`Problem::BadOffer`] for what is no session description, or not one for us.
pub(crate) fn read(offer: &Offer) -> Result<Reading, Problem> {
    let mids = mids(offer)?;
    let sdp = SdpOffer::from_sdp_string(&offer.sdp).or_else(|e| refuse(e.to_string()))?;
    Ok(Reading { sdp, mids })
}

/// Checks what str0m takes for granted, and reads the mids in the order of the m-lines.
///
/// str0m asserts that a payload type stands for one codec (which RFC 8843 §9.1 demands of bundled m-lines)
/// and that mids are ASCII; data channels it would accept, and we have no use for them.
fn mids(offer: &Offer) -> Result<Vec<Mid>, Problem> {
    let sdp = &offer.sdp;
    if sdp.len() > MAX_SDP || !sdp.is_ascii() {
        return refuse("too large, or not ASCII");
    }
    let mut mids = Vec::new();
    let mut lines: usize = 0;
    let mut codecs = BTreeMap::new();
    let mut repairs = BTreeMap::new();
    for line in sdp.lines() {
        if let Some(media) = line.strip_prefix("m=") {
            lines = lines.saturating_add(1);
            if !media.starts_with("audio") && !media.starts_with("video") {
                return refuse("only audio and video are taken");
            }
        } else if let Some(mid) = line.strip_prefix("a=mid:") {
            if mid.trim().is_empty() || mid.len() > LONGEST_MID {
                return refuse(format!("a mid has 1 to {LONGEST_MID} octets"));
            }
            mids.push(Mid::from(mid.trim()));
        } else if let Some((pt, codec)) = line.strip_prefix("a=rtpmap:").and_then(|l| l.split_once(' ')) {
            if codecs.insert(pt, codec).is_some_and(|before| before != codec) {
                return refuse(format!("payload type {pt} means two codecs"));
            }
        } else if let Some((pt, repaired)) = line.strip_prefix("a=fmtp:").and_then(|l| l.split_once(" apt="))
            && repairs.insert(pt, repaired).is_some_and(|before| before != repaired)
        {
            return refuse(format!("payload type {pt} repairs two others"));
        }
    }
    if let Some((pt, _)) = repairs.iter().find(|(pt, repaired)| pt == repaired || repairs.contains_key(**repaired)) {
        return refuse(format!("payload type {pt} repairs a repair"));
    }
    if lines == 0 || lines > MOST_LINES || mids.len() != lines {
        return refuse(format!("there must be 1 to {MOST_LINES} m-lines, each with a mid"));
    }
    check_formats(sdp)?;
    Ok(mids)
}

/// Checks that a payload type stands for one kind of H.264 on all m-lines. str0m knows each kind as a codec of its own,
/// and asserts that no two of them have one number.
fn check_formats(sdp: &str) -> Result<(), Problem> {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for section in sdp.split("\nm=").skip(1) {
        let values =
            |key: &'static str| section.lines().filter_map(move |line| line.strip_prefix(key)?.split_once(' '));
        for (pt, codec) in values("a=rtpmap:") {
            if !codec.to_ascii_lowercase().starts_with("h264/") {
                continue;
            }
            // Compared as they are written: what str0m makes of a part that it does not understand is its own affair.
            let kind: Vec<&str> =
                values("a=fmtp:").filter(|(of, _)| *of == pt).map(|(_, format)| format.trim()).collect();
            if kinds.get(pt).is_some_and(|before| *before != kind) {
                return refuse(format!("payload type {pt} means two formats"));
            }
            kinds.insert(pt, kind);
        }
    }
    Ok(())
}

/// Finds out what each m-line is for, after str0m has taken the offer.
pub(crate) fn lines(rtc: &mut Rtc, offer: &Offer, mids: &[Mid]) -> Result<Lines, Problem> {
    let mut lines = Lines { sources: sources(rtc, offer, mids)?, slots: Vec::new() };
    for mid in mids {
        let is_source = lines.sources.iter().any(|(source, _)| source == mid);
        let slot = if is_source { None } else { slot(rtc, *mid)? };
        lines.slots.push(slot);
    }
    Ok(lines)
}

fn sources(rtc: &Rtc, offer: &Offer, mids: &[Mid]) -> Result<Vec<(Mid, Source)>, Problem> {
    let mut sources: Vec<(Mid, Source)> = Vec::new();
    for line in &offer.sources {
        let Some(mid) = mids.iter().find(|mid| ***mid == *line.mid) else {
            return refuse(format!("no m-line has the mid of {:?}", line.source));
        };
        let Some(media) = rtc.media(*mid) else { return refuse(format!("m-line {mid} was not taken")) };
        if (media.kind() == MediaKind::Audio) != line.source.is_audio() {
            return refuse(format!("m-line {mid} is not of the kind of {:?}", line.source));
        }
        if sources.iter().any(|(other, source)| other == mid || *source == line.source) {
            return refuse(format!("{:?} or its m-line is named twice", line.source));
        }
        sources.push((*mid, line.source));
    }
    Ok(sources)
}

/// The slot behind an m-line; `None` for one that is stopped or inactive.
fn slot(rtc: &mut Rtc, mid: Mid) -> Result<Option<SlotLine>, Problem> {
    let Some(media) = rtc.media(mid) else { return refuse(format!("m-line {mid} was not taken")) };
    match media.direction() {
        Direction::SendOnly => {}
        Direction::Inactive => return Ok(None),
        Direction::RecvOnly | Direction::SendRecv => {
            return refuse(format!("m-line {mid} sends and is not named as a source"));
        }
    }
    let audio = media.kind() == MediaKind::Audio;
    let agreed = rtc.codec_config().params().iter().filter(|params| media.remote_pts().contains(&params.pt()));
    let payloads = payloads(agreed, audio);
    if payloads.is_empty() {
        return refuse(format!("m-line {mid} takes none of our codecs"));
    }
    let (extensions, cname) = (ExtensionIds::of(media.remote_extmap()), media.cname().to_owned());
    let mut api = rtc.direct_api();
    let Some(stream) = api.stream_tx_by_mid(mid, None) else { return Ok(None) };
    let (ssrc, repair) = (stream.ssrc(), stream.rtx());
    Ok(Some(SlotLine { mid, audio, ssrc, payloads, repair, extensions, cname }))
}

/// Under which number each codec leaves: that of the first of its profiles, for we list the most common ones first.
fn payloads<'a>(agreed: impl Iterator<Item = &'a PayloadParams>, audio: bool) -> Vec<Payload> {
    let mut payloads: Vec<Payload> = Vec::new();
    for params in agreed {
        let Some(codec) = Codec::of(params.spec()).filter(|codec| codec.is_audio() == audio) else { continue };
        // Senders fragment their pictures, which only this mode allows (RFC 6184 §6.3).
        let whole = codec != Codec::H264 || params.spec().format.packetization_mode == Some(1);
        if whole && payloads.iter().all(|known| known.codec != codec) {
            payloads.push(Payload { codec, pt: params.pt(), repair: params.resend(), redundant: params.red() });
        }
    }
    payloads
}

/// Adds to an answer that the microphone need not send silence (RFC 7587 §6.1), which str0m does not ask for. Sound that
/// is not speech may be meant to be that quiet.
pub(crate) fn silent_in_silence(answer: &str, lines: &Lines) -> String {
    let microphone = lines.sources.iter().find(|(_, source)| *source == Source::Microphone);
    let Some(mid) = microphone.map(|(mid, _)| format!("\r\na=mid:{mid}\r\n")) else { return answer.to_owned() };
    let section = |section: &str| match section.contains(&mid) {
        true => section.replace(";useinbandfec=1", ";useinbandfec=1;usedtx=1"),
        false => section.to_owned(),
    };
    answer.split("\r\nm=").map(section).collect::<Vec<_>>().join("\r\nm=")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sdp: &str, why: &str) {
        let offer = Offer { id: 1, sdp: sdp.into(), sources: vec![], fresh: true };
        match mids(&offer) {
            Err(Problem::BadOffer { why: said }) => assert!(said.contains(why), "{said}"),
            other => panic!("{sdp}: {other:?}"),
        }
    }

    #[test]
    fn what_str0m_would_choke_on_is_refused() {
        check("", "m-lines");
        check("v=0\r\nä", "ASCII");
        check(&"x".repeat(MAX_SDP + 1), "too large");
        check("m=audio 9 X 1\r\n", "each with a mid");
        check("m=application 9 X 1\r\na=mid:0\r\n", "only audio and video");
        check("m=audio 9 X 1\r\na=mid:01234567890123456\r\n", "octets");
        check(&"m=audio 9 X 1\r\na=mid:0\r\n".repeat(MOST_LINES + 1), "m-lines");
        let line = "m=audio 9 X 1\r\na=mid:0\r\n";
        check(&format!("{line}a=rtpmap:96 opus/48000/2\r\na=rtpmap:96 VP8/90000\r\n"), "two codecs");
        let h264 = |profile: &str| format!("{line}a=rtpmap:96 H264/90000\r\na=fmtp:96 profile-level-id={profile}\r\n");
        check(&format!("v=0\r\n{}{}", h264("42e01f"), h264("42001f").replace("mid:0", "mid:1")), "two formats");
        check(&format!("{line}a=fmtp:97 apt=97\r\n"), "repairs a repair");
        check(&format!("{line}a=fmtp:97 apt=96\r\na=fmtp:97 apt=98\r\n"), "repairs two");
    }
}
