//! Who asks: the session cookie, resolved once per request.

use std::time::Duration;

use axum::extract::Request;
use axum::extract::State as Shared;
use axum::middleware::Next;
use axum::response::Response;
use domain::Problem;
use domain::Timestamp;
use domain::people::Visitor;
use http::HeaderMap;
use http::HeaderValue;
use http::header::SET_COOKIE;
use tracing::error;

use super::Way;
use super::cookie;
use super::known;
use super::problem_response;
use crate::clock;
use crate::state::State;

/// The cookie's name.
const NAME: &str = "confab";

/// How long a session lives after it was last used.
const LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// A session is prolonged at most this often: each time is a write to the disk.
const PROLONG_AFTER: Duration = Duration::from_secs(24 * 3600);

/// The digest of the session by which a request came, for ending it.
#[derive(Clone, Debug)]
pub(crate) struct SessionDigest(pub(crate) String);

/// Puts the [`Visitor`] into the request, and for a signed-in one the [`SessionDigest`].
pub(super) async fn resolve(Shared(state): Shared<State>, mut request: Request, next: Next) -> Response {
    let secure = known::<Way>(&request).is_some_and(|way| way.secure);
    let Some(token) = token(request.headers(), secure) else {
        request.extensions_mut().insert(Visitor::Guest);
        return next.run(request).await;
    };
    let digest = token.digest();
    let now = clock::now();
    let session = match state.store.session(&digest, now).await {
        Ok(session) => session,
        Err(error) => {
            error!(error = %error, "Could not read a session");
            return problem_response(&Problem::Failed);
        }
    };
    let Some(session) = session else {
        request.extensions_mut().insert(Visitor::Guest);
        return next.run(request).await;
    };
    request.extensions_mut().insert(Visitor::Account(session.account));
    request.extensions_mut().insert(SessionDigest(digest.clone()));
    let mut response = next.run(request).await;
    if session.expires_at.since(now) < LIFE - PROLONG_AFTER {
        match state.store.prolong_session(&digest, expiry(now)).await {
            // An answer with a cookie of its own has just ended or replaced this session.
            Ok(()) if !response.headers().contains_key(SET_COOKIE) => {
                response.headers_mut().extend(kept(&token.secret(), secure).map(|cookie| (SET_COOKIE, cookie)));
            }
            Ok(()) => (),
            Err(error) => error!(error = %error, "Could not prolong a session"),
        }
    }
    response
}

/// When a session that begins or is used at `now` runs out.
pub(crate) fn expiry(now: Timestamp) -> Timestamp {
    now.later(LIFE)
}

/// The cookie that keeps a session.
pub(crate) fn kept(secret: &str, secure: bool) -> Option<HeaderValue> {
    cookie::set(NAME, secret, secure, LIFE.as_secs())
}

/// The cookie that makes the browser forget its session.
pub(crate) fn forgotten(secure: bool) -> Option<HeaderValue> {
    cookie::set(NAME, "", secure, 0)
}

fn token(headers: &HeaderMap, secure: bool) -> Option<auth::Token> {
    cookie::find(headers, NAME, secure).and_then(auth::Token::parse)
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

    use super::*;

    #[test]
    fn nonsense_in_the_cookie_is_nobody() {
        let secret = auth::Token::from_entropy([3; 32]).secret();
        let found = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, format!("confab={value}").parse().unwrap());
            token(&headers, false).is_some()
        };
        assert!(found(&secret));
        assert!(!found(""));
        assert!(!found("%00"));
    }
}
