//! What went wrong, and what to do next.

use domain::Problem;
use domain::problem::Field;

/// The page does not exist.
pub const NOT_FOUND_TITLE: &str = "There is no such page";
/// What to do about it.
pub const NOT_FOUND: &str =
    "The address may be mistyped, or the page is gone. If it was a link to a meeting, ask for it once more.";

/// The heading of a page that cannot be shown.
pub fn title(problem: &Problem) -> &'static str {
    if matches!(problem, Problem::NoSuchMeeting) {
        "There is no such meeting"
    } else if matches!(problem, Problem::BadMeetingId) {
        "This is not a meeting's link"
    } else if matches!(problem, Problem::NotAllowed | Problem::NoGuests) {
        "This is not for you to open"
    } else if matches!(problem, Problem::LinkExpired) {
        "This link no longer works"
    } else if matches!(problem, Problem::Unreachable | Problem::Stopping | Problem::Busy) {
        "The server is not answering"
    } else {
        "That did not work"
    }
}

/// What happened, and what to do.
pub fn of_problem(problem: &Problem) -> String {
    let sentence = match problem {
        Problem::Missing { field } => missing(*field),
        Problem::TooLong { field, most } => return format!("{} may have {most} characters at most.", name(*field)),
        Problem::TooShort { field, least } => return format!("{} needs at least {least} characters.", name(*field)),
        Problem::OutOfRange { field, least, most } => {
            return format!("{} must be a number from {least} to {most}.", name(*field));
        }
        Problem::Invalid { field: Field::Email } => {
            "This does not look like an e-mail address. It should be like ann@example.org."
        }
        Problem::Invalid { field } => return format!("{} has characters that cannot be used here.", name(*field)),
        Problem::TooManyAttempts { retry_after } => {
            return format!("Too many attempts. Try again in {}.", waiting(*retry_after));
        }
        Problem::BadMessage { .. } | Problem::BadOffer { .. } | Problem::OutOfOrder => {
            "The browser and the server did not understand each other. Reload the page."
        }
        Problem::BadId => "The server does not know this. Reload the page and try again.",
        Problem::BadMeetingId => "This is not a meeting ID or link. An ID looks like abc-defg-hij.",
        Problem::NoSuchMeeting => {
            "No meeting has this ID: it was deleted, or a letter is wrong. Ask the organiser for the link."
        }
        Problem::SignInFirst => "You are not signed in. Sign in and try again.",
        Problem::NotAllowed => "Your account may not do this. Sign in with another one, or ask the owner.",
        Problem::WrongCredentials => "Address and password do not match an account here. Check both and try again.",
        Problem::WrongPresentPassword => "This is not your current password. Type it again.",
        Problem::PasswordNeeded => "This meeting asks for a password. You find it in the invitation.",
        Problem::WrongMeetingPassword => "This is not the meeting's password. Check the invitation and try again.",
        Problem::NoGuests => "This meeting is only for people with an account here. Sign in to join.",
        Problem::SignUpClosed => "Accounts are not given out here. Ask the administrator of this server.",
        Problem::InvitationNeeded => "An account needs an invitation here. Ask the administrator for a link.",
        Problem::LastAdministrator => {
            "Somebody must administer this server, and nobody else does. Make another person administrator first."
        }
        Problem::LinkExpired => "The link was used before or has run out. Ask for a new one.",
        Problem::PasswordsDiffer => "The two passwords differ. Type the new one twice the same.",
        Problem::NoMediaSeat => "All seats for sound and picture are taken. You get one automatically when it is free.",
        Problem::WrongToken => "This token opens nothing here. Make another one in the meeting's settings.",
        Problem::NotStarted => "The meeting has not started. Try again when its organiser is there.",
        Problem::NoSuchParticipant => "Nobody in the meeting is called so. Check the name.",
        Problem::Ended => "The organiser ended the meeting.",
        Problem::TakenOver => "You joined from another tab or device, so this one left.",
        Problem::SignedOut => "You were signed out, and left the meeting with your account.",
        Problem::AccountDeleted => "Your account was deleted, and you left the meeting with it.",
        Problem::Flooding => "Too much at once. Wait a few seconds and try again.",
        Problem::WrongProtocol => "This page is older than the server. Reload it.",
        Problem::Busy => "The server is busy. Try again in a moment.",
        Problem::NotSaved => "The server could not save this. Nothing was changed; try again.",
        Problem::Stopping => "The server is restarting and will be back soon. Try again in a moment.",
        Problem::Unreachable => "The server was not reached. Check your connection and try again.",
        Problem::Failed => "Something failed on the server. Try again; if it stays, tell the administrator.",
    };
    sentence.to_owned()
}

fn missing(field: Field) -> &'static str {
    match field {
        Field::Name => "Enter a name.",
        Field::Email => "Enter your e-mail address.",
        Field::Password => "Enter a password.",
        Field::Title => "Give the meeting a title.",
        Field::MeetingPassword => "Enter the meeting's password.",
        Field::Capacity => "Enter how many people can be seen and heard.",
        Field::Message => "Write something first.",
    }
}

fn name(field: Field) -> &'static str {
    match field {
        Field::Name => "The name",
        Field::Email => "The address",
        Field::Password | Field::MeetingPassword => "The password",
        Field::Title => "The title",
        Field::Capacity => "The number of seats",
        Field::Message => "The message",
    }
}

fn waiting(seconds: u32) -> String {
    if seconds < 90 {
        super::counted(seconds.max(1) as usize, "second", "seconds")
    } else {
        super::counted(seconds.div_ceil(60) as usize, "minute", "minutes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_what_to_do_and_never_how_it_is_built() {
        let inner = Problem::BadOffer { why: "expected `m=` at line 3".to_owned() };
        assert!(!of_problem(&inner).contains("m="));
        let check = |problem: Problem, want: &str| assert_eq!(of_problem(&problem), want);
        check(Problem::Missing { field: Field::Title }, "Give the meeting a title.");
        check(Problem::TooShort { field: Field::Password, least: 8 }, "The password needs at least 8 characters.");
        check(Problem::TooManyAttempts { retry_after: 1 }, "Too many attempts. Try again in 1 second.");
        check(Problem::TooManyAttempts { retry_after: 90 }, "Too many attempts. Try again in 2 minutes.");
    }
}
