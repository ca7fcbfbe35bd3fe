//! The keys, and how the text of each is understood.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use app::backend::SignUpPolicy;
use domain::meeting::Capacity;
use ipnet::IpNet;
use tracing_subscriber::EnvFilter;

use super::Error;
use super::Secret;
use crate::turn::TurnUrl;

/// Every key that there is.
pub(super) const ALL: &[&str] = &[
    "data_dir",
    "listen",
    "log",
    "media.advertise",
    "media.first_port",
    "media.listen",
    "media.seats_per_worker",
    "media.tcp",
    "media.workers",
    "meetings.capacity",
    "metrics.from",
    "metrics.token",
    "public_url",
    "sign_up",
    "site_dir",
    "store",
    "tls.certificate",
    "tls.key",
    "tls.redirect_from",
    "trust_proxy",
    "turn.secret",
    "turn.ttl",
    "turn.urls",
];

/// What was written, by key; taking a value removes it.
#[derive(Default)]
pub(super) struct Keys {
    written: BTreeMap<String, Written>,
}

struct Written {
    /// How the administrator knows the place: the file and key, or the variable.
    place: String,
    text: String,
}

impl Keys {
    pub(super) fn put(&mut self, key: &str, place: String, text: String) {
        self.written.insert(key.to_owned(), Written { place, text });
    }

    /// Everything must have been taken.
    pub(super) fn finish(self) -> Result<(), Error> {
        match self.written.into_values().next() {
            Some(left) => Err(Error::Unknown(left.place)),
            None => Ok(()),
        }
    }

    pub(super) fn path(&mut self, key: &str) -> Result<Option<PathBuf>, Error> {
        self.take(key, "it wants a path", |text| (!text.is_empty()).then(|| PathBuf::from(text)))
    }

    pub(super) fn socket(&mut self, key: &str) -> Result<Option<SocketAddr>, Error> {
        self.take(key, "it wants an address with a port, such as 0.0.0.0:443", |text| text.parse().ok())
    }

    pub(super) fn ip(&mut self, key: &str) -> Result<Option<IpAddr>, Error> {
        self.take(key, "it wants an IP address, such as 192.0.2.1", |text| text.parse().ok())
    }

    pub(super) fn ips(&mut self, key: &str) -> Result<Vec<IpAddr>, Error> {
        let list = |text: &str| text.split(',').map(|ip| ip.trim().parse().ok()).collect();
        Ok(self.take(key, "it wants IP addresses, such as 192.0.2.1", list)?.unwrap_or_default())
    }

    pub(super) fn networks(&mut self, key: &str) -> Result<Vec<IpNet>, Error> {
        let network = |text: &str| text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        let list = |text: &str| text.split(',').map(|text| network(text.trim())).collect();
        Ok(self.take(key, "it wants addresses or networks, such as 127.0.0.1 or 10.0.0.0/8", list)?.unwrap_or_default())
    }

    pub(super) fn number(&mut self, key: &str, least: u16, most: u16) -> Result<Option<u16>, Error> {
        let want = format!("it wants a number from {least} to {most}");
        self.take(key, &want, |text| text.parse().ok().filter(|number| (least..=most).contains(number)))
    }

    pub(super) fn capacity(&mut self, key: &str) -> Result<Option<Capacity>, Error> {
        let want = format!("it wants a number from {} to {}", Capacity::LEAST, Capacity::MOST);
        self.take(key, &want, |text| Capacity::parse(text).ok())
    }

    pub(super) fn switch(&mut self, key: &str) -> Result<Option<bool>, Error> {
        self.take(key, "it wants true or false", |text| text.parse().ok())
    }

    pub(super) fn sign_up(&mut self, key: &str) -> Result<Option<SignUpPolicy>, Error> {
        self.take(key, "it wants open, invitation or closed", |text| match text {
            "open" => Some(SignUpPolicy::Open),
            "invitation" => Some(SignUpPolicy::Invitation),
            "closed" => Some(SignUpPolicy::Closed),
            _ => None,
        })
    }

    pub(super) fn url(&mut self, key: &str) -> Result<Option<String>, Error> {
        self.take(key, "it wants an address such as https://meet.example.org, without a path", |text| {
            let url = text.trim_end_matches('/');
            let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
            let plain = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
            (!host.is_empty() && host.chars().all(plain)).then(|| url.to_owned())
        })
    }

    pub(super) fn store(&mut self, key: &str) -> Result<Option<String>, Error> {
        self.take(key, "it wants surrealkv://<folder> or mem://", |text| {
            let folder = text.strip_prefix("surrealkv://").is_some_and(|folder| !folder.is_empty());
            (folder || text == "mem://").then(|| text.to_owned())
        })
    }

    /// A secret; what is wrong with one is said without it.
    pub(super) fn secret(&mut self, key: &str) -> Result<Option<Secret>, Error> {
        self.take(key, "it wants a text that is not empty", |text| (!text.is_empty()).then(|| Secret::new(text)))
    }

    pub(super) fn turn_urls(&mut self, key: &str) -> Result<Vec<TurnUrl>, Error> {
        let list = |text: &str| text.split(',').map(|url| TurnUrl::parse(url.trim())).collect();
        let want = "it wants addresses such as turn:turn.example.org:3478 or turns:turn.example.org?transport=tcp";
        Ok(self.take(key, want, list)?.unwrap_or_default())
    }

    pub(super) fn duration(&mut self, key: &str, least: Duration, most: Duration) -> Result<Option<Duration>, Error> {
        let want = format!("it wants a time such as 12h, from {} s to {} s", least.as_secs(), most.as_secs());
        self.take(key, &want, |text| {
            let duration = Duration::try_from(text.parse::<jiff::SignedDuration>().ok()?).ok()?;
            (least..=most).contains(&duration).then_some(duration)
        })
    }

    pub(super) fn log(&mut self, key: &str) -> Result<Option<String>, Error> {
        self.take(key, "it wants levels such as info or warn,server=debug", |text| {
            EnvFilter::try_new(text).is_ok().then(|| text.to_owned())
        })
    }

    fn take<T>(&mut self, key: &str, want: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Error> {
        let Some(Written { place, text }) = self.written.remove(key) else { return Ok(None) };
        match read(text.trim()) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::Value { key: place, value: text, want: want.to_owned() }),
        }
    }
}
