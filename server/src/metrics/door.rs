//! Who may read the metrics.

use std::net::IpAddr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::SHA256;
use aws_lc_rs::digest::digest;
use axum::Extension;
use axum::extract::State as Shared;
use axum::response::IntoResponse;
use axum::response::Response;
use http::HeaderMap;
use http::HeaderValue;
use http::StatusCode;
use http::header::AUTHORIZATION;
use http::header::CACHE_CONTROL;
use http::header::CONTENT_TYPE;
use http::header::WWW_AUTHENTICATE;
use tracing::error;

use crate::config;
use crate::http::ClientIp;
use crate::http::problem_response;
use crate::limits::Door;
use crate::state::State;

/// The text format of Prometheus, which every collector reads.
const FORMAT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// Answers `/metrics`.
pub(crate) async fn show(
    Shared(state): Shared<State>,
    Extension(ClientIp(ip)): Extension<ClientIp>,
    headers: HeaderMap,
) -> Response {
    if !may_read(&state.config.metrics, ip, &headers) {
        if let Err(problem) = state.limits.admit(Door::Metrics, ip) {
            return problem_response(&problem);
        }
        return (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")]).into_response();
    }
    match super::render(&state) {
        Ok(text) => {
            ([(CONTENT_TYPE, FORMAT), (CACHE_CONTROL, HeaderValue::from_static("no-store"))], text).into_response()
        }
        Err(error) => {
            error!(error = %error, "Could not write the metrics");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn may_read(config: &config::Metrics, ip: IpAddr, headers: &HeaderMap) -> bool {
    config.from.iter().any(|network| network.contains(&ip))
        || config.token.as_ref().is_some_and(|token| bearer(headers).is_some_and(|shown| same(shown, token.expose())))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Compares digests, and those in constant time: how long it takes tells nothing about the secret, not even its length.
fn same(shown: &str, secret: &str) -> bool {
    let digest = |text: &str| digest(&SHA256, text.as_bytes());
    verify_slices_are_equal(digest(shown).as_ref(), digest(secret).as_ref()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    #[test]
    fn whoever_has_the_token_or_a_listed_address_may_read() {
        let config = config::Metrics {
            token: Some(Secret::new("open sesame")),
            from: vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::1/128".parse().unwrap()],
        };
        let check = |ip: &str, authorization: &str, want: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, authorization.parse().unwrap());
            assert_eq!(may_read(&config, ip.parse().unwrap(), &headers), want, "{ip} {authorization}");
        };
        check("192.0.2.1", "Bearer open sesame", true);
        check("192.0.2.1", "bearer open sesame", true);
        check("10.1.2.3", "", true);
        check("2001:db8::1", "", true);
        for wrong in ["", "Bearer", "Bearer ", "Bearer open", "Bearer open sesame!", "Basic open sesame"] {
            check("192.0.2.1", wrong, false);
        }
        let closed = config::Metrics { token: None, from: Vec::new() };
        assert!(!may_read(&closed, "127.0.0.1".parse().unwrap(), &HeaderMap::new()));
    }
}
