//! The address in links: whether it leads here, in a way that browsers trust.

use std::net::IpAddr;

use http::Uri;

use super::addresses;
use super::addresses::Reach;
use super::addresses::list;
use super::report::Finding;
use crate::config::Config;

const CHECK: &str = "public_url";

/// What `public_url` says and where its name leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    url: Option<Url>,
    /// Whether somebody encrypts: this server, or a proxy that it trusts.
    encrypts: bool,
    resolved: Result<Vec<IpAddr>, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Url {
    text: String,
    secure: bool,
    host: String,
}

impl Facts {
    /// The host of the address in links.
    pub(super) fn host(&self) -> Option<&str> {
        self.url.as_ref().map(|url| url.host.as_str())
    }

    /// The addresses to which it leads that the world can reach.
    pub(super) fn public_addresses(&self) -> &[IpAddr] {
        match &self.resolved {
            Ok(addresses) if addresses.iter().all(|ip| Reach::of(*ip) == Reach::World) => addresses,
            Ok(_) | Err(_) => &[],
        }
    }
}

pub(super) async fn probe(config: &Config) -> Facts {
    let encrypts = config.tls.is_some() || config.trust_proxy;
    let Some(url) = config.public_url.as_deref().and_then(read) else {
        return Facts { url: None, encrypts, resolved: Ok(Vec::new()) };
    };
    // The port is of no matter to the name.
    let resolved = tokio::net::lookup_host((url.host.as_str(), 443)).await;
    let resolved = resolved.map_err(|error| error.to_string()).map(|found| {
        let mut addresses: Vec<IpAddr> = found.map(|address| address.ip().to_canonical()).collect();
        addresses.sort();
        addresses.dedup();
        addresses
    });
    Facts { url: Some(url), encrypts, resolved }
}

fn read(text: &str) -> Option<Url> {
    let uri: Uri = text.parse().ok()?;
    let host = uri.host()?.trim_matches(['[', ']']).to_owned();
    Some(Url { text: text.to_owned(), secure: uri.scheme_str() == Some("https"), host })
}

pub(super) fn judge(facts: &Facts, machine: &addresses::Facts) -> Vec<Finding> {
    let Some(url) = &facts.url else {
        return vec![Finding::warn(
            CHECK,
            "is not set, so links are made with the address by which each person asks",
            "Set it to the address that people use, such as https://meet.example.org.",
        )];
    };
    vec![judge_way(url, facts.encrypts), judge_addresses(url, &facts.resolved, machine)]
}

fn judge_way(url: &Url, encrypts: bool) -> Finding {
    let local = url.host == "localhost" || url.host.parse().is_ok_and(|ip| Reach::of(ip) == Reach::Machine);
    match (url.secure, encrypts) {
        (false, _) if !local => Finding::fail(
            CHECK,
            format!("{} is not encrypted, and browsers give camera and microphone only where it is", url.text),
            "Set tls.certificate and tls.key, or trust_proxy behind a proxy with a certificate; then use https:// here.",
        ),
        (true, false) => Finding::fail(
            CHECK,
            format!("{} is encrypted, but this server has no certificate and trusts no proxy", url.text),
            "Set tls.certificate and tls.key; or trust_proxy = true if a proxy in front has them.",
        ),
        (true | false, _) => Finding::ok(CHECK, format!("{} is a way that browsers trust", url.text)),
    }
}

fn judge_addresses(url: &Url, resolved: &Result<Vec<IpAddr>, String>, machine: &addresses::Facts) -> Finding {
    let Url { host, .. } = url;
    let ours = |ip: &IpAddr| machine.own.contains(ip) || machine.told.contains(ip);
    match resolved {
        Err(why) => Finding::fail(
            CHECK,
            format!("{host} cannot be found: {why}"),
            "Add an A record (and AAAA for IPv6) with this machine's address to the domain's DNS.",
        ),
        Ok(found) if found.is_empty() => Finding::fail(
            CHECK,
            format!("{host} has no address"),
            "Add an A record (and AAAA for IPv6) with this machine's address to the domain's DNS.",
        ),
        Ok(found) => match found.iter().filter(|ip| !ours(ip)).copied().collect::<Vec<_>>() {
            foreign if foreign.is_empty() => {
                Finding::ok(CHECK, format!("{host} leads to {}, which is here", list(found)))
            }
            foreign => Finding::warn(
                CHECK,
                format!("{host} leads to {}, of which {} is not this machine's", list(found), list(&foreign)),
                "Right with a proxy or NAT in front (with NAT name its address in media.advertise); otherwise correct the DNS.",
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::Verdict;
    use super::super::report::check;
    use super::*;

    fn facts(url: &str, encrypts: bool, resolved: Result<&[&str], &str>) -> Facts {
        let ips = |list: &[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect();
        Facts { url: read(url), encrypts, resolved: resolved.map(ips).map_err(str::to_owned) }
    }

    fn machine() -> addresses::Facts {
        let own = vec!["203.0.113.1".parse().unwrap(), "127.0.0.1".parse().unwrap()];
        addresses::Facts { own, told: vec!["198.51.100.9".parse().unwrap()], serves_v6: true }
    }

    #[test]
    fn a_name_that_leads_here_is_fine() {
        let good = [(Verdict::Ok, "trust"), (Verdict::Ok, "which is here")];
        for address in ["203.0.113.1", "198.51.100.9"] {
            check(judge(&facts("https://meet.example.org", true, Ok(&[address])), &machine()), &good);
        }
        check(judge(&facts("http://localhost:8080", false, Ok(&["127.0.0.1"])), &machine()), &good);
        check(judge(&facts("http://[::1]:8080", false, Ok(&["127.0.0.1"])), &machine()), &good);
    }

    #[test]
    fn a_name_that_leads_elsewhere_or_nowhere_is_said() {
        let judged = |resolved| judge(&facts("https://meet.example.org", true, resolved), &machine());
        check(judged(Ok(&["192.0.2.7"])), &[(Verdict::Ok, ""), (Verdict::Warn, "of which 192.0.2.7 is not")]);
        check(judged(Ok(&["203.0.113.1", "2001:db8::9"])), &[(Verdict::Ok, ""), (Verdict::Warn, "2001:db8::9 is not")]);
        check(judged(Ok(&[])), &[(Verdict::Ok, ""), (Verdict::Fail, "A record")]);
        check(judged(Err("no such host")), &[(Verdict::Ok, ""), (Verdict::Fail, "no such host")]);
    }

    #[test]
    fn a_way_in_the_open_fails() {
        let judged = |url: &str, encrypts| judge(&facts(url, encrypts, Ok(&["203.0.113.1"])), &machine());
        check(judged("http://meet.example.org", true), &[(Verdict::Fail, "not encrypted"), (Verdict::Ok, "")]);
        check(judged("https://meet.example.org", false), &[(Verdict::Fail, "trust_proxy"), (Verdict::Ok, "")]);
        let none = Facts { url: None, encrypts: true, resolved: Ok(Vec::new()) };
        check(judge(&none, &machine()), &[(Verdict::Warn, "is not set")]);
    }

    #[test]
    fn only_a_name_that_the_world_can_reach_is_public() {
        let public = |resolved| facts("https://meet.example.org", true, resolved).public_addresses().len();
        assert_eq!(public(Ok(&["203.0.113.1", "2001:db8::1"])), 2);
        assert_eq!((public(Ok(&["10.0.0.1"])), public(Err("no"))), (0, 0));
    }
}
