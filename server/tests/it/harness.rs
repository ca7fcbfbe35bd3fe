//! A server in this process with a database in memory, and a browser without a screen.

use std::net::SocketAddr;

use reqwest::header::HeaderMap;
use reqwest::header::LOCATION;
use reqwest::header::ORIGIN;
use serde::de::DeserializeOwned;
use serde_json::Value;
use server::boot;
use server::config::Config;
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "correct horse";

/// A running server; it ends with the test.
pub(crate) struct Harness {
    pub(crate) running: boot::Running,
    pub(crate) folder: TempDir,
    scheme: &'static str,
}

impl Harness {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts a server with these variables over what tests usually want.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("site/pkg")).unwrap();
        let config = config(&folder, variables);
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        Self { running: boot::start(config).await.unwrap(), folder, scheme }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.running.addr
    }

    /// A browser of somebody new.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(format!("{}://localhost:{}", self.scheme, self.addr().port()))
    }

    /// A browser of somebody who has just made an account.
    pub(crate) async fn account(&self, name: &str) -> Browser {
        let browser = self.browser();
        let answer = browser.sign_up(name, &format!("{name}@example.org"), PASSWORD).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        browser
    }

    /// A browser of the first administrator.
    pub(crate) async fn administrator(&self) -> Browser {
        let browser = self.browser();
        let link = self.running.set_up_link.clone().unwrap();
        let token = link.split_once("token=").unwrap().1.to_owned();
        let fields = [("token", &*token), ("name", "Root"), ("email", "root@example.org"), ("password", PASSWORD)];
        let answer = browser.call("set-up", &fields).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        browser
    }
}

/// What tests decide: a free port, memory, and whatever they name.
fn config(folder: &TempDir, variables: &[(&str, &str)]) -> Config {
    let empty = folder.path().join("confab.toml");
    std::fs::write(&empty, "").unwrap();
    let data = folder.path().join("data").display().to_string();
    let site = folder.path().join("site").display().to_string();
    let usual = [
        ("CONFAB_LISTEN", "127.0.0.1:0"),
        ("CONFAB_STORE", "mem://"),
        ("CONFAB_DATA_DIR", &data),
        ("CONFAB_SITE_DIR", &site),
        ("CONFAB_MEDIA_LISTEN", "127.0.0.1"),
        ("CONFAB_MEDIA_FIRST_PORT", "0"),
        ("CONFAB_MEDIA_WORKERS", "1"),
    ];
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Config::read(Some(&empty), usual.iter().chain(variables).map(owned)).unwrap()
}

/// Keeps cookies, follows no redirect.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) client: reqwest::Client,
    pub(crate) base: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Browser {
    pub(crate) fn new(base: String) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .danger_accept_invalid_certs(true)
            .build()
            .unwrap();
        Self { client, base }
    }

    /// Calls a server function, as the page does with wasm.
    pub(crate) async fn call(&self, function: &str, fields: &[(&str, &str)]) -> Answer {
        self.try_call(function, fields).await.unwrap()
    }

    /// The same where the server may be gone.
    pub(crate) async fn try_call(&self, function: &str, fields: &[(&str, &str)]) -> reqwest::Result<Answer> {
        let request = self.client.post(format!("{}/api/{function}", self.base)).header(ORIGIN, &self.base).form(fields);
        Answer::of(request.send().await?).await
    }

    /// Posts a form, as a browser does without JavaScript.
    pub(crate) async fn post(&self, function: &str, fields: &[(&str, &str)], from: &str) -> Answer {
        let request = self
            .client
            .post(format!("{}/api/{function}", self.base))
            .header(ORIGIN, &self.base)
            .header("accept", "text/html,application/xhtml+xml")
            .header("referer", format!("{}{from}", self.base))
            .form(fields);
        Answer::of(request.send().await.unwrap()).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.get(format!("{}{path}", self.base)).header("accept", "text/html");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.send().await.unwrap()).await.unwrap()
    }

    pub(crate) async fn sign_up(&self, name: &str, email: &str, password: &str) -> Answer {
        self.call("sign-up", &[("name", name), ("email", email), ("password", password)]).await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.call("sign-in", &[("email", email), ("password", password)]).await
    }

    /// The name of whoever is signed in.
    pub(crate) async fn signed_in_as(&self) -> Option<String> {
        let visitor: Value = self.call("visitor", &[]).await.json();
        Some(visitor.get("account")?.get("name")?.as_str()?.to_owned())
    }

    /// Makes a meeting and answers its ID.
    pub(crate) async fn meeting(&self, title: &str, password: &str) -> String {
        let answer = self.call("create-meeting", &[("title", title), ("password", password)]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json::<Value>()["id"].as_str().unwrap().to_owned()
    }
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> reqwest::Result<Self> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Self { status, headers, text: response.text().await? })
    }

    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The problem's name, if this is a refusal.
    pub(crate) fn problem(&self) -> String {
        assert!(self.status >= 400, "{self:?}");
        self.json::<Value>()["problem"].as_str().unwrap().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The cookie that it sets first, as a browser sends it back.
    pub(crate) fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    pub(crate) fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }
}
