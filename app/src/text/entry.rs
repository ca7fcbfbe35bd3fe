//! What is said before somebody is in: start page, setup, signing in and up.

use domain::people::EmailAddress;

/// The start page's promise.
pub const HERO: &str = "Open a link and meet.";
/// What this is.
pub const HERO_LEAD: &str =
    "Video meetings in the browser, on your own server. Nothing to install, no account needed to join.";
/// The field that takes an ID or a link.
pub const JOIN_FIELD: &str = "Meeting ID or link";
/// What an ID looks like.
pub const JOIN_EXAMPLE: &str = "abc-defg-hij";
/// Goes to the meeting.
pub const JOIN: &str = "Join";
/// Leads organisers on.
pub const HOST: &str = "Want to hold a meeting?";
/// Opens the dialog that makes one.
pub const HOST_LINK: &str = "Make your own";
/// Leads somebody who is signed in to their meetings.
pub const TO_MEETINGS: &str = "Your meetings";
/// What the drawn room of the start page shows, for those who do not see it.
pub const STAGE: &str = "A meeting with four people, one of them speaking.";

/// The tab of the first page ever.
pub const SETUP_TITLE: &str = "Welcome to Confab";
/// What is about to happen.
pub const SETUP_LEAD: &str =
    "This server is new. Make the first account; it administers the server and can invite everybody else.";
/// Makes the first account.
pub const SETUP_SUBMIT: &str = "Create administrator";
/// Where another one-time link comes from.
pub const SETUP_ANEW: &str = "A server prints a new link each time it starts, until its first account is made.";
/// The one-time link did its work before.
pub const SETUP_DONE: &str = "If the first account was made already: sign in.";
/// The page was opened without its one-time link.
pub const SETUP_NO_TOKEN: &str =
    "Open this page with the one-time link that the server printed when it started for the first time.";

/// The heading of the sign-in page.
pub const SIGN_IN_TITLE: &str = "Welcome back";
/// What signing in is for.
pub const SIGN_IN_LEAD: &str = "Sign in to hold meetings and find those you had.";
/// All sessions of an account were ended.
pub const SIGNED_OUT: &str = "You are signed out on all devices. Sign in to go on here.";
/// What to do without the password.
pub const FORGOTTEN: &str = "Forgot your password? Ask whoever runs this server for a new link.";
/// The heading of the page behind a link for a new password.
pub const NEW_PASSWORD_TITLE: &str = "Choose a new password";
/// Chooses it.
pub const NEW_PASSWORD_SUBMIT: &str = "Save and sign in";
/// The page was opened without its one-time link.
pub const NEW_PASSWORD_NO_TOKEN: &str =
    "Open this page with the one-time link that you were given. Whoever runs this server can make one.";
/// Before the link to the sign-up page.
pub const NO_ACCOUNT: &str = "No account yet?";
/// Before the link to the sign-in page.
pub const HAVE_ACCOUNT: &str = "Already have an account?";
/// The heading of the sign-up page.
pub const SIGN_UP_TITLE: &str = "Create your account";
/// What an account is for.
pub const SIGN_UP_LEAD: &str = "With an account you hold meetings of your own. Joining one needs none.";
/// The heading when nobody can make an account.
pub const SIGN_UP_CLOSED_TITLE: &str = "Accounts come from the administrator";
/// What to do when nobody can make an account.
pub const SIGN_UP_CLOSED: &str = "Nobody can make an account by themselves on this server. To join a meeting you need none; to hold one, ask the administrator.";
/// What to do when an account needs an invitation.
pub const SIGN_UP_INVITED_ONLY: &str = "On this server an account needs an invitation. Ask the administrator for a link and open it. To join a meeting you need no account.";

/// Whose password it is, and what choosing it does.
pub fn new_password_lead(email: &EmailAddress) -> String {
    format!("It is for the account of {email}. All devices that are signed in to it are signed out.")
}

/// The field of a person's name.
pub const NAME: &str = "Your name";
/// What the name is for.
pub const NAME_HINT: &str = "As the others in a meeting see it.";
/// The field of an address.
pub const EMAIL: &str = "E-mail address";
/// The field of a password.
pub const PASSWORD: &str = "Password";
/// What a new password must be.
pub const PASSWORD_HINT: &str = "At least 8 characters. A few words in a row are strong and easy to remember.";
