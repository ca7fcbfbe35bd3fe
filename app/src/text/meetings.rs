//! The list of one's meetings, and the chat that is read without a call.

use domain::text::Title;

/// Opens the dialog that makes a meeting.
pub const NEW: &str = "New meeting";
/// The field of a meeting's title.
pub const TITLE: &str = "Title";
/// What a title may be.
pub const TITLE_EXAMPLE: &str = "Weekly round";
/// The field of a meeting's password.
pub const PASSWORD: &str = "Password";
/// What the password is for.
pub const PASSWORD_HINT: &str = "Everyone but you is asked for it when they join.";
/// The switch of a meeting that is used again.
pub const REGULAR: &str = "Scheduled, used regularly";
/// What the switch does.
pub const REGULAR_HINT: &str = "The same link again and again, for instance every Monday.";
/// Makes the meeting.
pub const CREATE: &str = "Create meeting";
/// The meeting was made.
pub const CREATED: &str = "Your meeting is ready";
/// What to do with the link.
pub const CREATED_LEAD: &str = "Send this link to everyone you want to meet. It works until you delete the meeting.";
/// Opens the meeting at once.
pub const START_NOW: &str = "Start now";
/// Opens the settings.
pub const SETTINGS: &str = "Settings";
/// Opens the chat without a call.
pub const READ_CHAT: &str = "Read chat";
/// Asks whether to delete.
pub const DELETE: &str = "Delete";
/// Enters the meeting.
pub const OPEN: &str = "Open";
/// Enters the meeting that runs.
pub const JOIN: &str = "Join";
/// A meeting was deleted.
pub const DELETED: &str = "Meeting deleted";
/// Nothing here yet.
pub const NONE_TITLE: &str = "No meetings yet";
/// How to get one.
pub const NONE: &str = "Your meetings will be listed here, with their link and chat. Make the first one; it takes a title and nothing else.";
/// Marks a meeting that asks for a password.
pub const HAS_PASSWORD: &str = "Password";
/// Marks a meeting that is used again and again.
pub const IS_REGULAR: &str = "Regular";
/// Before the time when somebody was last in a meeting.
pub const LAST_USED: &str = "Last used";
/// Before the time when a meeting was made.
pub const CREATED_AT: &str = "Created";

/// The heading of the chat that is read without a call.
pub const CHAT: &str = "Chat";
/// The chat is empty.
pub const CHAT_NONE_TITLE: &str = "No messages";
/// What would be here.
pub const CHAT_NONE: &str = "What is written in the meeting stays here, so that you can read it again.";
/// Leads to the messages before.
pub const CHAT_OLDER: &str = "Older messages";
/// Leads to the messages at the end.
pub const CHAT_NEWEST: &str = "Newest messages";

/// Names the ⋮ menu of a meeting.
pub fn menu_of(title: &Title) -> String {
    format!("More for {title}")
}

/// How many people are in a meeting that runs.
pub fn present(count: usize) -> String {
    format!("{} in the room", super::counted(count, "person", "people"))
}

/// How many people wait for a meeting to start.
pub fn waiting(count: usize) -> String {
    format!("{} waiting for you", super::counted(count, "person", "people"))
}

/// Asks whether to delete a meeting.
pub fn delete_title(title: &Title) -> String {
    format!("Delete “{title}”?")
}

/// Says what goes with the meeting.
pub fn delete_lead(messages: usize, present: usize) -> String {
    let chat = match messages {
        0 => "Its link and settings go with it.".to_owned(),
        count => {
            format!("Its link, settings and {} go with it.", super::counted(count, "chat message", "chat messages"))
        }
    };
    let call = match present {
        0 => String::new(),
        1 => " One person is in the room and will be sent out.".to_owned(),
        count => format!(" {count} people are in the room and will be sent out."),
    };
    format!("{chat}{call} This cannot be undone.")
}

/// The button that deletes a meeting names what it deletes.
pub fn delete_button(messages: usize) -> String {
    match messages {
        0 => "Delete meeting".to_owned(),
        count => format!("Delete meeting and {}", super::counted(count, "message", "messages")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm_72_deleting_names_what_is_deleted() {
        assert_eq!(delete_button(0), "Delete meeting");
        assert_eq!(delete_button(1), "Delete meeting and 1 message");
        assert_eq!(
            delete_lead(12, 3),
            "Its link, settings and 12 chat messages go with it. 3 people are in the room and will be sent out. This cannot be undone."
        );
    }
}
