//! What the administrator decides: `confab.toml`, and `CONFAB_*` variables over it.

mod keys;
mod media;
mod secret;
mod sources;

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use app::backend::SignUpPolicy;
use domain::meeting::Capacity;
use ipnet::IpNet;

use crate::turn::Turn;
use keys::Keys;
pub use media::Media;
pub use secret::Secret;
pub use sources::Error;

/// Everything that can be decided, with nothing left to check.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where pages and signalling are served.
    pub listen: SocketAddr,
    /// The address under which people reach this server, without a slash at the end; each request's own if not set.
    pub public_url: Option<String>,
    /// Where the data lies.
    pub data_dir: PathBuf,
    /// The store, as `store::Store::open` takes it.
    pub store: String,
    /// How people get accounts.
    pub sign_up: SignUpPolicy,
    /// Whether a proxy in front is believed about who asks and whether the way to them is secure.
    pub trust_proxy: bool,
    /// What is built for the browser.
    pub site_dir: PathBuf,
    /// What is logged, in the syntax of `tracing`.
    pub log: String,
    /// The server's own certificate.
    pub tls: Option<Tls>,
    /// How many people a new meeting lets be seen and heard.
    pub capacity: Capacity,
    /// Sound and picture.
    pub media: Media,
    /// The relays for those whom nothing else reaches.
    pub turn: Option<Turn>,
    /// Who may read what is counted.
    pub metrics: Metrics,
}

/// Who may read what is counted; nobody, if nothing is decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Whoever shows this.
    pub token: Option<Secret>,
    /// Whoever asks from one of these.
    pub from: Vec<IpNet>,
}

impl Metrics {
    /// Whether anybody may.
    pub fn is_wanted(&self) -> bool {
        self.token.is_some() || !self.from.is_empty()
    }
}

/// The server's own certificate.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The certificate with its chain, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
    /// Where plain HTTP is answered with the way to HTTPS.
    pub redirect_from: Option<SocketAddr>,
}

/// How long the credentials of a visit hold: longer than meetings are, and not so long that a lent one is of use.
const USUAL_TTL: Duration = Duration::from_secs(12 * 3600);
const SHORTEST_TTL: Duration = Duration::from_secs(5 * 60);
const LONGEST_TTL: Duration = Duration::from_secs(7 * 24 * 3600);

/// The file that is read when none is named, if it is there.
const USUAL_FILE: &str = "confab.toml";

impl Config {
    /// Reads the named file (or `confab.toml` if there is one) and the variables of the environment.
    ///
    /// # Errors
    /// One sentence that names the key.
    pub fn read(file: Option<&Path>, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, Error> {
        let usual = Path::new(USUAL_FILE);
        let file = file.or_else(|| usual.exists().then_some(usual));
        let mut keys = Keys::default();
        if let Some(file) = file {
            sources::read_file(file, &mut keys)?;
        }
        sources::read_environment(environment, &mut keys)?;
        Self::decide(keys)
    }

    fn decide(mut keys: Keys) -> Result<Self, Error> {
        let data_dir: PathBuf = keys.path("data_dir")?.unwrap_or_else(|| "data".into());
        let store = match keys.store("store")? {
            Some(url) => url,
            None => format!("surrealkv://{}", data_dir.join("store").display()),
        };
        let config = Self {
            listen: keys.socket("listen")?.unwrap_or((Ipv4Addr::LOCALHOST, 8080).into()),
            public_url: keys.url("public_url")?,
            data_dir,
            store,
            sign_up: keys.sign_up("sign_up")?.unwrap_or(SignUpPolicy::Open),
            trust_proxy: keys.switch("trust_proxy")?.unwrap_or(false),
            site_dir: keys.path("site_dir")?.unwrap_or_else(usual_site),
            log: keys.log("log")?.unwrap_or_else(|| "warn,confab=info,server=info,store=info,sfu=info".to_owned()),
            tls: tls(&mut keys)?,
            capacity: keys.capacity("meetings.capacity")?.unwrap_or(Capacity::USUAL),
            media: media::read(&mut keys)?,
            turn: turn(&mut keys)?,
            metrics: Metrics { token: keys.secret("metrics.token")?, from: keys.networks("metrics.from")? },
        };
        keys.finish()?;
        Ok(config)
    }

    /// Where tools/site wrote down the names of what it built.
    pub fn site_manifest(&self) -> PathBuf {
        self.site_dir.join("site.json")
    }

    /// The address to open on this machine, for what is printed before anybody asked anything.
    pub fn origin(&self, bound: SocketAddr) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let ip = bound.ip();
        let host = if ip.is_loopback() || ip.is_unspecified() {
            "localhost".to_owned()
        } else {
            match ip {
                IpAddr::V4(v4) => v4.to_string(),
                IpAddr::V6(v6) => format!("[{v6}]"),
            }
        };
        match (scheme, bound.port()) {
            ("https", 443) | ("http", 80) => format!("{scheme}://{host}"),
            (_, port) => format!("{scheme}://{host}:{port}"),
        }
    }
}

fn tls(keys: &mut Keys) -> Result<Option<Tls>, Error> {
    let certificate = keys.path("tls.certificate")?;
    let key = keys.path("tls.key")?;
    let redirect_from = keys.socket("tls.redirect_from")?;
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some(Tls { certificate, key, redirect_from })),
        (None, None) if redirect_from.is_some() => {
            Err(Error::alone("tls.redirect_from", "tls.certificate and tls.key"))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(Error::alone("tls.certificate", "tls.key")),
        (None, Some(_)) => Err(Error::alone("tls.key", "tls.certificate")),
    }
}

fn turn(keys: &mut Keys) -> Result<Option<Turn>, Error> {
    let urls = keys.turn_urls("turn.urls")?;
    let secret = keys.secret("turn.secret")?;
    let ttl = keys.duration("turn.ttl", SHORTEST_TTL, LONGEST_TTL)?;
    match (urls.is_empty(), secret) {
        (false, Some(secret)) => Ok(Some(Turn { urls, secret, ttl: ttl.unwrap_or(USUAL_TTL) })),
        (false, None) => Err(Error::alone("turn.urls", "turn.secret")),
        (true, Some(_)) => Err(Error::alone("turn.secret", "turn.urls")),
        (true, None) if ttl.is_some() => Err(Error::alone("turn.ttl", "turn.urls and turn.secret")),
        (true, None) => Ok(None),
    }
}

/// `site` beside the program where it is installed, what the workspace builds otherwise.
fn usual_site() -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join("site")));
    match beside {
        Some(site) if site.is_dir() => site,
        Some(_) | None => PathBuf::from("target/site"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, String> {
        let none = tempfile::NamedTempFile::new().unwrap();
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::read(Some(none.path()), variables).map_err(|error| error.to_string())
    }

    fn read_file(text: &str) -> Result<Config, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let refused = |error: Error| error.to_string().replace(&file.path().display().to_string(), "confab.toml");
        Config::read(Some(file.path()), []).map_err(refused)
    }

    #[test]
    fn nothing_has_to_be_decided() {
        let config = read(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.store, "surrealkv://data/store");
        assert_eq!(config.origin(config.listen), "http://localhost:8080");
    }

    #[test]
    fn a_variable_wins_over_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "listen = \"[::1]:1\"\n[media]\nadvertise = [\"192.0.2.1\", \"2001:db8::1\"]")
            .unwrap();
        let variable = ("CONFAB_LISTEN".to_owned(), "127.0.0.1:2".to_owned());
        let config = Config::read(Some(file.path()), [variable, ("PATH".to_owned(), "/bin".to_owned())]).unwrap();
        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.media.advertise.len(), 2);
    }

    #[test]
    fn the_example_documents_every_key_and_holds_the_defaults() {
        let text = include_str!("../../confab.toml.example");
        let mut documented = 0;
        let uncommented: String = text
            .lines()
            .map(|line| match line.strip_prefix("#") {
                Some(setting) if !setting.starts_with(' ') => {
                    documented += usize::from(setting.contains('='));
                    format!("{setting}\n")
                }
                Some(_) | None => format!("{line}\n"),
            })
            .collect();
        assert_eq!(documented, keys::ALL.len());
        let (shown, usual) = (read_file(&uncommented).unwrap(), read(&[]).unwrap());
        let relays = [("CONFAB_TURN_URLS", "turn:turn.example.org"), ("CONFAB_TURN_SECRET", "north")];
        let ttl = |config: &Config| config.turn.as_ref().map(|turn| turn.ttl);
        assert_eq!(ttl(&shown), ttl(&read(&relays).unwrap()));
        assert_eq!(defaults(shown), defaults(usual));
        assert_eq!(defaults(read_file(text).unwrap()), defaults(read(&[]).unwrap()));
    }

    /// What holds where nothing is decided. Of the other keys the example shows what they may look like; a new one has to
    /// be told apart here.
    fn defaults(config: Config) -> impl PartialEq + std::fmt::Debug {
        let Config {
            listen,
            public_url: _,
            data_dir,
            store,
            sign_up,
            trust_proxy,
            site_dir,
            log,
            tls: _,
            capacity,
            media,
            turn: _,
            metrics: _,
        } = config;
        let Media { listen: heard_at, advertise: _, first_port, tcp, workers: _, seats_per_worker } = media;
        let heard_at = heard_at.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
        let media = (heard_at, first_port, tcp, seats_per_worker);
        (listen, data_dir, store, sign_up, trust_proxy, site_dir, log, capacity, media)
    }

    #[test]
    fn metrics_are_for_networks_and_single_addresses() {
        let config = read(&[("CONFAB_METRICS_FROM", "10.0.0.0/8, ::1,192.0.2.1")]).unwrap();
        let from: Vec<String> = config.metrics.from.iter().map(IpNet::to_string).collect();
        assert_eq!(from, ["10.0.0.0/8", "::1/128", "192.0.2.1/32"]);
        assert!(config.metrics.is_wanted() && !read(&[]).unwrap().metrics.is_wanted());
    }

    #[test]
    fn secrets_are_not_printed() {
        let config = read(&[("CONFAB_TURN_URLS", "turn:turn.example.org"), ("CONFAB_TURN_SECRET", "north")]).unwrap();
        assert!(!format!("{config:?}").contains("north"));
    }

    #[test]
    fn what_is_wrong_is_said_in_one_sentence_that_names_the_key() {
        let file = |text: &str| read_file(text).err().unwrap();
        let variable = |name: &str, value: &str| read(&[(name, value)]).err().unwrap();
        let refusals = [
            (file("lisen = \"x\""), "lisen"),
            (file("[tls]\ncertificat = \"x\""), "tls.certificat"),
            (file("listen = 8080"), "listen"),
            (file("sign_up = \"maybe\""), "sign_up"),
            (file("trust_proxy = \"yes\""), "trust_proxy"),
            (file("[media]\nfirst_port = 80000"), "media.first_port"),
            (file("[media]\nadvertise = [\"here\"]"), "media.advertise"),
            (file("[media]\nadvertise = [\"0.0.0.0\"]"), "media.advertise"),
            (file("[media]\nlisten = \"0.0.0.0\"\nadvertise = [\"2001:db8::1\"]"), "media.listen"),
            (file("[tls]\ncertificate = \"c.pem\""), "tls.key"),
            (file("public_url = \"meet.example.org\""), "public_url"),
            (file("store = \"mysql://x\""), "store"),
            (file("[turn]\nurls = [\"turn:turn.example.org\"]"), "turn.secret"),
            (file("[turn]\nsecret = \"north\""), "turn.urls"),
            (file("[turn]\nttl = \"12h\""), "turn.urls"),
            (file("[turn]\nurls = [\"stun:turn.example.org\"]\nsecret = \"north\""), "turn.urls"),
            (file("[turn]\nurls = [\"turn:turn.example.org\"]\nsecret = \"north\"\nttl = \"1s\""), "turn.ttl"),
            (file("[meetings]\ncapacity = 8"), "meetings.capacity"),
            (file("[metrics]\nfrom = [\"10.0.0.0/33\"]"), "metrics.from"),
            (file("[metrics]\ntoken = \"\""), "metrics.token"),
            (file("this is not toml"), "confab.toml"),
            (variable("CONFAB_LISEN", "x"), "CONFAB_LISEN"),
            (variable("CONFAB_MEDIA_WORKERS", "many"), "CONFAB_MEDIA_WORKERS"),
        ];
        for (sentence, names) in refusals {
            assert!(sentence.contains(names), "{sentence}");
            assert_eq!(sentence.lines().count(), 1, "{sentence}");
        }
    }
}
