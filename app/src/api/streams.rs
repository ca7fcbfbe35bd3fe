//! Tokens for programs that publish to a meeting or watch it.

use domain::MeetingId;
use domain::stream::Grant;
use domain::stream::StreamToken;
use leptos::server;

use super::Refusal;

/// Makes a token and answers what it is good for and its secret, which is shown once; without scripts, in the page's
/// address.
#[server(endpoint = "make-stream-token")]
pub async fn make_stream_token(id: MeetingId, label: String, grant: Grant) -> Result<(Grant, String), Refusal> {
    let name = domain::text::DisplayName::parse(&label)?;
    let backend = crate::backend::backend()?;
    let secret = backend.make_stream_token(id.clone(), name, grant).await?;
    let made = format!("?made={}&token={secret}#streams-title", grant.as_str());
    backend.redirect_without_scripts(&format!("/meetings/{id}/settings{made}"));
    Ok((grant, secret))
}

/// The tokens of a meeting.
#[server(endpoint = "stream-tokens")]
pub async fn stream_tokens(id: MeetingId) -> Result<Vec<StreamToken>, Refusal> {
    Ok(crate::backend::backend()?.stream_tokens(id).await?)
}

/// Takes a token back.
#[server(endpoint = "revoke-stream-token")]
pub async fn revoke_stream_token(id: MeetingId, token: String) -> Result<(), Refusal> {
    let backend = crate::backend::backend()?;
    backend.revoke_stream_token(id.clone(), token).await?;
    backend.redirect_without_scripts(&format!("/meetings/{id}/settings#streams-title"));
    Ok(())
}
