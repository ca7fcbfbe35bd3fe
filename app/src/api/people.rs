//! Accounts and sessions.

use domain::people::Visitor;
use leptos::server;

use super::Refusal;
use crate::backend::Invitation;
use crate::backend::SignUpPolicy;

/// Who asks.
#[server(endpoint = "visitor")]
pub async fn present_visitor() -> Result<Visitor, Refusal> {
    Ok(crate::backend::backend()?.visitor().await?)
}

/// How people get accounts here.
#[server(endpoint = "sign-up-policy")]
pub async fn present_sign_up_policy() -> Result<SignUpPolicy, Refusal> {
    Ok(crate::backend::backend()?.sign_up_policy().await?)
}

/// Checks the one-time link of the first administrator as it is opened; using it checks again.
#[server(endpoint = "check-set-up-link")]
pub async fn check_set_up_link(token: String) -> Result<(), Refusal> {
    Ok(crate::backend::backend()?.check_set_up_link(token).await?)
}

/// Checks an invitation as it is opened; using it checks again.
#[server(endpoint = "check-invitation")]
pub async fn check_invitation(token: String) -> Result<(), Refusal> {
    Ok(crate::backend::backend()?.check_invitation(token).await?)
}

/// Makes the first administrator.
#[server(endpoint = "set-up")]
pub async fn set_up(token: String, name: String, email: String, password: String) -> Result<(), Refusal> {
    let backend = crate::backend::backend()?;
    backend.set_up(token, super::bodies::new_account(&name, &email, password)?).await?;
    backend.redirect(super::bodies::HOME);
    Ok(())
}

/// Makes an account.
#[server(endpoint = "sign-up")]
pub async fn sign_up(
    invitation: Option<String>,
    name: String,
    email: String,
    password: String,
    next: Option<String>,
) -> Result<(), Refusal> {
    let backend = crate::backend::backend()?;
    let invitation = invitation.and_then(super::bodies::filled);
    backend.sign_up(invitation, super::bodies::new_account(&name, &email, password)?).await?;
    backend.redirect(&super::bodies::local_path(next));
    Ok(())
}

/// Opens a session.
#[server(endpoint = "sign-in")]
pub async fn sign_in(email: String, password: String, next: Option<String>) -> Result<(), Refusal> {
    let backend = crate::backend::backend()?;
    backend.sign_in(domain::people::EmailAddress::parse(&email)?, password).await?;
    backend.redirect(&super::bodies::local_path(next));
    Ok(())
}

/// Ends this session.
#[server(endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), Refusal> {
    let backend = crate::backend::backend()?;
    backend.sign_out().await?;
    backend.redirect("/");
    Ok(())
}

/// Ends all sessions of this account.
#[server(endpoint = "sign-out-everywhere")]
pub async fn sign_out_everywhere() -> Result<(), Refusal> {
    let backend = crate::backend::backend()?;
    backend.sign_out_everywhere().await?;
    backend.redirect("/sign-in?signed-out");
    Ok(())
}

/// Changes the name others see.
#[server(endpoint = "rename")]
pub async fn rename(name: String) -> Result<(), Refusal> {
    let backend = crate::backend::backend()?;
    backend.rename(domain::text::DisplayName::parse(&name)?).await?;
    backend.redirect_without_scripts("/account?saved=name#name-title");
    Ok(())
}

/// Changes the password; `new` is typed twice.
#[server(endpoint = "change-password")]
pub async fn change_password(present: String, new: String, again: String) -> Result<(), Refusal> {
    if new != again {
        return Err(domain::Problem::PasswordsDiffer.into());
    }
    let backend = crate::backend::backend()?;
    backend.change_password(present, domain::people::NewPassword::parse(new)?).await?;
    backend.redirect_without_scripts("/account?saved=password#password-title");
    Ok(())
}

/// Makes a one-time link for a new account and answers its path, which is shown once; without scripts, in the page's
/// address.
#[server(endpoint = "invite")]
pub async fn invite() -> Result<String, Refusal> {
    let backend = crate::backend::backend()?;
    let path = backend.invite().await?;
    let shown = leptos_router::location::Url::escape(&path);
    backend.redirect_without_scripts(&format!("/account?invited={shown}#invitations-title"));
    Ok(path)
}

/// The invitations that are still open.
#[server(endpoint = "invitations")]
pub async fn open_invitations() -> Result<Vec<Invitation>, Refusal> {
    Ok(crate::backend::backend()?.invitations().await?)
}

/// Takes an invitation back.
#[server(endpoint = "revoke-invitation")]
pub async fn revoke_invitation(id: String) -> Result<(), Refusal> {
    Ok(crate::backend::backend()?.revoke_invitation(id).await?)
}
