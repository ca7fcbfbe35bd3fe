//! `GET /ws/{meeting}`: the way into a meeting's room.

use axum::Extension;
use axum::extract::Path;
use axum::extract::State;
use axum::extract::WebSocketUpgrade;
use axum::response::IntoResponse;
use axum::response::Response;
use domain::MeetingId;
use domain::people::Visitor;
use domain::wire::MAX_FRAME;

use crate::http::ClientIp;
use crate::http::session::SessionDigest;
use crate::limits::Door;
use crate::room::session;
use crate::room::session::Caller;

/// A message larger than this is not even read to be refused: the connection is closed.
pub(super) const MAX_READ: usize = 4 * MAX_FRAME;

/// Octets read at a time, and kept for each connection. What clients say is short; an offer takes a few turns.
const READ_AT_A_TIME: usize = 4096;

/// Upgrades to a WebSocket and serves the connection in a task of its own.
pub(crate) async fn connect(
    State(state): State<crate::state::State>,
    Extension(visitor): Extension<Visitor>,
    session: Option<Extension<SessionDigest>>,
    Extension(ClientIp(ip)): Extension<ClientIp>,
    Path(meeting): Path<MeetingId>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if let Err(problem) = state.limits.admit(Door::Connect, ip) {
        return crate::http::problem_response(&problem).into_response();
    }
    let session = session.map(|Extension(SessionDigest(digest))| digest);
    let caller = Caller { meeting, visitor, session, ip };
    upgrade
        .read_buffer_size(READ_AT_A_TIME)
        .max_message_size(MAX_READ)
        .max_frame_size(MAX_READ)
        .on_upgrade(move |socket| session::serve(socket, state, caller))
}
