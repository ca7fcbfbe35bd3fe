//! Tokens for programs that publish to a meeting or watch it.

use auth::Token;
use domain::MeetingId;
use domain::Problem;
use domain::access::Action;
use domain::stream::Grant;
use domain::stream::StreamToken;
use domain::text::DisplayName;
use tracing::info;

use super::RequestBackend;
use super::meetings::allowed;
use super::unlucky;
use super::unread;
use super::unsaved;
use crate::clock;

pub(super) async fn tokens(request: &RequestBackend, meeting: &MeetingId) -> Result<Vec<StreamToken>, Problem> {
    allowed(request, meeting, Action::Manage).await?;
    request.state.store.stream_tokens(meeting).await.map_err(unread)
}

pub(super) async fn make(
    request: &RequestBackend,
    meeting: &MeetingId,
    name: DisplayName,
    grant: Grant,
) -> Result<String, Problem> {
    allowed(request, meeting, Action::Manage).await?;
    let token = Token::from_entropy(clock::entropy().map_err(unlucky)?);
    let new = StreamToken { id: token.digest(), name, grant, created_at: clock::now() };
    if !request.state.store.add_stream_token(meeting, &new).await.map_err(unsaved)? {
        return Err(Problem::NoSuchMeeting);
    }
    Ok(token.secret())
}

pub(super) async fn revoke(request: &RequestBackend, meeting: &MeetingId, digest: &str) -> Result<(), Problem> {
    allowed(request, meeting, Action::Manage).await?;
    request.state.store.revoke_stream_token(meeting, digest).await.map_err(unsaved)?;
    request.state.streams.revoke(meeting, digest);
    info!(meeting.id = %meeting, "A token for streams was taken back");
    Ok(())
}
