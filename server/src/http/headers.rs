//! The headers that keep a page what it is.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::HeaderName;
use http::HeaderValue;
use http::header;
use leptos::nonce::Nonce;
use tracing::error;

use super::Way;
use super::known;
use crate::clock;

const FIXED: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // The path may hold a meeting's ID: other sites learn nothing, our own forms know where they came from.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), speaker-selection=(self), \
         screen-wake-lock=(self), autoplay=(self), geolocation=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Puts the safety headers on an answer, and the nonce of its scripts into the request.
pub(super) async fn put(mut request: Request, next: Next) -> Response {
    let nonce = match clock::entropy::<16>() {
        Ok(bytes) => STANDARD_NO_PAD.encode(bytes),
        Err(error) => {
            error!(error = %error, "The operating system has no randomness for a page's nonce");
            return super::problem_response(&domain::Problem::Failed);
        }
    };
    let way = known::<Way>(&request);
    request.extensions_mut().insert(Nonce::from_value(nonce.clone()));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(way) = way {
        if way.secure {
            let year = HeaderValue::from_static("max-age=31536000");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
        }
        if let Ok(policy) = HeaderValue::from_str(&policy(&nonce, &way)) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    response
}

fn policy(nonce: &str, way: &Way) -> String {
    // 'self' covers WebSockets in today's browsers; Safari before 15.4 wants them named.
    let socket = format!("{}://{}", if way.secure { "wss" } else { "ws" }, way.host);
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         font-src 'self'; img-src 'self' data: blob:; media-src 'self' blob: mediastream:; worker-src 'self' blob:; \
         connect-src 'self' {socket}; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
         form-action 'self'; object-src 'none'"
    )
}
