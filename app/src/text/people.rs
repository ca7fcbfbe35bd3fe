//! Everybody's accounts, as administrators see them.

use domain::text::DisplayName;

/// The page of all accounts.
pub const PEOPLE: &str = "People";
/// Who is listed.
pub const LEAD: &str = "Everybody who has an account on this server.";
/// The field that looks for somebody.
pub const SEARCH: &str = "Name or address";
/// Looks for them.
pub const SEARCH_SUBMIT: &str = "Search";
/// Leads back from what was found.
pub const SHOW_ALL: &str = "Show all";
/// Nobody was found.
pub const NONE_TITLE: &str = "Nobody found";
/// What to do about it.
pub const NONE: &str = "No name and no address here has this in it. Try fewer letters.";
/// Leads to the people before.
pub const PREVIOUS: &str = "Previous";
/// Leads to the people after.
pub const NEXT: &str = "Next";
/// Marks whoever looks.
pub const YOU: &str = "You";
/// Marks an administrator.
pub const ADMINISTRATOR: &str = "Administrator";
/// Before the time when an account was made.
pub const SINCE: &str = "Since";

/// Opens the dialog that makes a link for a new password.
pub const PASSWORD_LINK: &str = "Link for a new password";
/// Makes the link.
pub const PASSWORD_LINK_MAKE: &str = "Make a link for a new password";
/// Opens the dialog that gives the rights.
pub const PROMOTE: &str = "Make administrator";
/// Opens the dialog that takes them.
pub const DEMOTE: &str = "No longer administrator";
/// Opens the dialog that deletes the account.
pub const DELETE: &str = "Delete account";
/// Gives the rights.
pub const PROMOTE_SUBMIT: &str = "Make administrator";
/// Takes the rights.
pub const DEMOTE_SUBMIT: &str = "Take the rights away";
/// What administrators can do.
pub const PROMOTE_LEAD: &str =
    "Administrators see everybody's name and address, invite people, make links for new passwords and delete accounts.";
/// The rights were given.
pub const PROMOTED: &str = "Administrator made";
/// The rights were taken.
pub const DEMOTED: &str = "Administrator's rights taken away";
/// An account was deleted.
pub const DELETED: &str = "Account deleted";

/// Names the ⋮ menu of a person.
pub fn menu_of(name: &DisplayName) -> String {
    format!("More for {name}")
}

/// The heading over the link for a new password.
pub fn password_link_title(name: &DisplayName) -> String {
    format!("New password for {name}")
}

/// What the link does.
pub fn password_link_lead(name: &DisplayName) -> String {
    format!(
        "Whoever opens the link chooses a new password and is signed in as {name}. It works once, within 24 hours; a \
         link that you made before opens nothing any more."
    )
}

/// What to do with the link.
pub fn password_link_made(name: &DisplayName) -> String {
    format!("Send this link to {name} only. It is shown only now.")
}

/// Asks whether to give the rights.
pub fn promote_title(name: &DisplayName) -> String {
    format!("Make {name} an administrator?")
}

/// Asks whether to take the rights.
pub fn demote_title(name: &DisplayName, yours: bool) -> String {
    if yours {
        "Give up your administrator's rights?".to_owned()
    } else {
        format!("Take the administrator's rights from {name}?")
    }
}

/// What stays.
pub fn demote_lead(name: &DisplayName, yours: bool) -> String {
    if yours {
        "You do not see this page any more; another administrator can give you the rights back. You keep your account \
         and your meetings."
            .to_owned()
    } else {
        format!("{name} keeps the account and the meetings.")
    }
}

/// Asks whether to delete an account.
pub fn delete_title(name: &DisplayName, yours: bool) -> String {
    if yours { "Delete your own account?".to_owned() } else { format!("Delete the account of {name}?") }
}

/// Says what goes with an account, and what stays.
pub fn delete_lead(name: &DisplayName, yours: bool, meetings: usize) -> String {
    let who = if yours { "You are".to_owned() } else { format!("{name} is") };
    let held = match meetings {
        0 => String::new(),
        1 => {
            " One meeting goes with the account: its link, settings and chat. Whoever is in it is sent out.".to_owned()
        }
        count => format!(
            " {count} meetings go with the account: their links, settings and chats. Whoever is in one is sent out."
        ),
    };
    format!(
        "{who} signed out everywhere, and out of every meeting.{held} What was written in other people's meetings stays there. This cannot be undone."
    )
}

/// The button that deletes an account names what it deletes.
pub fn delete_button(meetings: usize) -> String {
    match meetings {
        0 => DELETE.to_owned(),
        count => format!("{DELETE} and {}", super::counted(count, "meeting", "meetings")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deleting_an_account_names_what_goes_with_it_and_what_stays() {
        let ann = DisplayName::parse("Ann").unwrap();
        assert_eq!(delete_button(0), "Delete account");
        assert_eq!(delete_button(1), "Delete account and 1 meeting");
        assert_eq!(
            delete_lead(&ann, false, 0),
            "Ann is signed out everywhere, and out of every meeting. What was written in other people's meetings stays there. This cannot be undone."
        );
        assert!(
            delete_lead(&ann, true, 3)
                .starts_with("You are signed out everywhere, and out of every meeting. 3 meetings go with the account")
        );
    }
}
