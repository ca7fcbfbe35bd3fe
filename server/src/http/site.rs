//! The files that are built for the browser, and the page for what is not there.

use axum::Router;
use axum::extract::Request;
use axum::middleware::Next;
use axum::middleware::from_fn;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::get;
use http::HeaderValue;
use http::StatusCode;
use http::header::CACHE_CONTROL;
use leptos::prelude::LeptosOptions;
use leptos_axum::render_app_async_with_context;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

use super::api;
use super::session;
use crate::state::State;

/// Names do not change with their content: a copy is kept, and asked about each time (304 when it still holds).
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Fonts and icons change with a release at most.
const KEEP_A_WEEK: HeaderValue = HeaderValue::from_static("public, max-age=604800");

/// Pages say who is signed in.
const NEVER_KEEP: HeaderValue = HeaderValue::from_static("no-store");

/// The few options of leptos that the document's shell uses; the rest is decided by our own configuration.
pub(crate) fn shell_options() -> LeptosOptions {
    LeptosOptions::builder().output_name("confab").build()
}

/// Serves the site's files, compressed ahead of time; what is none of them is a page that was not found.
pub(super) fn files(state: &State) -> Router {
    let files = ServeDir::new(&state.config.site_dir)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
        .fallback(missing(state));
    Router::new().fallback_service(files).layer(from_fn(keep))
}

fn missing(state: &State) -> Router {
    let page = render_app_async_with_context(
        {
            let state = state.clone();
            move || api::provide_backend_of(&state)
        },
        || app::shell(shell_options()),
    );
    Router::new()
        .fallback(get(page))
        .layer(from_fn(not_found))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), session::resolve))
}

async fn not_found(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response.headers_mut().insert(CACHE_CONTROL, NEVER_KEEP);
    response
}

async fn keep(request: Request, next: Next) -> Response {
    let fresh = request.uri().path().starts_with("/pkg/");
    let mut response = next.run(request).await;
    response.headers_mut().entry(CACHE_CONTROL).or_insert(if fresh { ASK_AGAIN } else { KEEP_A_WEEK });
    response
}

/// Keeps pages and answers of server functions out of every cache.
pub(super) async fn never_keep(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().entry(CACHE_CONTROL).or_insert(NEVER_KEEP);
    response
}
