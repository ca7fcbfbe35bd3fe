//! What is said in the room.

use domain::meeting::Capacity;
use domain::meeting::Settings;

use crate::call::outage::Outage;

/// The microphone is on; pressing turns it off.
pub const MUTE: &str = "Turn microphone off";
/// The microphone is off; pressing turns it on.
pub const UNMUTE: &str = "Turn microphone on";
/// The camera is on; pressing turns it off.
pub const CAMERA_OFF: &str = "Turn camera off";
/// The camera is off; pressing turns it on.
pub const CAMERA_ON: &str = "Turn camera on";
/// The short word under the microphone's icon.
pub const MICROPHONE: &str = "Microphone";
/// The short word under the camera's icon.
pub const CAMERA: &str = "Camera";
/// Shares a screen.
pub const SHARE: &str = "Share";
/// What sharing is, in full.
pub const SHARE_SCREEN: &str = "Share your screen";
/// Stands where the others see the shared screen.
pub const SHARING: &str = "You are sharing your screen";
/// The name under it.
pub const YOUR_SCREEN: &str = "Your screen";
/// Ends sharing.
pub const STOP_SHARING: &str = "Stop sharing";
/// Shares with sharp letters.
pub const SHARE_TEXT: &str = "Documents and slides";
/// What that is good for.
pub const SHARE_TEXT_LEAD: &str = "Letters stay sharp, movement may stutter.";
/// Shares with smooth movement.
pub const SHARE_MOTION: &str = "Video and animation";
/// What that is good for.
pub const SHARE_MOTION_LEAD: &str = "Movement stays smooth, small letters may blur.";
/// How what is shared is heard, too.
pub const SHARE_SOUND: &str =
    "Sound is shared too if you tick it in the window that your browser opens next. Not every browser offers it.";
/// Raises the hand.
pub const HAND: &str = "Raise hand";
/// Somebody's hand is up.
pub const HAND_UP: &str = "hand raised";
/// Lowers the hand.
pub const HAND_DOWN: &str = "Lower hand";
/// Opens the reactions.
pub const REACT: &str = "React";
/// The short word under the layout's icon.
pub const LAYOUT: &str = "Layout";
/// Changes to the speaker's view.
pub const SPEAKER_VIEW: &str = "Speaker view";
/// Changes to the grid.
pub const GRID_VIEW: &str = "Grid view";
/// Opens the chat.
pub const CHAT: &str = "Chat";
/// Opens the list of people.
pub const PEOPLE: &str = "People";
/// Opens what is rarely needed.
pub const MORE: &str = "More";
/// Leaves.
pub const LEAVE: &str = "Leave";
/// Opens the devices.
pub const DEVICES: &str = "Microphone, camera, speaker";
/// Opens the list of keys.
pub const SHORTCUTS: &str = "Keyboard shortcuts";
/// Opens the meeting's settings.
pub const SETTINGS: &str = "Meeting settings";
/// The bar of controls.
pub const CONTROLS: &str = "Controls";
/// The region of the tiles.
pub const STAGE: &str = "People and screens";
/// The way between the pages of a large room.
pub const PAGES: &str = "Pages";
/// Leads to the people before.
pub const PAGE_BEFORE: &str = "People before";
/// Leads to the people after.
pub const PAGE_AFTER: &str = "More people";
/// Marks this person's own tile.
pub const YOU: &str = "You";
/// Marks who made the meeting.
pub const ORGANISER: &str = "Organiser";
/// Marks somebody without an account.
pub const GUEST: &str = "Guest";
/// The connection of somebody, or of oneself, is lost.
pub const RECONNECTING: &str = "Reconnecting…";
/// A picture that one's own connection does not carry at the moment.
pub const RESTS_FOR_CONNECTION: &str = "Paused: your connection is slow";
pub const RESTS_FOR_SERVER: &str = "Paused: the server is busy";
/// A picture that this browser has no decoder for.
pub const UNPLAYABLE: &str = "Your browser cannot show this video";
/// What is going on while the server restarts.
pub const RESTARTING: &str = "The server is restarting. You will be back in a moment.";
/// Media is lost, signalling is not.
pub const MEDIA_BROKEN: &str = "Sound and picture are interrupted and will be back in a moment.";
/// No media at all.
pub const NO_MEDIA: &str = "This browser cannot send or receive sound and picture here. You can read and write in the chat; to see and hear the others, open the link in a current Chrome, Edge, Firefox or Safari.";
/// All seats for sound and picture are taken.
pub const NO_MEDIA_SEAT: &str = "You are in the chat only.";
/// Marks somebody without a seat for sound and picture.
pub const CHAT_ONLY: &str = "Chat only";
/// This person moved up.
pub const MOVED_UP: &str =
    "A seat is free: you see and hear the others now. Turn on microphone and camera when you like.";
/// Somebody's microphone is off.
pub const MUTED: &str = "muted";
/// Somebody's microphone is on.
pub const HEARD: &str = "microphone on";
/// Somebody's camera is off.
pub const UNSEEN: &str = "camera off";
/// Somebody's camera is on.
pub const SEEN: &str = "camera on";
/// The browser plays no sound before the person touches the page.
pub const TAP_TO_HEAR: &str = "Tap to hear the others";
/// Pins a tile.
pub const PIN: &str = "Pin";
/// Loosens a pin.
pub const UNPIN: &str = "Unpin";
/// Nobody else is here.
pub const ALONE: &str = "You are the only one here";
/// What to do about it.
pub const ALONE_LEAD: &str = "Send the link to whoever you want to meet.";

/// The field that finds somebody among many.
pub const FIND_PERSON: &str = "Find somebody by name";
/// It found nobody.
pub const NOBODY_FOUND: &str = "Nobody here has such a name.";

/// The field of a chat message.
pub const CHAT_FIELD: &str = "Message to everyone";
/// Sends a chat message.
pub const CHAT_SEND: &str = "Send";
/// The chat is empty.
pub const CHAT_EMPTY: &str = "No messages yet. What you write is seen by everyone here and stays with the meeting.";
/// A message is on its way.
pub const CHAT_SENDING: &str = "Sending…";
/// A message waits for the connection.
pub const CHAT_WAITS: &str = "Not sent yet. It goes out when the connection is back.";
/// Sends a refused message again.
pub const CHAT_RETRY: &str = "Send again";

/// The heading of the dialog of whoever may end the meeting.
pub const LEAVE_TITLE: &str = "Leave the meeting?";
/// What the two buttons do.
pub const LEAVE_LEAD: &str = "If you only leave, the others can go on without you.";
/// Leaves and lets the others stay.
pub const LEAVE_ONLY: &str = "Leave";
/// Ends it.
pub const END_FOR_ALL: &str = "End for everyone";
/// Sharing was not possible.
pub const SHARE_FAILED: &str =
    "The browser could not share a screen. Check that it may record the screen in the system's settings.";

/// The keys and what they do, in the order of `Shortcut::ALL`.
pub const KEYS: [(&str, &str); 11] = [
    ("M", "Microphone on or off"),
    ("V", "Camera on or off"),
    ("Space", "Talk while you hold it"),
    ("S", "Share your screen, or stop"),
    ("H", "Raise or lower your hand"),
    ("C", "Open or close the chat"),
    ("P", "Open or close the list of people"),
    ("L", "Grid or speaker view"),
    ("W", "What's wrong? How sound and picture fare"),
    ("Esc", "Close what is open beside the tiles"),
    ("?", "This list"),
];

/// The layout button with the view that it changes to; a spoken command finds it by the word that is seen.
pub fn layout(view: &str) -> String {
    format!("{LAYOUT}: {view}")
}

/// Somebody came in.
pub fn joined(name: &str) -> String {
    format!("{name} joined")
}

/// Somebody left.
pub fn left(name: &str) -> String {
    format!("{name} left")
}

/// Somebody raised their hand.
pub fn raised(name: &str) -> String {
    format!("{name} raised a hand")
}

/// A raised hand in the list of people, and when its turn is.
pub fn hand_number(number: usize) -> String {
    format!("hand raised, number {number}")
}

/// Somebody shares a screen.
pub fn shares(name: &str) -> String {
    format!("{name} shares a screen")
}

/// The name under a shared screen.
pub fn screen_of(name: &str) -> String {
    format!("{name}'s screen")
}

/// The tile, for screen readers.
pub fn pin(pinned: bool, name: &str) -> String {
    format!("{} {name}", if pinned { UNPIN } else { PIN })
}

/// The chat button with what is unread, for screen readers.
pub fn chat_button(unread: usize) -> String {
    if unread == 0 { CHAT.to_owned() } else { format!("{CHAT}, {unread} unread") }
}

/// The people button with how many there are, for screen readers.
pub fn people_button(count: usize) -> String {
    format!("{PEOPLE}, {count} here")
}

/// What is going on while there is no connection.
pub fn reconnecting(outage: Outage) -> &'static str {
    match outage {
        Outage::Restarting => RESTARTING,
        Outage::Connecting | Outage::Unreachable | Outage::Lost => {
            "The connection is lost. Your seat is kept; nothing to do."
        }
    }
}

/// Why somebody has neither sound nor picture, and what comes next.
pub fn in_line(place: usize, capacity: Capacity) -> String {
    let next = if place == 1 { "You are next".to_owned() } else { format!("You are number {place} in line") };
    format!(
        "All {capacity} seats for sound and picture are taken. {next}: you get one automatically as soon as it is free. \
         Until then you can read and write."
    )
}

/// Which page of tiles is shown.
pub fn page(page: usize, pages: usize) -> String {
    format!("{} / {pages}", page + 1)
}

/// What waiting people read.
pub fn waiting_for(settings: &Settings) -> String {
    format!("“{}” has not started yet", settings.title)
}
