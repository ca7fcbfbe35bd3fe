//! Relays (TURN): where they are, and who may use them until when.
//!
//! A relay carries the media of people behind firewalls that let nothing else out. It knows none of our people: it
//! shares a secret with us and believes whoever shows a name with an end and a proof that we made of both
//! (draft-uberti-behave-turn-rest; `use-auth-secret` of coturn).

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use domain::wire::IceServer;

use crate::config::Secret;

/// The relays of this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Where they are; at least one.
    pub urls: Vec<TurnUrl>,
    /// What they share with this server.
    pub secret: Secret,
    /// How long an admission holds.
    pub ttl: Duration,
}

impl Turn {
    /// Lets somebody use the relays from `now` on, for as long as `ttl` says. `who` tells visits apart in the relay's
    /// log and quotas.
    pub fn admit(&self, who: &str, now: Timestamp) -> IceServer {
        let until = now.later(self.ttl).as_millis() / 1000;
        let username = format!("{until}:{who}");
        // SHA-1 is what the scheme is made of; as a keyed hash it still holds.
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.secret.expose().as_bytes());
        let credential = STANDARD.encode(hmac::sign(&key, username.as_bytes()));
        IceServer { urls: self.urls.iter().map(|url| url.text.clone()).collect(), username, credential }
    }
}

/// When somebody who stays needs to be admitted again: a media connection that is made anew late in a visit must find the
/// relays open, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renewal {
    every: Duration,
    due_at: Timestamp,
}

impl Renewal {
    /// For somebody who was admitted at `now`, for as long as `ttl` says.
    pub fn new(ttl: Duration, now: Timestamp) -> Self {
        let every = ttl / 2;
        Self { every, due_at: now.later(every) }
    }

    /// Whether they must be admitted again at `now`; then the time runs anew.
    pub fn is_due(&mut self, now: Timestamp) -> bool {
        let due = now >= self.due_at;
        if due {
            self.due_at = now.later(self.every);
        }
        due
    }
}

/// How one speaks to a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// A connection.
    Tcp,
    /// A connection inside TLS.
    Tls,
}

/// The address of a relay (RFC 7065).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnUrl {
    text: String,
    /// Its name or IP address, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How one speaks to it.
    pub transport: Transport,
}

impl TurnUrl {
    /// Reads `turn:` and `turns:` addresses as far as browsers can use them, which know no DTLS to a relay.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let (place, query) = rest.split_once('?').map_or((rest, None), |(place, query)| (place, Some(query)));
        let (transport, usual_port) = match (scheme.to_ascii_lowercase().as_str(), query) {
            ("turn", None | Some("transport=udp")) => (Transport::Udp, 3478),
            ("turn", Some("transport=tcp")) => (Transport::Tcp, 3478),
            ("turns", None | Some("transport=tcp")) => (Transport::Tls, 5349),
            _ => return None,
        };
        let (host, port) = split(place)?;
        let port = port.map_or(Some(usual_port), |port| port.parse().ok().filter(|port| *port > 0))?;
        Some(Self { text: text.to_owned(), host: host.to_owned(), port, transport })
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Host and port of what stands between scheme and query.
fn split(place: &str) -> Option<(&str, Option<&str>)> {
    if let Some(bracketed) = place.strip_prefix('[') {
        let (host, rest) = bracketed.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        return if rest.is_empty() { Some((host, None)) } else { Some((host, Some(rest.strip_prefix(':')?))) };
    }
    let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    (!host.is_empty() && host.chars().all(plain)).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admission_is_what_coturn_expects() {
        let url = TurnUrl::parse("turn:turn.example.org").unwrap();
        let turn = Turn { urls: vec![url], secret: Secret::new("north"), ttl: Duration::from_secs(3600) };
        let server = turn.admit("par_1", Timestamp::from_millis(1_433_891_700_000));
        assert_eq!(server.urls, ["turn:turn.example.org"]);
        assert_eq!(server.username, "1433895300:par_1");
        // printf %s 1433895300:par_1 | openssl dgst -sha1 -hmac north -binary | base64
        assert_eq!(server.credential, "aYwppml2iA7WpPlHsMTsaxCvmdk=");
    }

    #[test]
    fn whoever_stays_can_always_use_the_relays_for_a_while() {
        // What a visit looks at its clock for, and how long admissions may hold at least and at most.
        let pulse = Duration::from_secs(15);
        for ttl in [Duration::from_secs(5 * 60), Duration::from_secs(12 * 3600), Duration::from_secs(7 * 24 * 3600)] {
            let start = Timestamp::from_millis(1_433_891_700_000);
            let (mut renewal, mut admitted_at, mut times) = (Renewal::new(ttl, start), start, 0);
            let mut now = start;
            while now < start.later(ttl * 10) {
                now = now.later(pulse);
                if renewal.is_due(now) {
                    (admitted_at, times) = (now, times + 1);
                }
                assert!(now.since(admitted_at) < ttl / 2 + pulse, "{ttl:?}");
            }
            assert!((18..=20).contains(&times), "{times} times in ten of {ttl:?}");
        }
    }

    #[test]
    fn addresses_of_relays_are_read_as_browsers_read_them() {
        let check = |text: &str, host: &str, port: u16, transport: Transport| {
            let url = TurnUrl::parse(text).unwrap();
            assert_eq!((url.host.as_str(), url.port, url.transport, url.as_str()), (host, port, transport, text));
        };
        check("turn:turn.example.org", "turn.example.org", 3478, Transport::Udp);
        check("turn:192.0.2.1:80?transport=udp", "192.0.2.1", 80, Transport::Udp);
        check("turn:turn.example.org?transport=tcp", "turn.example.org", 3478, Transport::Tcp);
        check("turns:turn.example.org", "turn.example.org", 5349, Transport::Tls);
        check("turns:turn.example.org:443?transport=tcp", "turn.example.org", 443, Transport::Tls);
        check("turn:[2001:db8::1]:3479", "2001:db8::1", 3479, Transport::Udp);
        check("turn:[2001:db8::1]", "2001:db8::1", 3478, Transport::Udp);
        for wrong in [
            "",
            "turn:",
            "turn.example.org",
            "stun:turn.example.org",
            "turn:turn.example.org:0",
            "turn:turn.example.org:x",
            "turn:turn.example.org?transport=sctp",
            "turns:turn.example.org?transport=udp",
            "turn:ann@turn.example.org",
            "turn://turn.example.org",
            "turn:[2001:db8::1",
            "turn:[turn.example.org]",
        ] {
            assert_eq!(TurnUrl::parse(wrong), None, "{wrong}");
        }
    }
}
