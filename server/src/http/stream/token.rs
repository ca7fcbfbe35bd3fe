//! Who may publish or watch: whoever shows a token that is good for it.

use std::net::IpAddr;

use auth::Token;
use domain::MeetingId;
use domain::Problem;
use domain::access;
use domain::access::Action;
use domain::people::Visitor;
use domain::stream::Grant;
use domain::stream::StreamToken;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use tracing::error;

use crate::limits::Door;
use crate::state::State;

/// The token that a request shows (RFC 6750 §2.1).
pub(super) fn shown(headers: &HeaderMap) -> Option<Token> {
    let (scheme, secret) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Token::parse(secret.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))
}

/// A token that opens nothing: the right ones are never counted, so that they are never locked out.
pub(super) fn wrong(state: &State, ip: IpAddr) -> Problem {
    state.limits.admit(Door::StreamToken, ip).err().unwrap_or(Problem::WrongToken)
}

/// Finds the token that a request shows, and whether it is good for this.
///
/// # Errors
/// [`Problem::WrongToken`], alike for all that are not, also where there is no such meeting; or what
/// [`access::may`] says.
pub(super) async fn check(
    state: &State,
    ip: IpAddr,
    headers: &HeaderMap,
    meeting: &MeetingId,
    grant: Grant,
) -> Result<StreamToken, Problem> {
    let failed = |e: store::Error| {
        error!(meeting.id = %meeting, error = %e, "Could not read what a stream's token is good for");
        Problem::Failed
    };
    let Some(shown) = shown(headers) else { return Err(wrong(state, ip)) };
    let known = state.store.stream_token(&shown.digest()).await.map_err(failed)?;
    let Some((_, token)) = known.filter(|(of, token)| of == meeting && token.grant == grant) else {
        return Err(wrong(state, ip));
    };
    let stored = state.store.meeting(meeting).await.map_err(failed)?.ok_or(Problem::NoSuchMeeting)?;
    let visitor = Visitor::Stream(grant);
    let (role, settings) = (access::role(&visitor, &stored.meeting.owner), &stored.meeting.settings);
    let needed = match grant {
        Grant::Publish => Action::Speak,
        Grant::Watch => Action::Attend,
    };
    for action in [Action::Enter, Action::EnterWithoutPassword, needed] {
        access::may(&visitor, role, action, settings)?;
    }
    Ok(token)
}
