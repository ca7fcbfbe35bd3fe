//! What the bodies of the server functions share. Public, because the browser's build drops those bodies and
//! would call private helpers dead.

use domain::Problem;
use domain::people::EmailAddress;
use domain::people::NewPassword;
use domain::text::DisplayName;

use crate::backend::NewAccount;

/// Where people land who signed in and wanted nothing in particular.
pub const HOME: &str = "/meetings";

/// A checkbox as a form sends it: present when it is ticked.
pub fn ticked(value: &Option<String>) -> bool {
    value.is_some()
}

/// A field that may be left empty.
pub fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Reads the form of a new account.
///
/// # Errors
/// The problem of the first field that is wrong.
pub fn new_account(name: &str, email: &str, password: String) -> Result<NewAccount, Problem> {
    Ok(NewAccount {
        name: DisplayName::parse(name)?,
        email: EmailAddress::parse(email)?,
        password: NewPassword::parse(password)?,
    })
}

/// Where to go after signing in: only ever a path of this server, whatever the link said.
pub fn local_path(next: Option<String>) -> String {
    next.filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t']))
        .unwrap_or_else(|| HOME.to_owned())
}

/// A path with one more pair in its query; `value` is escaped already.
pub fn with_pair(path: String, name: &str, value: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{name}={value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_cannot_lead_elsewhere_after_signing_in() {
        let check = |next: &str, want: &str| assert_eq!(local_path(Some(next.to_owned())), want, "{next}");
        check("/c/abc-defg-hij", "/c/abc-defg-hij");
        for foreign in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:alert(1)", "/\t/evil"]
        {
            check(foreign, HOME);
        }
    }

    #[test]
    fn a_pair_is_added_to_any_path() {
        assert_eq!(with_pair("/people".to_owned(), "done", "deleted"), "/people?done=deleted");
        assert_eq!(with_pair("/people?page=2".to_owned(), "done", "deleted"), "/people?page=2&done=deleted");
    }
}
