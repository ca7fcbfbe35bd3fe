//! The listener for plain HTTP beside TLS: it knows one answer (SM-16).

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use http::StatusCode;
use http::header::UPGRADE;

use super::origin;

/// Sends everybody to the same path by HTTPS; `port` is that of the TLS listener.
///
/// Nothing is ever upgraded here: a WebSocket that begins in the open is refused (SM-17).
pub fn to_https(public_url: Option<String>, port: u16) -> Router {
    Router::new().fallback(move |request: Request| {
        let answer = answer(&request, public_url.as_deref(), port);
        async move { answer }
    })
}

fn answer(request: &Request, public_url: Option<&str>, port: u16) -> Response {
    if request.headers().contains_key(UPGRADE) {
        return (StatusCode::UPGRADE_REQUIRED, "Meetings need a secure connection (wss://).\n").into_response();
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let origin = match (public_url, origin::host(request)) {
        (Some(url), _) => url.to_owned(),
        (None, Some(host)) => secure_origin(&host, port),
        (None, None) => return StatusCode::BAD_REQUEST.into_response(),
    };
    Redirect::permanent(&format!("{origin}{path}")).into_response()
}

fn secure_origin(host: &str, port: u16) -> String {
    let name = match host.rfind(':') {
        Some(colon) if !host[colon..].contains(']') => &host[..colon],
        Some(_) | None => host,
    };
    if port == 443 { format!("https://{name}") } else { format!("https://{name}:{port}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm_16_the_port_of_plain_http_goes_and_that_of_tls_comes() {
        assert_eq!(secure_origin("meet.example.org", 443), "https://meet.example.org");
        assert_eq!(secure_origin("meet.example.org:80", 443), "https://meet.example.org");
        assert_eq!(secure_origin("[::1]:80", 8443), "https://[::1]:8443");
        assert_eq!(secure_origin("[::1]", 443), "https://[::1]");
    }
}
