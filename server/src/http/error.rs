//! Problems as answers over HTTP.

use axum::Json;
use axum::response::IntoResponse;
use axum::response::Response;
use domain::Problem;
use http::HeaderValue;
use http::StatusCode;
use http::header::RETRY_AFTER;

/// The answer that says what was refused and why: a status, and the problem as JSON.
pub fn problem_response(problem: &Problem) -> Response {
    let mut response = (status_of(problem), Json(problem)).into_response();
    if let Problem::TooManyAttempts { retry_after } = problem {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*retry_after));
    }
    response
}

/// The status of a refusal.
pub(super) fn status_of(problem: &Problem) -> StatusCode {
    match problem {
        Problem::Missing { .. }
        | Problem::TooLong { .. }
        | Problem::TooShort { .. }
        | Problem::OutOfRange { .. }
        | Problem::Invalid { .. }
        | Problem::BadId
        | Problem::BadMeetingId
        | Problem::PasswordsDiffer
        | Problem::BadMessage { .. }
        | Problem::OutOfOrder
        | Problem::BadOffer { .. }
        | Problem::WrongProtocol => StatusCode::BAD_REQUEST,
        Problem::SignInFirst
        | Problem::SignedOut
        | Problem::AccountDeleted
        | Problem::WrongCredentials
        | Problem::WrongToken => StatusCode::UNAUTHORIZED,
        Problem::NotAllowed
        | Problem::WrongPresentPassword
        | Problem::PasswordNeeded
        | Problem::WrongMeetingPassword
        | Problem::NoGuests
        | Problem::SignUpClosed
        | Problem::InvitationNeeded => StatusCode::FORBIDDEN,
        Problem::NoMediaSeat | Problem::LastAdministrator => StatusCode::CONFLICT,
        Problem::NoSuchMeeting | Problem::NoSuchParticipant => StatusCode::NOT_FOUND,
        Problem::LinkExpired | Problem::Ended | Problem::TakenOver => StatusCode::GONE,
        Problem::TooManyAttempts { .. } | Problem::Flooding => StatusCode::TOO_MANY_REQUESTS,
        Problem::Busy | Problem::NotSaved | Problem::Stopping | Problem::Unreachable | Problem::NotStarted => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Problem::Failed => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
