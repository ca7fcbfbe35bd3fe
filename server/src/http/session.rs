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
use http::header::COOKIE;
use http::header::SET_COOKIE;
use tracing::error;

use super::Way;
use super::known;
use super::problem_response;
use crate::clock;
use crate::state::State;

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
                response.headers_mut().extend(cookie(&token.secret(), secure).map(|cookie| (SET_COOKIE, cookie)));
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
pub(crate) fn cookie(secret: &str, secure: bool) -> Option<HeaderValue> {
    set(secret, secure, LIFE.as_secs())
}

/// The cookie that makes the browser forget its session.
pub(crate) fn cookie_of_nobody(secure: bool) -> Option<HeaderValue> {
    set("", secure, 0)
}

fn set(value: &str, secure: bool, seconds: u64) -> Option<HeaderValue> {
    let name = name(secure);
    let more = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{more}")).ok()
}

/// With `__Host-` no subdomain and no plain page can plant the cookie (RFC 6265bis §4.1.3.2).
fn name(secure: bool) -> &'static str {
    if secure { "__Host-confab" } else { "confab" }
}

fn token(headers: &HeaderMap, secure: bool) -> Option<auth::Token> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name(secure))
        .and_then(|(_, value)| auth::Token::parse(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_and_nonsense_is_nobody() {
        let secret = auth::Token::from_entropy([3; 32]).secret();
        let found = |line: &str, secure| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, line.parse().unwrap());
            token(&headers, secure).is_some()
        };
        assert!(found(&format!("a=b; confab={secret}; c=d"), false));
        assert!(found(&format!("__Host-confab={secret}"), true));
        assert!(!found(&format!("confab={secret}"), true));
        assert!(!found("confab=", false));
        assert!(!found("confab=%00; confab", false));
    }
}
