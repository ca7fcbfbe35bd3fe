//! Every sentence that the UI can say, by the place where it is said.
//!
//! A button says what happens; an error says what happened and what to do next; an empty page says what would
//! be here and how to get it.

pub mod account;
pub mod door;
pub mod entry;
pub mod meetings;
pub mod people;
pub mod problem;
pub mod room;
pub mod settings;
pub mod streams;
pub mod time;
pub mod wrong;

pub use problem::of_problem;

/// The name of the product.
pub const CONFAB: &str = "Confab";
/// Leads past the navigation.
pub const SKIP: &str = "Skip to the content";
/// Leads to the start page.
pub const TO_START: &str = "Go to the start page";
/// The navigation of whoever is signed in.
pub const NAVIGATION: &str = "Main";
/// The page of one's meetings.
pub const MEETINGS: &str = "Meetings";
/// The page of one's account.
pub const ACCOUNT: &str = "Account";
/// Opens a session.
pub const SIGN_IN: &str = "Sign in";
/// Makes an account.
pub const SIGN_UP: &str = "Create account";
/// Ends this session.
pub const SIGN_OUT: &str = "Sign out";
/// Closes a dialog.
pub const CLOSE: &str = "Close";
/// Leaves things as they are.
pub const CANCEL: &str = "Cancel";
/// Ends what was to be done.
pub const DONE: &str = "Done";
/// Keeps what was changed.
pub const SAVE: &str = "Save changes";
/// What was changed is kept.
pub const SAVED: &str = "Changes saved";
/// Copies a meeting's link.
pub const COPY_LINK: &str = "Copy link";
/// The link is in the clipboard.
pub const LINK_COPIED: &str = "Link copied";
/// The clipboard did not take the text.
pub const COPY_YOURSELF: &str = "The browser did not allow copying. Select the text and copy it by hand.";
/// Marks a field that may be left empty.
pub const OPTIONAL: &str = "optional";
/// Makes a password readable.
pub const SHOW_PASSWORD: &str = "Show password";
/// Comes before a page is there, for screen readers.
pub const LOADING: &str = "Loading…";

/// The page reads, but does not react.
pub const STRANDED: &str = "This page did not load completely. Check your connection, then load it again.";
/// Loads the page again.
pub const LOAD_AGAIN: &str = "Load the page again";

/// The title of the browser's tab.
pub fn page_title(page: String) -> String {
    if page.is_empty() { CONFAB.to_owned() } else { format!("{page} · {CONFAB}") }
}

/// "1 message", "12 messages".
pub fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
