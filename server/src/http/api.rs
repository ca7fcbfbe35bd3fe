//! Between HTTP and the pages: the backend of each request, and the status of each refusal.

use std::sync::Arc;

use app::backend::Backend;
use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use domain::Problem;
use http::HeaderValue;
use http::StatusCode;
use http::header::RETRY_AFTER;
use http::request::Parts;
use leptos::nonce::Nonce;
use leptos::prelude::provide_context;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::error::status_of;
use crate::backend::RequestBackend;
use crate::state::State;

/// The most octets of a refusal's JSON.
const MOST_REFUSAL: usize = 4096;

/// Puts the request's backend and nonce into the context of a render or a server function.
pub(super) fn provide_backend() {
    if let Some(state) = use_context::<State>() {
        provide_backend_of(&state);
    }
}

/// The same where leptos does not provide the state.
pub(super) fn provide_backend_of(state: &State) {
    let (Some(parts), Some(response)) = (use_context::<Parts>(), use_context::<ResponseOptions>()) else { return };
    if let Some(nonce) = parts.extensions.get::<Nonce>() {
        provide_context(nonce.clone());
    }
    if let Some(backend) = RequestBackend::of(state.clone(), &parts, response) {
        provide_context::<Arc<dyn Backend>>(Arc::new(backend));
    }
}

/// Gives each refusal of a server function its own status; leptos answers all of them with 500.
pub(super) async fn status(request: Request, next: Next) -> Response {
    let function = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    if !function || response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MOST_REFUSAL).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(problem) = serde_json::from_slice::<Problem>(&bytes) {
        parts.status = status_of(&problem);
        if let Problem::TooManyAttempts { retry_after } = problem {
            parts.headers.insert(RETRY_AFTER, HeaderValue::from(retry_after));
        }
    }
    Response::from_parts(parts, Body::from(bytes))
}
