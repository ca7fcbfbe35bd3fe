//! One's own account, and the administrator's invitations.

/// The section of the person's name.
pub const PROFILE: &str = "Your name";
/// What the name is for.
pub const PROFILE_LEAD: &str = "Others see it in meetings and in the chat.";
/// The field of the name.
pub const NAME: &str = "Name";
/// Keeps the name.
pub const NAME_SAVE: &str = "Change name";
/// The name is changed.
pub const NAME_SAVED: &str = "Name changed";
/// The section of the password.
pub const PASSWORD: &str = "Password";
/// What changing it does.
pub const PASSWORD_LEAD: &str = "Changing it signs you out on all other devices.";
/// The field of the current password.
pub const PASSWORD_PRESENT: &str = "Current password";
/// The field of the new password.
pub const PASSWORD_NEW: &str = "New password";
/// The same again.
pub const PASSWORD_AGAIN: &str = "New password once more";
/// Keeps the password.
pub const PASSWORD_SAVE: &str = "Change password";
/// The password is changed.
pub const PASSWORD_SAVED: &str = "Password changed. All other devices are signed out.";
/// The section of the sessions.
pub const SESSIONS: &str = "Devices";
/// What signing out everywhere does.
pub const SESSIONS_LEAD: &str = "Lost a device, or used a borrowed one? End all your sessions, this one too. You leave the \
                                 meetings that you are in.";
/// Ends all sessions.
pub const SIGN_OUT_EVERYWHERE: &str = "Sign out everywhere";
/// The section that leads to everybody's accounts.
pub const PEOPLE: &str = "People";
/// What is to be found there.
pub const PEOPLE_LEAD: &str =
    "Who has an account here, and links for those who forgot their password. Only administrators see this.";
/// Leads there.
pub const PEOPLE_LINK: &str = "See all people";
/// The section of the invitations.
pub const INVITATIONS: &str = "Invitations";
/// What an invitation is.
pub const INVITATIONS_LEAD: &str =
    "An invitation is a link that makes one account, once. Only administrators see this.";
/// Makes an invitation.
pub const INVITE: &str = "Make an invitation link";
/// An invitation was made.
pub const INVITED: &str = "Send this link to one person. It is shown only now.";
/// Names the link for screen readers.
pub const INVITED_LINK: &str = "Invitation link";
/// No invitation is open.
pub const INVITATIONS_NONE: &str = "No open invitations.";
/// Before the time when an invitation was made.
pub const INVITED_AT: &str = "Made";
/// Before the time when an invitation runs out.
pub const EXPIRES_AT: &str = "runs out";
/// Takes an invitation back.
pub const REVOKE: &str = "Revoke";
