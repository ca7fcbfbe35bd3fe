//! What is said before the room, and after it.

use super::counted;
use crate::call::browser::Browser;
use crate::call::devices::Kind;
use crate::call::outage::Outage;
use crate::call::quality::StreamQuality;
use crate::call::refusal::Refusal;

/// The field of the name.
pub const NAME: &str = "Your name";
/// The field of the meeting's password.
pub const PASSWORD: &str = "Meeting password";
/// Comes in.
pub const JOIN: &str = "Join";
/// Joining takes a moment.
pub const OPENING: &str = "Opening the meeting…";
/// The code of the meeting did not arrive.
pub const UNFETCHED: &str = "The meeting could not be loaded. Check your connection and join again. If that does not help, the server may have a newer version:";
/// The region of one's own picture.
pub const PREVIEW: &str = "Your picture";
/// The camera is off.
pub const CAMERA_IS_OFF: &str = "Your camera is off";
/// The browser is asking.
pub const ASKING: &str = "Your browser may ask to use camera and microphone. You can also join without them.";
/// Names the level meter.
pub const LEVEL: &str = "Microphone level";
/// What the level meter is good for.
pub const LEVEL_HINT: &str = "Speak: the line fills as far as you are heard.";
/// The level meter rests.
pub const LEVEL_OFF: &str = "Your microphone is off. Turn it on to see how loud you are.";
/// Plays a short sound through the speaker.
pub const TEST_SOUND: &str = "Play a test sound";
/// Asks the browser once more.
pub const TRY_AGAIN: &str = "Try again";
/// The speaker is the system's choice, whatever the page wants.
pub const NO_SPEAKER_CHOICE: &str =
    "This browser plays through the system's speaker. Choose another one in the system's settings.";
/// How sharp the camera's picture is sent.
pub const QUALITY: &str = "Stream quality";
/// What to choose, and why.
pub const QUALITY_HINT: &str = "How sharp your camera is sent. Low is recommended: it looks good in most meetings and \
                                spares everybody's connection and battery.";
/// The system's choice of a device.
pub const DEFAULT_DEVICE: &str = "System default";
/// Scripts are off.
pub const NEEDS_SCRIPT: &str = "Meetings need JavaScript. Switch it on for this site and reload the page.";
/// The page did not come over a secure connection.
pub const INSECURE: &str = "A meeting needs a secure connection, and this page has none: browsers then give away neither camera nor microphone, and others on the way could listen. Try the link with https:// in front.";
/// What the administrator has to do about it.
pub const INSECURE_MEND: &str = "For the administrator of this server: set tls.certificate and tls.key in confab.toml, or put the server behind a proxy that has a certificate.";
/// The browser has no WebRTC.
pub const NO_WEBRTC: &str = "This browser cannot send or receive sound and picture. You can join to read and write in the chat; for the rest, open the link in a current Chrome, Edge, Firefox or Safari.";
/// The page of somebody who may not enter as a guest.
pub const NO_GUESTS_TITLE: &str = "Sign in to join";

/// Before the organiser is there.
pub const WAITING: &str =
    "The organiser is not here yet. You will come in automatically as soon as the meeting starts.";
/// Gives up waiting.
pub const STOP_WAITING: &str = "Stop waiting";
/// Before the server has answered.
pub const KNOCKING: &str = "Joining…";
/// The server has not answered for a while.
pub const UNREACHABLE_TITLE: &str = "No connection to the meeting";
/// What happened, and what goes on.
pub const UNREACHABLE: &str = "The page is there, but the meeting does not answer. Still trying…";
/// What to check.
pub const UNREACHABLE_CHECK: &str = "Check your network. Often a firewall, a VPN or a proxy blocks WebSocket, which meetings need: try without it, or over another network.";
/// What the administrator has to check.
pub const UNREACHABLE_MEND: &str = "For the administrator of this server: a proxy in front of it must pass WebSocket upgrades for /ws/. The lines are in docs/OPERATIONS.md, under TLS.";
/// Leads from the hall back to the door.
pub const TO_DOOR: &str = "Go back";

/// This person left.
pub const LEFT_TITLE: &str = "You left the meeting";
/// What can be done.
pub const LEFT: &str = "Left by mistake? You can go right back in.";
/// What becomes of its link.
pub const LEFT_NEXT: &str = "The link stays good: open it again whenever you want to come back.";
/// The organiser ended it.
pub const ENDED_TITLE: &str = "The meeting has ended";
/// What to do for the next time.
pub const ENDED_NEXT: &str = "Meeting again? Use the same link.";
/// This person ended it.
pub const ENDED_BY_YOU_TITLE: &str = "You ended the meeting";
/// What became of it.
pub const ENDED_BY_YOU: &str = "It is over for everybody. Its link stays good for the next time.";
/// Where the chat is.
pub const ENDED_BY_YOU_NEXT: &str = "What was written in the chat is kept: read it from your meetings.";
/// Leads to the list of meetings.
pub const TO_MEETINGS: &str = "Back to your meetings";
/// The meeting was deleted while people were in it or waited.
pub const DELETED_TITLE: &str = "There is no such meeting any more";
/// Why.
pub const DELETED: &str = "The organiser has deleted it, and its link with it.";
/// What to do about it.
pub const DELETED_NEXT: &str = "To meet again, ask the organiser for another link.";
/// The seat was taken over by another tab or device.
pub const TAKEN_OVER_NEXT: &str = "To go on here instead, leave there and join again here.";
/// The person was signed out while they were in the meeting.
pub const SIGNED_OUT_NEXT: &str =
    "Sign in to come back with your account. Where guests are welcome, you can join again without it.";
/// The person's account was deleted while they were in the meeting.
pub const ACCOUNT_DELETED_NEXT: &str = "Where guests are welcome, you can join again without an account.";
/// The server closed the door for another reason.
pub const CLOSED_TITLE: &str = "You are no longer in the meeting";
/// Goes back in.
pub const REJOIN: &str = "Join again";

/// How many are in the meeting.
pub fn present(count: usize) -> String {
    match count {
        0 => "Nobody is here yet".to_owned(),
        1 => "1 person is here".to_owned(),
        many => format!("{} are here", counted(many, "person", "people")),
    }
}

/// How many are in the meeting, or wait for this person to start it.
pub fn attendance(present: usize, waiting: usize) -> String {
    match (present, waiting) {
        (0, 1..) => super::meetings::waiting(waiting),
        _ => self::present(present),
    }
}

/// What a device is called.
pub fn device(kind: Kind) -> &'static str {
    match kind {
        Kind::Microphone => "Microphone",
        Kind::Camera => "Camera",
        Kind::Speaker => "Speaker",
    }
}

/// What a stream quality is called, beside [`QUALITY`]: short enough for a phone.
pub fn quality(quality: StreamQuality) -> &'static str {
    match quality {
        StreamQuality::Low => "Low (recommended)",
        StreamQuality::Medium => "Medium",
        StreamQuality::High => "High",
    }
}

/// A device whose name the browser keeps to itself.
pub fn nameless(kind: Kind, number: usize) -> String {
    format!("{} {number}", device(kind))
}

/// What is going on while somebody waits without a connection; nothing in the moment before it first stands.
pub fn waiting_without(outage: Outage) -> Option<&'static str> {
    match outage {
        Outage::Restarting => Some(super::room::RESTARTING),
        Outage::Lost => Some("The connection is lost. You keep waiting; nothing to do."),
        Outage::Connecting | Outage::Unreachable => None,
    }
}

/// What to do in this browser to take a refusal back, where it keeps that.
fn way_to_allow(browser: Browser) -> &'static str {
    match browser {
        Browser::Chromium | Browser::Unknown => "click the icon at the left of the address bar",
        Browser::ChromiumOnAndroid => "tap the icon at the left of the address bar, then Permissions",
        Browser::Firefox => "click the crossed-out icon at the left of the address bar and remove the block",
        Browser::FirefoxOnAndroid => "tap the icon at the left of the address bar",
        Browser::Safari => "choose Settings for This Website in the Safari menu",
        Browser::SafariOnIos => "tap the page menu (aA) in the address bar, then Website Settings",
        Browser::OtherOnIos => "open this browser's entry in the Settings app",
    }
}

fn blocked(names: &str, are: &str, them: &str, browser: Browser) -> String {
    let way = way_to_allow(browser);
    let system = match browser {
        // The way leads there already.
        Browser::OtherOnIos => "",
        _ => " If that does not help, look in the system's privacy settings.",
    };
    format!("{names} {are} blocked. To allow {them}, {way}, then try again.{system}")
}

/// Why there is neither, for one reason, and what to do.
pub fn trouble_of_both(refusal: Refusal, browser: Browser) -> String {
    let sentence = match refusal {
        Refusal::Blocked => return blocked("Camera and microphone", "are", "them", browser),
        Refusal::Missing => {
            "No camera and no microphone were found. Connect them and try again, or go on without them."
        }
        Refusal::Gone => {
            "Camera and microphone stopped: they were unplugged, or the system took them away. Connect them again or choose other ones, then try again."
        }
        Refusal::InUse => "Camera and microphone are in use by another program. Close that program, then try again.",
        Refusal::Unsuitable => "The chosen camera and microphone are not connected. Choose other ones.",
        Refusal::Insecure => "Camera and microphone need a page with a secure address (https://).",
        Refusal::Unsupported => "This browser can use neither a camera nor a microphone.",
        Refusal::Dismissed | Refusal::Failed => {
            "Camera and microphone could not be started. Try again, or choose other ones."
        }
    };
    sentence.to_owned()
}

/// Why there is no microphone or camera, and what to do.
pub fn trouble(kind: Kind, refusal: Refusal, browser: Browser) -> String {
    let name = match kind {
        Kind::Microphone => "microphone",
        Kind::Camera => "camera",
        Kind::Speaker => "speaker",
    };
    match refusal {
        Refusal::Blocked => blocked(&format!("The {name}"), "is", "it", browser),
        Refusal::Missing => format!("No {name} was found. Connect one and try again, or go on without it."),
        Refusal::Gone => format!(
            "The {name} stopped: it was unplugged, or the system took it away. Connect it again or choose another one, then try again."
        ),
        Refusal::InUse => format!("The {name} is in use by another program. Close that program, then try again."),
        Refusal::Unsuitable => format!("The chosen {name} is not connected. Choose another one."),
        Refusal::Insecure => format!("The {name} needs a page with a secure address (https://)."),
        Refusal::Unsupported => format!("This browser cannot use a {name}."),
        Refusal::Dismissed | Refusal::Failed => {
            format!("The {name} could not be started. Try again, or choose another one.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_browser_is_told_its_own_place_in_short_sentences() {
        assert_eq!(
            trouble(Kind::Camera, Refusal::Blocked, Browser::Chromium),
            "The camera is blocked. To allow it, click the icon at the left of the address bar, then try again. If \
             that does not help, look in the system's privacy settings."
        );
        assert_eq!(
            trouble_of_both(Refusal::Blocked, Browser::OtherOnIos),
            "Camera and microphone are blocked. To allow them, open this browser's entry in the Settings app, then \
             try again."
        );
        let places = [
            (Browser::ChromiumOnAndroid, "then Permissions"),
            (Browser::Firefox, "crossed-out icon"),
            (Browser::FirefoxOnAndroid, "tap the icon"),
            (Browser::Safari, "Safari menu"),
            (Browser::SafariOnIos, "aA"),
        ];
        for (browser, place) in places {
            let said = trouble(Kind::Microphone, Refusal::Blocked, browser);
            assert!(said.contains(place), "{said}");
        }
    }
}
