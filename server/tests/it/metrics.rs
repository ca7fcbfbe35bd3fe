//! What is counted, and who may read it.

use crate::harness::Answer;
use crate::harness::Harness;
use crate::house::House;
use crate::room::client::Client;

const TOKEN: (&str, &str) = ("CONFAB_METRICS_TOKEN", "a token for nobody else");

async fn ask(server: &Harness, authorization: &str) -> Answer {
    server.browser().get_with("/metrics", &[("authorization", authorization)]).await
}

/// The value of a metric, named with its labels.
fn value(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in {text}")).parse().unwrap()
}

#[tokio::test]
async fn without_a_token_or_an_address_there_are_no_metrics() {
    let server = Harness::start().await;
    assert_eq!(ask(&server, "Bearer x").await.status, 404);
}

#[tokio::test]
async fn the_token_opens_and_everything_else_is_refused_and_counted() {
    let server = Harness::start_with(&[TOKEN]).await;
    let answer = ask(&server, &format!("Bearer {}", TOKEN.1)).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/plain; version=0.0.4; charset=utf-8"));
    for _ in 0..20 {
        let refused = ask(&server, "Bearer another one").await;
        assert_eq!((refused.status, refused.header("www-authenticate")), (401, "Bearer"));
        assert!(!refused.text.contains("confab_"), "{}", refused.text);
    }
    assert_eq!(ask(&server, "").await.problem(), "too_many_attempts");
    assert_eq!(ask(&server, &format!("Bearer {}", TOKEN.1)).await.status, 200, "the right one is never locked out");
}

#[tokio::test]
async fn a_listed_address_needs_no_token() {
    let server = Harness::start_with(&[("CONFAB_METRICS_FROM", "127.0.0.0/8,::1")]).await;
    assert_eq!(server.browser().get("/metrics").await.status, 200);
    let elsewhere = Harness::start_with(&[("CONFAB_METRICS_FROM", "192.0.2.1")]).await;
    assert_eq!(elsewhere.browser().get("/metrics").await.status, 401);
}

#[tokio::test]
async fn what_goes_on_is_in_the_numbers() {
    let house = House::start_with(&[("CONFAB_METRICS_FROM", "127.0.0.1,::1")]).await;
    let meeting = house.create_meeting("Round", None).await;
    let (_ann, _) = Client::enter(house.addr(), &meeting, "Ann", None).await;
    let (_bob, _) = Client::enter(house.addr(), &meeting, "Bob", None).await;
    let text = house.browser().get("/metrics").await.text;
    assert_eq!(value(&text, "confab_meetings_running"), 1.0);
    assert_eq!(value(&text, "confab_seats"), 2.0);
    assert_eq!(value(&text, "confab_websocket_sessions"), 2.0);
    assert_eq!(value(&text, concat!("confab_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}")), 1.0);
    assert!(value(&text, "confab_http_requests_total{class=\"1xx\"}") >= 2.0);
    assert!(value(&text, "confab_http_requests_total{class=\"2xx\"}") >= 2.0);
    assert!(value(&text, "confab_store_question_duration_seconds_count") >= 1.0);
    assert!(value(&text, "process_resident_memory_bytes") > 1e6);
    assert!(value(&text, "process_cpu_seconds_total") > 0.0);
    assert!(value(&text, "process_open_fds") > 2.0);
    for name in ["media_packets_forwarded_total", "media_datagrams_unsent_total", "media_connections"] {
        value(&text, &format!("confab_{name}"));
    }
}

#[tokio::test]
async fn every_metric_has_a_help_a_type_and_a_conventional_name() {
    let server = Harness::start_with(&[TOKEN]).await;
    let text = ask(&server, &format!("Bearer {}", TOKEN.1)).await.text;
    let of = |kind: &str| -> Vec<String> {
        let lines = text.lines().filter_map(|line| line.strip_prefix(kind));
        lines.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    };
    let (helps, types) = (of("# HELP "), of("# TYPE "));
    assert_eq!(helps, types);
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let base = name.trim_end_matches("_bucket").trim_end_matches("_sum").trim_end_matches("_count");
        assert!(types.iter().any(|known| known == name || known == base), "{line}");
        assert!(name.starts_with("confab_") || name.starts_with("process_"), "{line}");
    }
    for line in text.lines().filter(|line| line.starts_with("# TYPE ") && line.ends_with(" counter")) {
        assert!(line.contains("_total "), "{line}");
    }
}
