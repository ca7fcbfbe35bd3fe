//! Who may do what. One pure function decides for pages, HTTP, signalling and media alike.

use serde::{Deserialize, Serialize};

use crate::AccountId;
use crate::Problem;
use crate::meeting::Settings;
use crate::people::Visitor;
use crate::stream::Grant;

/// What a person is in one meeting. The order is the order of rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees, hears and writes.
    Listener,
    /// Is seen and heard as well.
    Speaker,
    /// Looks after the others.
    Moderator,
    /// Owns the meeting.
    Owner,
}

/// What a person may want to do with a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Come in.
    Enter,
    /// Come in without being asked for the password.
    EnterWithoutPassword,
    /// Be the first one in, and let the others in by it.
    Start,
    /// See, hear and read.
    Attend,
    /// Write to the chat, react, raise a hand.
    Write,
    /// Send sound and picture of oneself.
    Speak,
    /// Send a screen.
    Share,
    /// End it for everybody.
    End,
    /// See and change its settings.
    Manage,
    /// Read its chat without being in it.
    ReadChat,
    /// Delete it with all that it holds.
    Delete,
}

/// What `visitor` is in a meeting of `owner` on entering.
pub fn role(visitor: &Visitor, owner: &AccountId) -> Role {
    match visitor {
        Visitor::Account(account) if account.id == *owner => Role::Owner,
        Visitor::Account(_) | Visitor::Guest | Visitor::Stream(Grant::Publish) => Role::Speaker,
        Visitor::Stream(Grant::Watch) => Role::Listener,
    }
}

/// Decides whether `visitor`, being `role` in it, may do `action` in a meeting with `settings`.
///
/// A token was made by the organiser, so whoever shows one is invited: neither a guest nor asked for the password.
///
/// # Errors
/// The [`Problem`] that the person reads: [`Problem::NoGuests`], [`Problem::PasswordNeeded`] or
/// [`Problem::NotAllowed`].
pub fn may(visitor: &Visitor, role: Role, action: Action, settings: &Settings) -> Result<(), Problem> {
    let at_least = |least: Role| if role >= least { Ok(()) } else { Err(Problem::NotAllowed) };
    match action {
        Action::Enter | Action::Attend if *visitor == Visitor::Guest && !settings.allow_guests => {
            Err(Problem::NoGuests)
        }
        Action::Enter | Action::Attend => Ok(()),
        Action::EnterWithoutPassword
            if settings.password_set && role < Role::Owner && !matches!(visitor, Visitor::Stream(_)) =>
        {
            Err(Problem::PasswordNeeded)
        }
        Action::EnterWithoutPassword => Ok(()),
        Action::Start if settings.attendees_may_start => Ok(()),
        Action::Start => at_least(Role::Moderator),
        Action::Write => at_least(Role::Listener),
        Action::Speak | Action::Share => at_least(Role::Speaker),
        Action::End | Action::Manage | Action::ReadChat | Action::Delete => at_least(Role::Owner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ENTROPY;
    use crate::meeting::Capacity;
    use crate::people::Account;
    use crate::people::EmailAddress;
    use crate::text::DisplayName;
    use crate::text::Title;

    const ACTIONS: [Action; 11] = [
        Action::Enter,
        Action::EnterWithoutPassword,
        Action::Start,
        Action::Attend,
        Action::Write,
        Action::Speak,
        Action::Share,
        Action::End,
        Action::Manage,
        Action::ReadChat,
        Action::Delete,
    ];

    fn account(seed: u8, administrator: bool) -> Visitor {
        Visitor::Account(Account {
            id: AccountId::from_entropy([seed; ENTROPY]),
            name: DisplayName::parse("Ann").unwrap(),
            email: EmailAddress::parse("ann@example.org").unwrap(),
            administrator,
        })
    }

    fn settings(guests: bool, start: bool, password: bool) -> Settings {
        Settings {
            title: Title::parse("Round").unwrap(),
            password_set: password,
            allow_guests: guests,
            attendees_may_start: start,
            regular: false,
            capacity: Capacity::USUAL,
        }
    }

    /// Every role crossed with every kind of visitor, every action and every setting.
    #[test]
    fn tcc_2_the_whole_table_of_rights() {
        let owner = AccountId::from_entropy([1; ENTROPY]);
        let streams = [Visitor::Stream(Grant::Publish), Visitor::Stream(Grant::Watch)];
        let people = [Visitor::Guest, account(1, false), account(2, false), account(3, true)];
        for visitor in people.into_iter().chain(streams) {
            for role in [Role::Listener, Role::Speaker, Role::Moderator, Role::Owner] {
                for bits in 0..8 {
                    let settings = settings(bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
                    for action in ACTIONS {
                        let want = match action {
                            Action::Enter | Action::Attend => {
                                if visitor == Visitor::Guest && !settings.allow_guests {
                                    Err(Problem::NoGuests)
                                } else {
                                    Ok(())
                                }
                            }
                            Action::EnterWithoutPassword => {
                                let invited = matches!(visitor, Visitor::Stream(_)) || role == Role::Owner;
                                if settings.password_set && !invited { Err(Problem::PasswordNeeded) } else { Ok(()) }
                            }
                            Action::Start if settings.attendees_may_start => Ok(()),
                            Action::Start if matches!(role, Role::Listener | Role::Speaker) => Err(Problem::NotAllowed),
                            Action::Start | Action::Write => Ok(()),
                            Action::Speak | Action::Share if role == Role::Listener => Err(Problem::NotAllowed),
                            Action::Speak | Action::Share => Ok(()),
                            Action::End | Action::Manage | Action::ReadChat | Action::Delete => {
                                if role == Role::Owner {
                                    Ok(())
                                } else {
                                    Err(Problem::NotAllowed)
                                }
                            }
                        };
                        assert_eq!(
                            may(&visitor, role, action, &settings),
                            want,
                            "{visitor:?} {role:?} {action:?} {settings:?}"
                        );
                    }
                }
            }
        }
        assert_eq!(role(&account(1, false), &owner), Role::Owner);
        assert_eq!(role(&account(3, true), &owner), Role::Speaker);
        assert_eq!(role(&Visitor::Guest, &owner), Role::Speaker);
        assert_eq!(role(&Visitor::Stream(Grant::Publish), &owner), Role::Speaker);
        assert_eq!(role(&Visitor::Stream(Grant::Watch), &owner), Role::Listener);
    }
}
