//! Links with which somebody who forgot their password chooses a new one.
//!
//! An administrator makes them on the page of all people; whoever runs the machine makes them with
//! `confab password-link`, also for the only administrator.

use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;
use anyhow::bail;
use auth::Token;
use domain::AccountId;
use domain::people::EmailAddress;
use store::Store;

use crate::clock;
use crate::config::Config;
use crate::doctor;

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

/// Makes a link while no Confab serves this data, and answers all of it.
///
/// # Errors
/// One sentence that says what stands in the way, and what to do.
pub async fn make_offline(config: Config, address: String) -> anyhow::Result<String> {
    let address = EmailAddress::parse(&address).map_err(|_| anyhow!("{address} is no e-mail address"))?;
    let store = open(&config).await?;
    let unknown = || anyhow!("nobody has an account here with the address {address}");
    let account = store.credentials(&address).await?.ok_or_else(unknown)?.account.id;
    let token = Token::from_entropy(clock::entropy().map_err(|error| anyhow!("there is no randomness: {error}"))?);
    let path = make(&store, &account, &token).await?.ok_or_else(unknown)?;
    Ok(format!("{}{path}", config.origin(config.listen)))
}

/// Opens the store only where it is already, and only as the user whose it is: what another user made in it, Confab
/// could not open afterwards.
async fn open(config: &Config) -> anyhow::Result<Store> {
    let Some(folder) = config.store.strip_prefix("surrealkv://").map(Path::new) else {
        bail!("the store is kept in memory and ends with the server, so there is nobody to make a link for");
    };
    if !folder.exists() {
        bail!("there is no data in {}: run this with the configuration that Confab serves with", folder.display());
    }
    if let Some(owner) = doctor::foreign_owner(folder) {
        bail!("{} belongs to {owner}: run this as that user, with `sudo -u {owner}`", folder.display());
    }
    Store::open(&config.store).await.map_err(with_advice)
}

fn with_advice(error: store::Error) -> anyhow::Error {
    if matches!(error, store::Error::Locked(_)) {
        anyhow!("{error}: stop Confab first, or have an administrator make the link on the page \"People\"")
    } else {
        error.into()
    }
}
