//! The files that are built for the browser, and the page for what is not there.

use std::path::Path;

use app::Release;
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
use leptos::prelude::AnyView;
use leptos_axum::render_app_async_with_context;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tracing::error;

use super::api;
use super::session;
use crate::state::State;

/// What tools/site names after its content is below this path: a copy holds for ever.
const NAMED_BY_CONTENT: &str = "/pkg/";
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Fonts and icons change with a release at most.
const KEEP_A_WEEK: HeaderValue = HeaderValue::from_static("public, max-age=604800");

/// Pages say who is signed in.
const NEVER_KEEP: HeaderValue = HeaderValue::from_static("no-store");

/// Draws the document of a page, with the files that the site has at this moment: a site that is built anew takes the
/// old ones away, also while the server runs.
pub(super) fn document(state: &State) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let manifest = state.config.site_manifest();
    move || app::shell(release(&manifest))
}

/// What tools/site wrote down. A missing site was complained about at the start.
fn release(manifest: &Path) -> Option<Release> {
    let text = std::fs::read(manifest).ok()?;
    match serde_json::from_slice(&text) {
        Ok(release) => Some(release),
        Err(error) => {
            error!(error = %error, "The site's manifest cannot be read: pages come without style and scripts");
            None
        }
    }
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
        document(state),
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
    let named = request.uri().path().starts_with(NAMED_BY_CONTENT);
    let mut response = next.run(request).await;
    response.headers_mut().entry(CACHE_CONTROL).or_insert(if named { KEEP } else { KEEP_A_WEEK });
    response
}

/// Keeps pages and answers of server functions out of every cache.
pub(super) async fn never_keep(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().entry(CACHE_CONTROL).or_insert(NEVER_KEEP);
    response
}
