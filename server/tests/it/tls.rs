//! A certificate of our own, and what plain HTTP may still do.

use std::path::Path;

use crate::harness::Answer;
use crate::harness::Browser;
use crate::harness::Harness;
use crate::harness::PASSWORD;

/// Writes a certificate for localhost and its key.
pub(crate) fn certificate(folder: &Path) -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    (certificate.display().to_string(), key.display().to_string())
}

async fn secure() -> (Harness, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(folder.path());
    let variables = [
        ("CONFAB_TLS_CERTIFICATE", &*certificate),
        ("CONFAB_TLS_KEY", &*key),
        ("CONFAB_TLS_REDIRECT_FROM", "127.0.0.1:0"),
    ];
    (Harness::start_with(&variables).await, folder)
}

const UPGRADE: [(&str, &str); 4] = [
    ("connection", "Upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

#[tokio::test]
async fn sm_17_with_a_certificate_pages_come_by_https_only() {
    let (server, _folder) = secure().await;
    let ann = server.browser();
    let answer = ann.sign_up("ann", "ann@example.org", PASSWORD).await;
    assert_eq!(answer.status, 200);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-confab=") && cookie.ends_with("; Secure"), "{cookie}");
    assert!(answer.header("strict-transport-security").contains("max-age"));
    assert!(ann.signed_in_as().await.is_some());
    let plain = Browser::new(format!("http://localhost:{}", server.addr().port()));
    assert!(plain.client.get(&plain.base).send().await.is_err());
}

#[tokio::test]
async fn sm_16_plain_http_is_sent_to_https() {
    let (server, _folder) = secure().await;
    let from = server.running.redirect_addr.unwrap().port();
    let plain = Browser::new(format!("http://localhost:{from}"));
    let answer = plain.get("/c/abc-defg-hij?x=1").await;
    assert_eq!(answer.status, 308);
    assert_eq!(answer.location(), format!("https://localhost:{}/c/abc-defg-hij?x=1", server.addr().port()));
}

#[tokio::test]
async fn sm_17_a_websocket_in_the_open_is_refused_beside_tls() {
    let (server, _folder) = secure().await;
    let from = server.running.redirect_addr.unwrap().port();
    let answer = Browser::new(format!("http://localhost:{from}")).get_with("/ws/abc-defg-hij", &UPGRADE).await;
    assert_eq!(answer.status, 426);
    assert!(answer.text.contains("wss://"), "{}", answer.text);
}

#[tokio::test]
async fn sm_16_sm_17_without_a_certificate_meetings_open_on_this_machine_only() {
    let server = Harness::start().await;
    let browser = server.browser();
    let knock = async |host: &str| {
        let mut request = browser.client.get(format!("{}/ws/abc-defg-hij", browser.base)).header("host", host);
        for (name, value) in UPGRADE {
            request = request.header(name, value);
        }
        Answer::of(request.send().await.unwrap()).await.unwrap()
    };
    let refused = knock("meet.example.org").await;
    assert_eq!(refused.status, 426);
    assert!(refused.text.contains("tls.certificate"), "{}", refused.text);
    // The page still loads, to say what has to be done.
    let request = browser.client.get(&browser.base).header("host", "meet.example.org");
    assert_eq!(request.send().await.unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn behind_a_proxy_its_word_decides_whether_the_way_is_secure() {
    let server = Harness::start_with(&[("CONFAB_TRUST_PROXY", "true")]).await;
    let browser = server.browser();
    let over = async |proto: &str| {
        let request = browser.client.get(&browser.base).header("host", "meet.example.org");
        Answer::of(request.header("x-forwarded-proto", proto).send().await.unwrap()).await.unwrap()
    };
    assert!(over("https").await.header("strict-transport-security").contains("max-age"));
    assert_eq!(over("http").await.header("strict-transport-security"), "");
}
