//! What is counted, as Prometheus reads it: `/metrics`, behind a door of its own.
//!
//! Most counts live with what they count and are read when somebody asks; only those of questions and answers are kept
//! here. The text is made by `prometheus-client`, the official library: names, escaping and buckets are its business.

mod door;
mod process;
mod store;

use std::fmt;

use axum::extract::Request;
use axum::extract::State as Shared;
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use prometheus_client::registry::Unit;

use crate::media::MediaCounters;
use crate::room::Census;
use crate::state::State;

pub(crate) use door::show;
pub use store::StoreWatch;

/// Seconds by which answers of the store are told apart: from memory, from the disk, too late.
const BUCKETS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0];

/// The first digit of an answer's status.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Class {
    class: &'static str,
}

/// Counts kept here; clones share them.
#[derive(Clone, Debug)]
pub struct Metrics {
    answers: Family<Class, Counter>,
    store: Histogram,
}

impl Metrics {
    /// Nothing was counted yet.
    pub fn new() -> Self {
        let answers = Family::<Class, Counter>::default();
        for class in ["1xx", "2xx", "3xx", "4xx", "5xx"] {
            // What never happened reads as zero, not as unknown.
            drop(answers.get_or_create(&Class { class }));
        }
        Self { answers, store: Histogram::new(BUCKETS) }
    }

    /// Measures the store's answers.
    pub fn store_watch(&self) -> StoreWatch {
        StoreWatch::new(self.store.clone())
    }

    fn answered(&self, status: StatusCode) {
        let class = match status.as_u16() / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        self.answers.get_or_create(&Class { class }).inc();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// Counts every answer.
pub(crate) async fn count(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    state.metrics.answered(response.status());
    response
}

/// Everything that is counted, in the text format of Prometheus.
fn render(state: &State) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    process::register(&mut registry);
    let ours = registry.sub_registry_with_prefix("confab");
    let version = vec![("version", env!("CARGO_PKG_VERSION"))];
    ours.register("build", "Which Confab this is", Info::new(version));
    let Metrics { answers, store } = state.metrics.clone();
    ours.register("http_requests", "Answers over HTTP, by the first digit of their status", answers);
    ours.register_with_unit("store_question_duration", "How long the store took to answer", Unit::Seconds, store);
    register_rooms(ours, state.rooms.census());
    register_media(ours, state.media.counters());
    let mut text = String::new();
    prometheus_text::encode(&mut text, &registry)?;
    Ok(text)
}

fn register_rooms(registry: &mut Registry, census: Census) {
    let Census { meetings, people, connections } = census;
    registry.register("meetings_running", "Meetings that somebody is in", ConstGauge::new(meetings));
    registry.register("seats", "Seats in running meetings, with those kept for a minute", ConstGauge::new(people));
    registry.register("websocket_sessions", "Open signalling connections", ConstGauge::new(connections));
}

/// Names every counter of the media. There is no `..` in the patterns: a new counter does not compile before it has a
/// name here.
fn register_media(registry: &mut Registry, counters: MediaCounters) {
    let MediaCounters { unit, unsent, failures } = counters;
    let sfu::Counters {
        datagrams,
        garbage,
        strangers,
        received,
        forwarded,
        repeated,
        broken,
        sent,
        octets_received,
        octets_sent,
        keyframes_asked,
        answered,
        refused,
        peers,
        conferences,
        shed,
    } = unit;
    let counts = [
        ("media_datagrams_received", "Datagrams that came in", datagrams),
        ("media_datagrams_garbage", "Datagrams dropped because they are nothing known, or too large", garbage),
        ("media_datagrams_strange", "Datagrams dropped because nobody here is their sender", strangers),
        ("media_datagrams_sent", "Datagrams sent, media and everything else", sent),
        ("media_datagrams_unsent", "Datagrams dropped because the kernel did not take them", unsent),
        ("media_octets_received", "Octets of the datagrams that came in", octets_received),
        ("media_octets_sent", "Octets of the datagrams sent", octets_sent),
        ("media_workers_failed", "Media workers that came to a bad end and began anew", failures),
        ("media_packets_received", "Media packets taken in", received),
        ("media_packets_forwarded", "Media packets handed out to receivers", forwarded),
        ("media_packets_repeated", "Media packets handed out once more, to receivers who missed them", repeated),
        ("media_packets_broken", "Media packets dropped because they could not be understood", broken),
        ("media_keyframes_asked", "Keyframes asked of senders", keyframes_asked),
        ("media_offers_answered", "Session descriptions answered", answered),
        ("media_offers_refused", "Session descriptions refused", refused),
    ];
    for (name, help, value) in counts {
        registry.register(name, help, ConstCounter::new(value));
    }
    registry.register("media_connections", "Peer connections", ConstGauge::new(peers));
    registry.register("media_conferences", "Meetings with somebody in the media", ConstGauge::new(conferences));
    let left_out = "How much of the pictures is left out because a worker is too busy";
    registry.register("media_pictures_shed_percent", left_out, ConstGauge::new(shed));
}
