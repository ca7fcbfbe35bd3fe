//! What programs are answered.

use axum::Json;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use domain::Problem;
use domain::wire::IceServer;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Uri;
use http::header;

use super::FRAGMENT;
use super::SDP;
use crate::http::problem_response;
use crate::room::stream::Opened;

/// When to try again where it is only the wrong moment.
const LATER: HeaderValue = HeaderValue::from_static("5");

/// A refusal: the problem, as everywhere, and the status that the standard wants for it.
pub(super) struct Refused {
    status: Option<StatusCode>,
    problem: Problem,
}

impl Refused {
    /// Refuses a request that is not as it must be.
    pub(super) fn new(status: StatusCode, why: &str) -> Self {
        Self { status: Some(status), problem: Problem::BadMessage { why: why.to_owned() } }
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self { status: None, problem }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = match self.status {
            Some(status) => (status, Json(&self.problem)).into_response(),
            None => problem_response(&self.problem),
        };
        let headers = response.headers_mut();
        match self.problem {
            Problem::WrongToken => drop(headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            Problem::NotStarted | Problem::Busy | Problem::Stopping => {
                drop(headers.insert(header::RETRY_AFTER, LATER));
            }
            _ => {}
        }
        response
    }
}

/// A stream has begun below the address that was asked.
pub(super) fn opened(asked: &Uri, opened: Opened) -> Response {
    let location = format!("{}/{}", asked.path().trim_end_matches('/'), opened.id);
    let fixed =
        [(header::CONTENT_TYPE, SDP.to_owned()), (header::LOCATION, location), (header::ETAG, tag(opened.generation))];
    let mut response = (StatusCode::CREATED, fixed, opened.answer).into_response();
    for link in opened.relays.iter().flat_map(links) {
        response.headers_mut().append(header::LINK, link);
    }
    response
}

/// A fragment told nothing that we need.
pub(super) fn known() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// ICE begins anew.
pub(super) fn restarted(generation: u32, fragment: String) -> Response {
    let headers = [(header::CONTENT_TYPE, FRAGMENT.to_owned()), (header::ETAG, tag(generation))];
    (StatusCode::OK, headers, fragment).into_response()
}

/// The ICE session that an entity tag stands for.
pub(super) fn generation(tag: &str) -> Option<u32> {
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

fn tag(generation: u32) -> String {
    format!("\"{generation}\"")
}

/// Relays as RFC 9725 §4.6 writes them.
fn links(relay: &IceServer) -> impl Iterator<Item = HeaderValue> {
    let IceServer { urls, username, credential } = relay;
    urls.iter().filter_map(move |url| {
        let link = format!(
            "<{url}>; rel=\"ice-server\"; username=\"{username}\"; credential=\"{credential}\"; \
             credential-type=\"password\""
        );
        HeaderValue::from_str(&link).ok()
    })
}

/// Lets the pages of all sites come in (Fetch §3.2), and tells whoever asks what may be sent (RFC 9725 §4.2).
pub(super) async fn to_every_page(request: Request, next: Next) -> Response {
    let mut response = match *request.method() {
        Method::OPTIONS => (StatusCode::NO_CONTENT, ALLOWED).into_response(),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers
        .insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("location, etag, link, retry-after"));
    response
}

/// What an answer to OPTIONS says.
const ALLOWED: [(HeaderName, &str); 4] = [
    (HeaderName::from_static("accept-post"), SDP),
    (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, PATCH, DELETE"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, if-match"),
    (header::ACCESS_CONTROL_MAX_AGE, "86400"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_back_and_nothing_else_is_one() {
        assert_eq!(generation(&tag(7)), Some(7));
        for other in ["", "7", "\"", "\"x\"", "W/\"7\"", "\"7"] {
            assert_eq!(generation(other), None, "{other}");
        }
    }

    #[test]
    fn relays_are_links() {
        let relay = IceServer {
            urls: vec!["turn:t.example.org:3478".into()],
            username: "1:par".into(),
            credential: "c=".into(),
        };
        let want = "<turn:t.example.org:3478>; rel=\"ice-server\"; username=\"1:par\"; credential=\"c=\"; \
                    credential-type=\"password\"";
        assert_eq!(links(&relay).collect::<Vec<_>>(), [want]);
    }
}
