//! What keeps pages safe: origins, headers, sizes.

use reqwest::header::ORIGIN;

use crate::harness::Answer;
use crate::harness::Harness;
use crate::harness::PASSWORD;

#[tokio::test]
async fn a_form_on_another_site_changes_nothing() {
    let server = Harness::start().await;
    let ann = server.account("ann").await;
    let send = async |name: &'static str, value: &str| {
        let request = ann.client.post(format!("{}/api/create-meeting", ann.base)).header(name, value);
        request.form(&[("title", "Round"), ("password", "")]).send().await.unwrap().status().as_u16()
    };
    for foreign in ["https://evil.example", "null", "http://localhost:1", "http://localhost.evil.example", ""] {
        assert_eq!(send("origin", foreign).await, 403, "{foreign}");
    }
    assert_eq!(send("sec-fetch-site", "cross-site").await, 403);
    assert_eq!(send("sec-fetch-site", "same-site").await, 403);
    assert_eq!(send("sec-fetch-site", "same-origin").await, 200);
    assert_eq!(send("origin", &ann.base).await, 200);
}

#[tokio::test]
async fn a_page_of_another_site_opens_no_websocket() {
    let server = Harness::start().await;
    let id = server.account("ann").await.meeting("Round", "").await;
    let browser = server.browser();
    let answer = browser
        .get_with(
            &format!("/ws/{id}"),
            &[
                ("connection", "Upgrade"),
                ("upgrade", "websocket"),
                ("sec-websocket-version", "13"),
                ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
                ("origin", "https://evil.example"),
            ],
        )
        .await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn every_answer_carries_the_safety_headers() {
    let server = Harness::start().await;
    let browser = server.browser();
    for path in ["/", "/sign-in", "/nowhere", "/favicon.svg", "/healthz", "/api/visitor"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("camera=(self)"), "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "{path}");
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    }
}

#[tokio::test]
async fn scripts_of_a_page_carry_the_nonce_of_its_policy_and_each_page_a_new_one() {
    let server = Harness::start().await;
    let browser = server.browser();
    let mut nonces = Vec::new();
    for path in ["/", "/sign-in", "/nowhere"] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        let nonce = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0.to_owned();
        let inline = answer.text.split("<script").skip(1).map(|script| script.split_once('>').unwrap().0);
        let inline: Vec<_> = inline.filter(|tag| !tag.contains("src=")).collect();
        assert!(!inline.is_empty(), "{path}");
        for tag in inline {
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: {tag}");
        }
        nonces.push(nonce);
    }
    nonces.dedup();
    assert_eq!(nonces.len(), 3);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let server = Harness::start().await;
    let browser = server.browser();
    let request = browser.client.post(format!("{}/api/sign-in", browser.base)).header(ORIGIN, &browser.base);
    let answer = request.form(&[("email", "a".repeat(1_000_000)), ("password", String::new())]).send().await.unwrap();
    assert!(Answer::of(answer).await.unwrap().status >= 400);
    assert_eq!(browser.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn nonsense_is_refused_and_the_server_lives() {
    let server = Harness::start().await;
    let ann = server.account("ann").await;
    for function in ["sign-in", "create-meeting", "save-options", "doorplate", "chat", "no-such-function"] {
        for body in ["", "%", "a=b", "id=%00&text=%ff", "id[x]=1&id[y]=2", &"x=".repeat(1000)] {
            let request = ann.client.post(format!("{}/api/{function}", ann.base)).body(body.to_owned());
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            let status = request.send().await.unwrap().status().as_u16();
            assert!((400..500).contains(&status) || status == 200, "{function} {body:?}: {status}");
        }
    }
    let odd = [("id", "abc-defg-hij"), ("title", "\u{202e}evil"), ("password", "")];
    assert_eq!(ann.call("save-options", &odd).await.problem(), "invalid");
    assert_eq!(ann.sign_in("ann@example.org", &"x".repeat(10_000)).await.problem(), "wrong_credentials");
    assert_eq!(ann.sign_in("ann@example.org", PASSWORD).await.status, 200);
}
