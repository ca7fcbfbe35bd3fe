//! The accounts of others, for administrators, and links for new passwords.

use domain::AccountId;
use domain::people::EmailAddress;
use leptos::server;

use super::Refusal;
use crate::backend::People;

/// A page of the people who have an account here; `page` counts from 0.
#[server(endpoint = "people")]
pub async fn present_people(search: String, page: u32) -> Result<People, Refusal> {
    Ok(crate::backend::backend()?.people(search, page).await?)
}

/// Makes a one-time link for a new password and answers its path, which is shown once; without scripts, in the
/// address of `next`, the page of the form.
#[server(endpoint = "make-password-link")]
pub async fn make_password_link(person: AccountId, next: Option<String>) -> Result<String, Refusal> {
    let backend = crate::backend::backend()?;
    let path = backend.make_password_link(person).await?;
    let shown = leptos_router::location::Url::escape(&path);
    backend.redirect_without_scripts(&super::bodies::with_pair(super::bodies::local_path(next), "made", &shown));
    Ok(path)
}

/// Gives somebody the administrator's rights, or takes them. Whoever gave up their own is led to their account.
#[server(endpoint = "set-administrator")]
pub async fn set_administrator(
    person: AccountId,
    administrator: Option<String>,
    next: Option<String>,
) -> Result<(), Refusal> {
    let backend = crate::backend::backend()?;
    let yours = backend.visitor().await?.account().is_some_and(|account| account.id == person);
    let wanted = super::bodies::ticked(&administrator);
    backend.set_administrator(person, wanted).await?;
    if yours && !wanted {
        backend.redirect("/account");
    } else {
        backend.redirect(&super::bodies::local_path(next));
    }
    Ok(())
}

/// Deletes an account with its meetings. Whoever deleted their own is led to the start page.
#[server(endpoint = "delete-account")]
pub async fn delete_account(person: AccountId, next: Option<String>) -> Result<(), Refusal> {
    let backend = crate::backend::backend()?;
    let yours = backend.visitor().await?.account().is_some_and(|account| account.id == person);
    backend.delete_account(person).await?;
    if yours {
        backend.redirect("/");
    } else {
        backend.redirect(&super::bodies::local_path(next));
    }
    Ok(())
}

/// Checks a link for a new password as it is opened, and answers whose it is; using it checks again.
#[server(endpoint = "check-password-link")]
pub async fn check_password_link(token: String) -> Result<EmailAddress, Refusal> {
    Ok(crate::backend::backend()?.check_password_link(token).await?)
}

/// Chooses a new password with a one-time link, and opens a session.
#[server(endpoint = "choose-password")]
pub async fn choose_password(token: String, password: String) -> Result<(), Refusal> {
    let backend = crate::backend::backend()?;
    backend.choose_password(token, domain::people::NewPassword::parse(password)?).await?;
    backend.redirect(super::bodies::HOME);
    Ok(())
}
