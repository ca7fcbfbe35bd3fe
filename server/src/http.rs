//! What can be asked over HTTP: the table of contents.
//!
//! The outermost layer finds out from where and how a request came ([`origin`]), the next ones refuse what another
//! site's page sent and put the safety headers on every answer ([`headers`]); inside them [`session`] resolves the
//! cookie once. Programs that publish or watch show a token instead ([`stream`]).

mod api;
mod cookie;
mod error;
mod headers;
mod origin;
mod redirect;
pub(crate) mod session;
mod site;
mod stream;
mod typed;

use axum::Router;
use axum::extract::Request;
use axum::extract::State as Shared;
use axum::middleware::from_fn;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use http::HeaderMap;
use http::StatusCode;
use http::header::ACCEPT;
use leptos_axum::LeptosRoutes;
use leptos_axum::generate_route_list;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::metrics;
use crate::state::State;

pub use error::problem_response;
pub use origin::ClientIp;
pub(crate) use origin::Way;
pub use redirect::to_https;

/// The most octets of a form or of a server function's arguments.
const MOST_BODY: usize = 64 * 1024;

/// What `/healthz` answers where all is well, and where nothing is saved any more.
pub(crate) const WELL: &str = "ok";
pub(crate) const HALTED: &str =
    "Nothing is saved since the disk refused it. Make room on the disk, and Confab comes back by itself.";

/// Everything that is served.
pub fn router(state: State) -> Router {
    let mut all = Router::new().merge(pages(&state)).merge(stream::router()).route("/healthz", get(health));
    if state.config.metrics.is_wanted() {
        all = all.route("/metrics", get(metrics::show));
    }
    all.fallback_service(site::files(&state))
        .layer(from_fn(headers::put))
        .layer(from_fn_with_state(state.clone(), origin::check))
        .layer(from_fn_with_state(state.clone(), origin::find))
        .layer(from_fn_with_state(state.clone(), metrics::count))
        .with_state(state)
}

/// What knows who asks: the pages, the server functions below `/api` and the way into a meeting.
fn pages(state: &State) -> Router<State> {
    let pages = generate_route_list(app::App);
    Router::new()
        .leptos_routes_with_context(state, pages, api::provide_backend, site::document(state))
        .layer(from_fn(api::status))
        .layer(from_fn(typed::give_back))
        .route("/ws/{meeting}", get(crate::room::connect))
        .layer(RequestBodyLimitLayer::new(MOST_BODY))
        .layer(from_fn(site::never_keep))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), session::resolve))
}

/// Says whether all is well, for whoever watches over this server.
async fn health(Shared(state): Shared<State>) -> (StatusCode, &'static str) {
    if state.store.takes_changes() { (StatusCode::OK, WELL) } else { (StatusCode::SERVICE_UNAVAILABLE, HALTED) }
}

/// Whether a browser asks for a page, not a script of ours for data.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// The value that a layer further out put into a request.
fn known<T: Clone + Send + Sync + 'static>(request: &Request) -> Option<T> {
    request.extensions().get::<T>().cloned()
}
