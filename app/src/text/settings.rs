//! The settings of one meeting.

/// The heading of the page.
pub const HEADING: &str = "Meeting settings";
/// The card of the things that the organiser decides.
pub const OPTIONS: &str = "Options";
/// What holds for every option.
pub const OPTIONS_LEAD: &str = "Changes are in force at once, also for people who are in the meeting.";
/// The field of a password when none is set.
pub const PASSWORD_NEW: &str = "Password";
/// The field of a password when one is set.
pub const PASSWORD_CHANGE: &str = "New password";
/// Says that a password is set; the server itself does not know it.
pub const PASSWORD_IS_SET: &str = "A password is set. Leave this empty to keep it.";
/// Says that none is set.
pub const PASSWORD_NOT_SET: &str = "None is set: whoever has the link comes in without.";
/// Takes the password away.
pub const PASSWORD_REMOVE: &str = "Remove the password";
/// What that means.
pub const PASSWORD_REMOVE_HINT: &str = "Whoever has the link comes in without one.";
/// Guests in or out.
pub const GUESTS: &str = "Allow guests";
/// What that means.
pub const GUESTS_HINT: &str = "Anyone with the link can join. Off: only people with an account on this server.";
/// Start with or without the organiser.
pub const START: &str = "Attendees may start the meeting";
/// What that means.
pub const START_HINT: &str = "Off: they wait until you are there, then enter by themselves.";
/// The card of the seats for sound and picture.
pub const SEATS: &str = "Sound and picture";
/// What a seat is.
pub const SEATS_LEAD: &str =
    "Whoever comes when all seats are taken can read and write in the chat, and moves up when one is free.";
/// How many people can be seen and heard.
pub const CAPACITY: &str = "Seats for sound and picture";
/// Saves it.
pub const SAVE_SEATS: &str = "Save number of seats";
/// The card of the meeting's link.
pub const LINK: &str = "Meeting link";
/// What the link does.
pub const LINK_LEAD: &str = "Whoever opens it in a browser gets to the meeting.";
/// The link for joining at once.
pub const LINK_DIRECT: &str = "Link that joins at once";
/// What that means.
pub const LINK_DIRECT_LEAD: &str = "Skips the page before the meeting and uses the camera and microphone of last time.";
/// Copies the link that joins at once.
pub const COPY_DIRECT: &str = "Copy link that joins at once";
/// Shown while there are changes.
pub const UNSAVED_NOTE: &str = "Not saved yet";
