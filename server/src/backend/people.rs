//! Accounts, sessions and one-time links.

use std::time::Duration;

use app::backend::Invitation;
use app::backend::NewAccount;
use app::backend::SignUpPolicy;
use auth::Token;
use domain::AccountId;
use domain::Problem;
use domain::people::Account;
use domain::people::EmailAddress;
use domain::people::NewPassword;
use domain::text::DisplayName;
use http::header::SET_COOKIE;
use store::accounts::PasswordChanged;
use store::accounts::SignedUp;
use store::sessions::Opened;
use tracing::info;

use super::RequestBackend;
use super::unlucky;
use super::unread;
use super::unsaved;
use crate::clock;
use crate::http::session;
use crate::limits::Door;
use crate::limits::Lock;

/// How long an invitation waits to be used.
const INVITATION_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// Longer passwords cannot have been set; hashing them is work for nothing.
const LONGEST: usize = NewPassword::MOST;

pub(super) async fn check_set_up_link(request: &RequestBackend, token: &str) -> Result<(), Problem> {
    let link = link_before_use(request, token)?;
    let opens = request.state.store.is_set_up_link(&link).await.map_err(unread)?;
    if opens { Ok(()) } else { Err(Problem::LinkExpired) }
}

pub(super) async fn check_invitation(request: &RequestBackend, token: &str) -> Result<(), Problem> {
    let link = link_before_use(request, token)?;
    let opens = request.state.store.is_open_invitation(&link, clock::now()).await.map_err(unread)?;
    if opens { Ok(()) } else { Err(Problem::LinkExpired) }
}

/// Whose password the link is for. Whoever holds it may know: with it they are that person.
pub(super) async fn check_password_link(request: &RequestBackend, token: &str) -> Result<EmailAddress, Problem> {
    let link = link_before_use(request, token)?;
    let account = request.state.store.password_link(&link, clock::now()).await.map_err(unread)?;
    Ok(account.ok_or(Problem::LinkExpired)?.email)
}

/// The digest of a link that somebody has opened, and may yet use.
fn link_before_use(request: &RequestBackend, token: &str) -> Result<String, Problem> {
    request.state.limits.admit(Door::OneTimeLink, request.ip)?;
    Ok(Token::parse(token).ok_or(Problem::LinkExpired)?.digest())
}

pub(super) async fn set_up(request: &RequestBackend, token: &str, person: NewAccount) -> Result<(), Problem> {
    request.state.limits.admit(Door::SetUp, request.ip)?;
    let link = Token::parse(token).ok_or(Problem::LinkExpired)?.digest();
    let new = new_account(request, person).await?;
    match request.state.store.set_up(&link, &new).await.map_err(unsaved)? {
        SignedUp::Created => {
            info!(account.id = %new.id, "The first administrator has an account");
            begin_session(request, &new.id, &new.password_hash).await
        }
        SignedUp::AddressTaken => Err(Problem::WrongCredentials),
        SignedUp::LinkExpired => Err(Problem::LinkExpired),
    }
}

/// Makes an account and signs it in.
///
/// Whoever has an account already is signed in if the password is right. If it is wrong, the answer is the one that
/// signing in gives, after the same work: it tells nothing that the sign-in page does not.
pub(super) async fn sign_up(
    request: &RequestBackend,
    invitation: Option<String>,
    person: NewAccount,
) -> Result<(), Problem> {
    request.state.limits.admit(Door::SignUp, request.ip)?;
    let link = match (request.state.config.sign_up, invitation) {
        (SignUpPolicy::Closed, _) => return Err(Problem::SignUpClosed),
        (SignUpPolicy::Invitation, None) => return Err(Problem::InvitationNeeded),
        (SignUpPolicy::Open, None) => None,
        (SignUpPolicy::Open | SignUpPolicy::Invitation, Some(link)) => {
            Some(Token::parse(&link).ok_or(Problem::LinkExpired)?.digest())
        }
    };
    let (email, password) = (person.email.clone(), person.password.expose().to_owned());
    let new = new_account(request, person).await?;
    let store = &request.state.store;
    let outcome = match link {
        Some(link) => store.sign_up_invited(&link, &new).await,
        None => store.sign_up(&new).await,
    };
    match outcome.map_err(unsaved)? {
        SignedUp::Created => {
            info!(account.id = %new.id, "Somebody has made an account");
            begin_session(request, &new.id, &new.password_hash).await
        }
        SignedUp::AddressTaken => sign_in(request, email, password).await,
        SignedUp::LinkExpired => Err(Problem::LinkExpired),
    }
}

pub(super) async fn sign_in(request: &RequestBackend, email: EmailAddress, password: String) -> Result<(), Problem> {
    let guess = request.state.limits.guess(Lock::SignIn(email.clone()), request.ip).await?;
    if password.len() > LONGEST {
        return Err(Problem::WrongCredentials);
    }
    let known = request.state.store.credentials(&email).await.map_err(unread)?;
    let hash = known.as_ref().map(|known| known.password_hash.clone());
    let right = request.state.passwords.decide(guess, password, hash).await?;
    match known {
        Some(known) if right => begin_session(request, &known.account.id, &known.password_hash).await,
        Some(_) | None => Err(Problem::WrongCredentials),
    }
}

pub(super) async fn sign_out(request: &RequestBackend) -> Result<(), Problem> {
    if let Some(session) = &request.session {
        request.state.store.end_session(session).await.map_err(unsaved)?;
        request.state.rooms.end_session(session);
    }
    forget_cookie(request);
    Ok(())
}

pub(super) async fn sign_out_everywhere(request: &RequestBackend) -> Result<(), Problem> {
    let account = request.visitor.require_account()?;
    request.state.store.end_sessions_of(&account.id).await.map_err(unsaved)?;
    request.state.rooms.sign_out(&account.id, None, &Problem::SignedOut);
    forget_cookie(request);
    Ok(())
}

pub(super) async fn rename(request: &RequestBackend, name: &DisplayName) -> Result<(), Problem> {
    let account = request.visitor.require_account()?;
    request.state.store.rename(&account.id, name).await.map_err(unsaved)
}

pub(super) async fn change_password(
    request: &RequestBackend,
    present: String,
    new: NewPassword,
) -> Result<(), Problem> {
    let account = request.visitor.require_account()?;
    let guess = request.state.limits.guess(Lock::ChangePassword(account.id.clone()), request.ip).await?;
    if present.len() > LONGEST {
        return Err(Problem::WrongPresentPassword);
    }
    let store = &request.state.store;
    let known = store.credentials(&account.email).await.map_err(unread)?.ok_or(Problem::SignInFirst)?;
    if !request.state.passwords.decide(guess, present, Some(known.password_hash.clone())).await? {
        return Err(Problem::WrongPresentPassword);
    }
    let hash = request.state.passwords.hash(new.expose().to_owned()).await?;
    let this = request.session.as_deref().unwrap_or_default();
    match store.change_password(&account.id, &known.password_hash, &hash, this).await.map_err(unsaved)? {
        PasswordChanged::Changed => {
            request.state.rooms.sign_out(&account.id, Some(this), &Problem::SignedOut);
            Ok(())
        }
        PasswordChanged::Stale => Err(Problem::WrongPresentPassword),
    }
}

pub(super) async fn choose_password(request: &RequestBackend, token: &str, new: NewPassword) -> Result<(), Problem> {
    request.state.limits.admit(Door::NewPassword, request.ip)?;
    let link = Token::parse(token).ok_or(Problem::LinkExpired)?.digest();
    let hash = request.state.passwords.hash(new.expose().to_owned()).await?;
    let chosen = request.state.store.choose_password(&link, &hash, clock::now()).await.map_err(unsaved)?;
    let account = chosen.ok_or(Problem::LinkExpired)?;
    request.state.rooms.sign_out(&account.id, None, &Problem::SignedOut);
    info!(account.id = %account.id, "Somebody has chosen a new password with a one-time link");
    begin_session(request, &account.id, &hash).await
}

pub(super) async fn invite(request: &RequestBackend) -> Result<String, Problem> {
    require_administrator(request)?;
    let token = Token::from_entropy(clock::entropy().map_err(unlucky)?);
    let now = clock::now();
    let store = &request.state.store;
    store.invite(&token.digest(), now, now.later(INVITATION_LIFE)).await.map_err(unsaved)?;
    Ok(format!("/sign-up?invitation={}", token.secret()))
}

pub(super) async fn invitations(request: &RequestBackend) -> Result<Vec<Invitation>, Problem> {
    require_administrator(request)?;
    let open = request.state.store.open_invitations(clock::now()).await.map_err(unread)?;
    let shown = |invitation: store::links::OpenInvitation| Invitation {
        id: invitation.digest,
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
    };
    Ok(open.into_iter().map(shown).collect())
}

pub(super) async fn revoke_invitation(request: &RequestBackend, id: &str) -> Result<(), Problem> {
    require_administrator(request)?;
    request.state.store.revoke_invitation(id).await.map_err(unsaved)
}

pub(super) fn require_administrator(request: &RequestBackend) -> Result<&Account, Problem> {
    let account = request.visitor.require_account()?;
    if account.administrator { Ok(account) } else { Err(Problem::NotAllowed) }
}

async fn new_account(request: &RequestBackend, person: NewAccount) -> Result<store::accounts::NewAccount, Problem> {
    let password_hash = request.state.passwords.hash(person.password.expose().to_owned()).await?;
    Ok(store::accounts::NewAccount {
        id: AccountId::from_entropy(clock::entropy().map_err(unlucky)?),
        name: person.name,
        email: person.email,
        password_hash,
        created_at: clock::now(),
    })
}

/// Opens a session for whoever proved the password behind `hash`, in the place of the one that the request came by.
async fn begin_session(request: &RequestBackend, account: &AccountId, hash: &str) -> Result<(), Problem> {
    let token = Token::from_entropy(clock::entropy().map_err(unlucky)?);
    let now = clock::now();
    let store = &request.state.store;
    let opened = store.open_session(&token.digest(), account, hash, now, session::expiry(now)).await;
    match opened.map_err(unsaved)? {
        Opened::Opened => (),
        Opened::Stale => return Err(Problem::WrongCredentials),
    }
    if let Some(former) = &request.session {
        store.end_session(former).await.map_err(unsaved)?;
        request.state.rooms.end_session(former);
    }
    let cookie = session::kept(&token.secret(), request.way.secure).ok_or(Problem::Failed)?;
    request.response.append_header(SET_COOKIE, cookie);
    Ok(())
}

pub(super) fn forget_cookie(request: &RequestBackend) {
    if let Some(cookie) = session::forgotten(request.way.secure) {
        request.response.append_header(SET_COOKIE, cookie);
    }
}
