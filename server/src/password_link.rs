//! Links with which somebody who forgot their password chooses a new one.
//!
//! An administrator makes them on the page of all people.

use std::time::Duration;

use auth::Token;
use domain::AccountId;
use store::Store;

use crate::clock;

/// How long a link waits to be used.
const LIFE: Duration = Duration::from_secs(24 * 3600);

/// Puts a link in the place of all earlier ones of this account and answers its path; none if there is no such account.
///
/// # Errors
/// When the store fails.
pub(crate) async fn make(store: &Store, account: &AccountId, token: &Token) -> Result<Option<String>, store::Error> {
    let now = clock::now();
    let made = store.replace_password_link(&token.digest(), account, now, now.later(LIFE)).await?;
    Ok(made.then(|| format!("/new-password?token={}", token.secret())))
}
