//! Files and pages.

use crate::harness::Harness;

async fn server() -> Harness {
    let server = Harness::start().await;
    let pkg = server.folder.path().join("site/pkg");
    std::fs::write(pkg.join("confab.css"), "body { color: red }").unwrap();
    std::fs::write(pkg.join("confab.css.br"), "packed by brotli").unwrap();
    std::fs::write(pkg.join("confab.wasm"), [0; 10]).unwrap();
    std::fs::write(server.folder.path().join("secret"), "secret").unwrap();
    server
}

#[tokio::test]
async fn files_are_served_as_they_were_compressed_ahead_of_time() {
    let server = server().await;
    let browser = server.browser();
    let packed = browser.get_with("/pkg/confab.css", &[("accept-encoding", "br")]).await;
    assert_eq!((packed.header("content-encoding"), &*packed.text), ("br", "packed by brotli"));
    assert_eq!(packed.header("content-type"), "text/css");
    let plain = browser.get_with("/pkg/confab.css", &[("accept-encoding", "identity")]).await;
    assert_eq!((plain.header("content-encoding"), &*plain.text), ("", "body { color: red }"));
    assert_eq!(browser.get("/pkg/confab.wasm").await.header("content-type"), "application/wasm");
}

#[tokio::test]
async fn a_file_named_by_its_content_is_kept_for_good_and_not_sent_again() {
    let server = server().await;
    let browser = server.browser();
    let first = browser.get("/pkg/confab.css").await;
    assert_eq!(first.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(browser.get("/pkg/gone.css").await.header("cache-control"), "no-store", "a name may come to be");
    let since = first.header("last-modified").to_owned();
    assert_eq!(browser.get_with("/pkg/confab.css", &[("if-modified-since", &since)]).await.status, 304);
}

#[tokio::test]
async fn nothing_outside_the_site_is_served() {
    let server = server().await;
    for path in ["/../secret", "/%2e%2e/secret", "/pkg/..%2f..%2fsecret", "/pkg//../../secret", "/pkg/"] {
        let answer = server.browser().get(path).await;
        assert_ne!(answer.text, "secret", "{path}");
        assert_eq!(answer.status, 404, "{path}");
    }
}

#[tokio::test]
async fn pages_come_as_html_compressed_and_are_kept_by_nobody() {
    let server = server().await;
    for (path, status) in [("/", 200), ("/sign-in", 200), ("/nowhere", 404), ("/c/abc-defg-hij", 404)] {
        let answer = server.browser().get_with(path, &[("accept-encoding", "br")]).await;
        if path != "/c/abc-defg-hij" {
            assert_eq!(answer.status, status, "{path}");
        }
        assert!(answer.header("content-type").starts_with("text/html"), "{path}");
        assert_eq!(answer.header("content-encoding"), "br", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}
