//! Descriptions that come alone, by HTTP (WHIP, RFC 9725; WHEP): nobody says what their m-lines are for, so that the
//! descriptions themselves must.

use domain::Problem;
use domain::wire::MAX_SDP;
use domain::wire::Offer;
use domain::wire::Source;
use domain::wire::SourceLine;

use crate::negotiate::refuse;

/// The simulcast layers that are understood, as negotiated in signalling.
const LAYERS: [&str; 3] = ["l", "m", "h"];

/// What somebody offers who only receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watching {
    /// The offer.
    pub offer: Offer,
    /// The mids of the m-lines for sound, in their order.
    pub sounds: Vec<String>,
    /// Those for pictures.
    pub pictures: Vec<String>,
}

/// Reads what somebody offers who only sends: a microphone, a camera, or both.
///
/// # Errors
/// [`Problem::BadOffer`].
pub fn publishing(sdp: &str) -> Result<Offer, Problem> {
    let mut description = Description::read(sdp)?;
    let mut sources: Vec<SourceLine> = Vec::new();
    for section in &mut description.sections {
        section.turn("sendonly", "recvonly")?;
        let source = if section.audio { Source::Microphone } else { Source::Camera };
        if sources.iter().any(|line| line.source == source) {
            return refuse("there may be one m-line for sound and one for pictures");
        }
        if section.rids().any(|rid| !LAYERS.contains(&rid)) {
            return refuse("simulcast layers must be called l, m and h; or send one layer");
        }
        sources.push(SourceLine { mid: section.mid()?.to_owned(), source });
    }
    Ok(Offer { id: 1, sdp: description.write(), sources, fresh: true })
}

/// Reads what somebody offers who only receives.
///
/// # Errors
/// [`Problem::BadOffer`].
pub fn watching(sdp: &str) -> Result<Watching, Problem> {
    let mut description = Description::read(sdp)?;
    let (mut sounds, mut pictures) = (Vec::new(), Vec::new());
    for section in &mut description.sections {
        section.turn("recvonly", "sendonly")?;
        let lines = if section.audio { &mut sounds } else { &mut pictures };
        lines.push(section.mid()?.to_owned());
    }
    let offer = Offer { id: 1, sdp: description.write(), sources: Vec::new(), fresh: true };
    Ok(Watching { offer, sounds, pictures })
}

/// The offer that continues `offer` after a fragment (RFC 8840) with other credentials; `None` if the fragment only
/// names candidates, which we learn from the packets themselves.
///
/// # Errors
/// [`Problem::BadOffer`] for a fragment without credentials.
pub fn restarted(offer: &Offer, fragment: &str) -> Result<Option<Offer>, Problem> {
    if fragment.len() > MAX_SDP || !fragment.is_ascii() {
        return refuse("too large, or not ASCII");
    }
    let value = |text: &'_ str, key: &str| text.lines().find_map(|line| line.strip_prefix(key).map(str::to_owned));
    let (name, password) = ("a=ice-ufrag:", "a=ice-pwd:");
    let (Some(new_name), Some(new_password)) = (value(fragment, name), value(fragment, password)) else {
        return refuse("the fragment has no ICE credentials");
    };
    if value(&offer.sdp, name).as_ref() == Some(&new_name) {
        return Ok(None);
    }
    let line = |line: &str| match line {
        line if line.starts_with(name) => format!("{name}{new_name}\r\n"),
        line if line.starts_with(password) => format!("{password}{new_password}\r\n"),
        line => format!("{line}\r\n"),
    };
    let sdp = offer.sdp.lines().filter(|line| !line.starts_with("a=candidate:")).map(line).collect();
    Ok(Some(Offer { id: offer.id.wrapping_add(1), sdp, fresh: false, sources: offer.sources.clone() }))
}

/// The part of an answer that a client needs after a restart of ICE (RFC 8840 §9).
pub fn fragment(answer: &str) -> String {
    const KEPT: [&str; 8] =
        ["a=ice-lite", "a=group:", "m=", "a=mid:", "a=ice-ufrag:", "a=ice-pwd:", "a=candidate:", "a=end-of-candidates"];
    let mut sections: usize = 0;
    let mut text = String::new();
    for line in answer.lines() {
        sections = sections.saturating_add(usize::from(line.starts_with("m=")));
        if sections < 2 && KEPT.iter().any(|kept| line.starts_with(kept)) {
            text.push_str(line);
            text.push_str("\r\n");
        }
    }
    text
}

/// A session description, cut at its m-lines.
struct Description {
    session: Vec<String>,
    sections: Vec<Section>,
}

struct Section {
    audio: bool,
    lines: Vec<String>,
    /// What the session says of all its m-lines.
    usual: Option<String>,
}

impl Description {
    fn read(sdp: &str) -> Result<Self, Problem> {
        if sdp.len() > MAX_SDP || !sdp.is_ascii() {
            return refuse("too large, or not ASCII");
        }
        let mut description = Self { session: Vec::new(), sections: Vec::new() };
        let mut usual = None;
        for line in sdp.lines() {
            if let Some(media) = line.strip_prefix("m=") {
                let audio = media.starts_with("audio ");
                if !audio && !media.starts_with("video ") {
                    return refuse("only audio and video are taken");
                }
                description.sections.push(Section { audio, lines: vec![line.to_owned()], usual: usual.clone() });
            } else if let Some(section) = description.sections.last_mut() {
                section.lines.push(line.to_owned());
            } else if is_direction(line) {
                usual = Some(line.to_owned());
            } else {
                description.session.push(line.to_owned());
            }
        }
        if description.sections.is_empty() {
            return refuse("there is no m-line");
        }
        Ok(description)
    }

    fn write(&self) -> String {
        let sections = self.sections.iter().flat_map(|section| &section.lines);
        self.session.iter().chain(sections).flat_map(|line| [line, "\r\n"]).collect()
    }
}

impl Section {
    /// Makes the m-line go in `wanted` direction only. Both directions, which is what is meant where nothing is said
    /// (RFC 8866 §6.7), are taken for that.
    fn turn(&mut self, wanted: &str, opposite: &str) -> Result<(), Problem> {
        let said = self.lines.iter().find(|line| is_direction(line)).or(self.usual.as_ref());
        if said.is_some_and(|said| *said == format!("a={opposite}") || said == "a=inactive") {
            return refuse(format!("m-line {} must be {wanted}", self.mid().unwrap_or_default()));
        }
        self.lines.retain(|line| !is_direction(line));
        self.lines.push(format!("a={wanted}"));
        Ok(())
    }

    fn mid(&self) -> Result<&str, Problem> {
        let mid = self.lines.iter().find_map(|line| line.strip_prefix("a=mid:"));
        mid.map_or_else(|| refuse("each m-line needs a mid"), |mid| Ok(mid.trim()))
    }

    fn rids(&self) -> impl Iterator<Item = &str> {
        let rids = self.lines.iter().filter_map(|line| line.strip_prefix("a=rid:"));
        rids.filter_map(|rid| rid.split(' ').next())
    }
}

fn is_direction(line: &str) -> bool {
    matches!(line, "a=sendrecv" | "a=sendonly" | "a=recvonly" | "a=inactive")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str = "v=0\r\na=group:BUNDLE 0 1\r\n";

    fn line(kind: &str, mid: &str, more: &str) -> String {
        format!("m={kind} 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:abcd\r\na=ice-pwd:secret\r\na=mid:{mid}\r\n{more}")
    }

    fn why<T: std::fmt::Debug>(outcome: Result<T, Problem>) -> String {
        match outcome {
            Err(Problem::BadOffer { why }) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_publishes_sends_a_voice_and_a_picture_whatever_else_the_description_says() {
        for direction in ["a=sendonly\r\n", "a=sendrecv\r\n", ""] {
            let sdp = format!("{HEAD}{}{}", line("audio", "0", direction), line("video", "v", direction));
            let offer = publishing(&sdp).unwrap();
            let sources: Vec<_> = offer.sources.iter().map(|line| (line.mid.as_str(), line.source)).collect();
            assert_eq!(sources, [("0", Source::Microphone), ("v", Source::Camera)]);
            assert_eq!(offer.sdp.matches("a=sendonly\r\n").count(), 2, "{}", offer.sdp);
            assert!(!offer.sdp.contains("sendrecv"));
        }
        let usual = format!("{HEAD}a=sendrecv\r\n{}", line("video", "0", ""));
        assert_eq!(publishing(&usual).unwrap().sdp.matches("a=send").count(), 1);
    }

    #[test]
    fn what_cannot_be_published_is_refused_with_a_reason() {
        let refused = |lines: &str| why(publishing(&format!("{HEAD}{lines}")));
        assert!(refused("").contains("no m-line"));
        assert!(refused(&line("video", "0", "a=recvonly\r\n")).contains("must be sendonly"));
        assert!(refused(&line("video", "0", "a=inactive\r\n")).contains("must be sendonly"));
        assert!(refused(&line("application", "0", "")).contains("only audio and video"));
        assert!(refused(&(line("video", "0", "") + &line("video", "1", ""))).contains("one for pictures"));
        assert!(refused(&line("video", "0", "a=rid:2 send\r\n")).contains("layers"));
        assert!(refused("m=video 9 UDP/TLS/RTP/SAVPF 96\r\n").contains("mid"));
        assert!(publishing(&line("video", "0", "a=rid:l send\r\na=rid:h send\r\n")).is_ok());
    }

    #[test]
    fn who_watches_gets_slots_in_the_order_of_their_lines() {
        let both = |audio: &str, video: &str| line("audio", audio, "a=recvonly\r\n") + &line("video", video, "");
        let watching = watching(&format!("{HEAD}{}{}", both("0", "1"), both("2", "3"))).unwrap();
        assert_eq!((watching.sounds, watching.pictures), (vec!["0".into(), "2".into()], vec!["1".into(), "3".into()]));
        assert_eq!(watching.offer.sdp.matches("a=recvonly\r\n").count(), 4);
        assert!(why(super::watching(&line("audio", "0", "a=sendonly\r\n"))).contains("must be recvonly"));
    }

    #[test]
    fn other_credentials_restart_and_the_same_ones_do_not() {
        let offer = publishing(&line("video", "0", "a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n")).unwrap();
        let same = "a=ice-ufrag:abcd\r\na=ice-pwd:secret\r\nm=video 9 X 0\r\na=mid:0\r\na=candidate:x\r\n";
        assert_eq!(restarted(&offer, same), Ok(None));
        assert!(why(restarted(&offer, "a=mid:0\r\n")).contains("credentials"));
        let again = restarted(&offer, "a=ice-ufrag:new\r\na=ice-pwd:other\r\n").unwrap().unwrap();
        assert_eq!((again.id, again.fresh, &again.sources), (2, false, &offer.sources));
        assert!(again.sdp.contains("a=ice-ufrag:new\r\na=ice-pwd:other\r\na=mid:0\r\n"), "{}", again.sdp);
        assert!(!again.sdp.contains("candidate"));
    }

    #[test]
    fn a_fragment_says_how_to_reach_the_server_and_no_more() {
        let answer = "v=0\r\na=ice-lite\r\na=group:BUNDLE 0 1\r\nm=audio 9 X 111\r\na=mid:0\r\na=rtpmap:111 opus\r\n\
             a=ice-ufrag:u\r\na=ice-pwd:p\r\na=candidate:c\r\nm=video 9 X 96\r\na=mid:1\r\na=ice-ufrag:u\r\n";
        let want = "a=ice-lite\r\na=group:BUNDLE 0 1\r\nm=audio 9 X 111\r\na=mid:0\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n\
             a=candidate:c\r\n";
        assert_eq!(fragment(answer), want);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(v=0\n)?([amv]=(mid:|rid:|sendrecv|audio |video |ice-ufrag:)?[ -~]{0,6}\r?\n){0,8}") {
            let _ = watching(&text);
            if let Ok(offer) = publishing(&text) {
                let _ = restarted(&offer, &text);
            }
            let _ = fragment(&text);
        }
    }
}
