//! Everybody's accounts, for administrators.

use app::backend::People;
use app::backend::Person;
use auth::Token;
use domain::AccountId;
use domain::Problem;
use store::administration::Decided;
use tracing::error;
use tracing::info;

use super::RequestBackend;
use super::people::forget_cookie;
use super::people::require_administrator;
use super::unlucky;
use super::unread;
use super::unsaved;
use crate::clock;
use crate::password_link;

/// People on one page.
const PAGE: u32 = 50;

pub(super) async fn people(request: &RequestBackend, search: &str, page: u32) -> Result<People, Problem> {
    let you = require_administrator(request)?.id.clone();
    let skipped = page.saturating_mul(PAGE);
    // One more than is shown tells whether there are further ones.
    let found = request.state.store.people(search.trim(), skipped, PAGE + 1).await.map_err(unread)?;
    let more = found.len() > PAGE as usize;
    let person =
        |store::administration::Person { account, created_at, meetings }| Person { account, created_at, meetings };
    Ok(People { people: found.into_iter().take(PAGE as usize).map(person).collect(), more, you })
}

pub(super) async fn make_password_link(request: &RequestBackend, person: &AccountId) -> Result<String, Problem> {
    let administrator = require_administrator(request)?;
    let token = Token::from_entropy(clock::entropy().map_err(unlucky)?);
    let path = password_link::make(&request.state.store, person, &token).await.map_err(unsaved)?;
    let path = path.ok_or(Problem::BadId)?;
    info!(account.id = %person, by.id = %administrator.id, "A link for a new password was made");
    Ok(path)
}

pub(super) async fn set_administrator(
    request: &RequestBackend,
    person: &AccountId,
    administrator: bool,
) -> Result<(), Problem> {
    let by = require_administrator(request)?;
    done(request.state.store.set_administrator(person, administrator).await.map_err(unsaved)?)?;
    info!(account.id = %person, by.id = %by.id, administrator, "Somebody's rights were changed");
    Ok(())
}

/// Deletes an account. Its sessions end with it, and its visits in all meetings; then its own meetings go, with whoever
/// is in them.
pub(super) async fn delete_account(request: &RequestBackend, person: &AccountId) -> Result<(), Problem> {
    let by = require_administrator(request)?;
    let store = &request.state.store;
    done(store.delete_account(person).await.map_err(unsaved)?)?;
    info!(account.id = %person, by.id = %by.id, "An account was deleted");
    request.state.rooms.sign_out(person, None, &Problem::AccountDeleted);
    match store.delete_meetings_of(person).await {
        Ok(deleted) => {
            for meeting in deleted {
                request.state.rooms.end(&meeting, Problem::NoSuchMeeting).await;
            }
        }
        // The account is gone whatever came of this, and the next start deletes what is left.
        Err(error) => {
            error!(account.id = %person, error = %error, "Could not delete all meetings of a deleted account")
        }
    }
    if by.id == *person {
        forget_cookie(request);
    }
    Ok(())
}

fn done(decided: Decided) -> Result<(), Problem> {
    match decided {
        Decided::Done => Ok(()),
        Decided::NoSuchAccount => Err(Problem::BadId),
        Decided::LastAdministrator => Err(Problem::LastAdministrator),
    }
}
