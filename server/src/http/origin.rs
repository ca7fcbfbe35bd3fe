//! From where and how a request came, and whether a page of ours sent it.

use std::net::IpAddr;
use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::extract::State as Shared;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use http::HeaderMap;
use http::Method;
use http::StatusCode;
use http::header::HOST;
use http::header::ORIGIN;
use http::header::UPGRADE;

use super::known;
use crate::config::Config;
use crate::state::State;

/// The address of whoever asks: the proxy's word for it where the proxy is trusted.
#[derive(Clone, Copy, Debug)]
pub struct ClientIp(pub IpAddr);

/// The way a request came.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// Whether it is encrypted all the way to the browser.
    pub(crate) secure: bool,
    /// Host and port by which this server was asked.
    pub(crate) host: String,
}

/// Finds out both, for everything further in.
pub(super) async fn find(
    Shared(state): Shared<State>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(host) = host(&request) else {
        return (StatusCode::BAD_REQUEST, "The request does not say which host it wants.\n").into_response();
    };
    let headers = request.headers();
    let (ip, secure) = if state.config.trust_proxy {
        // The last entry is the one that our own proxy appended; those before it are anybody's claim.
        let ip = last(headers, "x-forwarded-for").and_then(|text| text.parse().ok()).unwrap_or(peer.ip());
        (ip, last(headers, "x-forwarded-proto") == Some("https"))
    } else {
        (peer.ip(), state.config.tls.is_some())
    };
    request.extensions_mut().insert(ClientIp(ip.to_canonical()));
    request.extensions_mut().insert(Way { secure, host });
    next.run(request).await
}

/// Refuses what the page of another site made a browser send (CSRF), and signalling by an open way (SM-17).
///
/// Browsers name the origin in everything but plain navigation; what names none is no browser, or is a navigation,
/// which changes nothing.
pub(super) async fn check(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let Some(way) = known::<Way>(&request) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let upgrade = request.headers().contains_key(UPGRADE);
    // A page of another site may publish and watch like any program: a token is shown there, and no cookie is read.
    let by_token = super::stream::is_here(request.uri().path());
    let harmless = (by_token || matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)) && !upgrade;
    if !harmless && !ours(request.headers(), &way, &state.config) {
        return (StatusCode::FORBIDDEN, "This was sent by a page of another site.\n").into_response();
    }
    if upgrade && !way.secure && !local_host(&way.host) {
        let why = "Meetings need a secure connection (wss://). The administrator can give Confab a certificate \
                   (tls.certificate and tls.key in confab.toml) or put it behind a proxy that has one.\n";
        return (StatusCode::UPGRADE_REQUIRED, why).into_response();
    }
    next.run(request).await
}

fn ours(headers: &HeaderMap, way: &Way, config: &Config) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
        return matches!(site, None | Some("same-origin" | "none"));
    };
    let Ok(origin) = origin.to_str() else { return false };
    let public = config.public_url.as_deref().is_some_and(|url| url.eq_ignore_ascii_case(origin));
    let same_host = origin.split_once("://").is_some_and(|(_, host)| host.eq_ignore_ascii_case(&way.host));
    public || same_host
}

/// Whether this host is the browser's own machine, where plain HTTP counts as secure.
fn local_host(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => host.split(':').next().unwrap_or(host),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.to_ascii_lowercase().ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The host of HTTP/1.1's header or of HTTP/2's pseudo-header, if it can be put into a link.
pub(super) fn host(request: &Request) -> Option<String> {
    let header = || request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(|authority| authority.as_str()).or_else(header)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-.:[]_".contains(c);
    (!host.is_empty() && host.len() <= 255 && host.chars().all(plain)).then(|| host.to_owned())
}

fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(name).iter().next_back()?.to_str().ok()?.rsplit(',').next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm_16_only_this_machine_is_local() {
        for local in ["localhost", "localhost:8080", "LOCALHOST", "a.localhost:1", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(local_host(local), "{local}");
        }
        for foreign in
            ["meet.example.org", "localhost.example.org", "192.0.2.1:80", "[2001:db8::1]", "", "[", "127.0.0.1.nip.io"]
        {
            assert!(!local_host(foreign), "{foreign}");
        }
    }

    #[test]
    fn the_proxys_own_word_is_the_last() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "198.51.100.1, 192.0.2.1".parse().unwrap());
        headers.append("x-forwarded-for", "203.0.113.9".parse().unwrap());
        assert_eq!(last(&headers, "x-forwarded-for"), Some("203.0.113.9"));
        assert_eq!(last(&headers, "x-forwarded-proto"), None);
    }
}
