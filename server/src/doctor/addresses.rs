//! The addresses that browsers are told, and who can reach them.

use std::net::IpAddr;
use std::net::Ipv4Addr;

use nix::ifaddrs::getifaddrs;

use super::report::Finding;
use crate::config;
use crate::media::MediaConfig;
use crate::media::addresses::advertised;

const CHECK: &str = "media addresses";

/// This machine's addresses, and those that browsers are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// What the machine has.
    pub(super) own: Vec<IpAddr>,
    /// What browsers are told.
    pub(super) told: Vec<IpAddr>,
    /// Whether the sockets take IPv6.
    pub(super) serves_v6: bool,
}

/// From how far away an address means anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    Machine,
    Network,
    World,
}

impl Reach {
    pub(super) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            ip if ip.is_loopback() || ip.is_unspecified() => Self::Machine,
            // The last is the space between a provider and its customers (RFC 6598).
            IpAddr::V4(v4) if v4.is_private() || v4.is_link_local() || shared(v4) => Self::Network,
            IpAddr::V6(v6) if v6.is_unique_local() || v6.is_unicast_link_local() => Self::Network,
            IpAddr::V4(_) | IpAddr::V6(_) => Self::World,
        }
    }
}

fn shared(v4: Ipv4Addr) -> bool {
    let [first, second, ..] = v4.octets();
    first == 100 && (64..128).contains(&second)
}

pub(super) fn probe(decided: &config::Media) -> Facts {
    let MediaConfig { bind, advertise, .. } = MediaConfig::of(decided);
    let interfaces = getifaddrs().into_iter().flatten();
    let addresses = interfaces.filter_map(|interface| interface.address);
    let v4 = |address: &nix::sys::socket::SockaddrStorage| address.as_sockaddr_in().map(|v4| IpAddr::V4(v4.ip()));
    let v6 = |address: &nix::sys::socket::SockaddrStorage| address.as_sockaddr_in6().map(|v6| IpAddr::V6(v6.ip()));
    let own = addresses.filter_map(|address| v4(&address).or_else(|| v6(&address))).collect();
    Facts { own, told: advertised(bind, &advertise), serves_v6: bind.is_ipv6() }
}

/// `public` are the addresses to which `public_url` leads, as far as the world can reach them.
pub(super) fn judge(facts: &Facts, public: &[IpAddr], relayed: bool) -> Vec<Finding> {
    let mut findings = vec![judge_reach(facts, public, relayed)];
    let global_v6 = |ip: &&IpAddr| ip.is_ipv6() && Reach::of(**ip) == Reach::World;
    if let (Some(ip), false) = (facts.own.iter().find(global_v6), facts.told.iter().any(IpAddr::is_ipv6)) {
        let advice = if facts.serves_v6 {
            format!("Add {ip} to media.advertise, so that people with IPv6 only get through.")
        } else {
            "Set media.listen = \"::\", so that people with IPv6 only get through.".to_owned()
        };
        findings.push(Finding::warn(
            CHECK,
            format!("this machine has {ip}, and browsers are told no IPv6 address"),
            advice,
        ));
    }
    findings
}

fn judge_reach(facts: &Facts, public: &[IpAddr], relayed: bool) -> Finding {
    let told = list(&facts.told);
    let widest = facts.told.iter().map(|ip| Reach::of(*ip)).max().unwrap_or(Reach::Machine);
    let foreign: Vec<IpAddr> = facts.told.iter().filter(|ip| !facts.own.contains(ip)).copied().collect();
    match (widest, public) {
        (Reach::World, _) | (Reach::Network, []) if foreign.is_empty() => {
            Finding::ok(CHECK, format!("browsers are told {told}, of this machine"))
        }
        (Reach::World, _) | (Reach::Network, []) => Finding::ok(
            CHECK,
            format!(
                "browsers are told {told}; {} is not of this machine, which is right behind 1:1 NAT",
                list(&foreign)
            ),
        ),
        (Reach::Machine, []) => Finding::warn(
            CHECK,
            format!("browsers are told {told}, which leads nowhere but to their own machine"),
            "To meet over a network, set media.advertise to this machine's address in it.",
        ),
        (Reach::Machine | Reach::Network, public) => {
            let found =
                format!("public_url leads to {}, but browsers are told {told}, unreachable from there", list(public));
            let names: Vec<String> = public.iter().map(|ip| format!("\"{ip}\"")).collect();
            let advice = format!(
                "Set media.advertise = [{}] and let the NAT pass the media ports to this machine.",
                names.join(", ")
            );
            if relayed { Finding::warn(CHECK, found, advice) } else { Finding::fail(CHECK, found, advice) }
        }
    }
}

/// Addresses in words.
pub(super) fn list(addresses: &[IpAddr]) -> String {
    addresses.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::report::Verdict;
    use super::super::report::check;
    use super::*;

    fn ips(list: &[&str]) -> Vec<IpAddr> {
        list.iter().map(|ip| ip.parse().unwrap()).collect()
    }

    fn judged(own: &[&str], told: &[&str], public: &[&str], relayed: bool) -> Vec<Finding> {
        judge(&Facts { own: ips(own), told: ips(told), serves_v6: true }, &ips(public), relayed)
    }

    #[test]
    fn how_far_an_address_reaches() {
        let all = [
            ("127.0.0.1", Reach::Machine),
            ("::1", Reach::Machine),
            ("10.1.2.3", Reach::Network),
            ("172.16.0.1", Reach::Network),
            ("172.32.0.1", Reach::World),
            ("100.64.0.1", Reach::Network),
            ("100.128.0.1", Reach::World),
            ("fd00::1", Reach::Network),
            ("fe80::1", Reach::Network),
            ("::ffff:192.168.0.1", Reach::Network),
            ("2001:db8::1", Reach::World),
        ];
        for (ip, reach) in all {
            assert_eq!(Reach::of(ip.parse().unwrap()), reach, "{ip}");
        }
    }

    #[test]
    fn an_address_of_ones_own_is_fine_and_so_is_one_of_the_nat() {
        let own = ["127.0.0.1", "203.0.113.1"];
        check(judged(&own, &["203.0.113.1"], &["203.0.113.1"], false), &[(Verdict::Ok, "of this machine")]);
        check(judged(&["10.0.0.5"], &["203.0.113.1"], &["203.0.113.1"], false), &[(Verdict::Ok, "1:1 NAT")]);
        check(judged(&["10.0.0.5"], &["10.0.0.5"], &[], false), &[(Verdict::Ok, "10.0.0.5")]);
    }

    #[test]
    fn a_private_address_behind_a_public_name_fails_unless_there_is_a_relay() {
        let judged = |relayed| judged(&["10.0.0.5"], &["10.0.0.5"], &["203.0.113.1"], relayed);
        check(judged(false), &[(Verdict::Fail, "media.advertise = [\"203.0.113.1\"]")]);
        check(judged(true), &[(Verdict::Warn, "unreachable")]);
        check(super::tests::judged(&[], &["127.0.0.1"], &[], false), &[(Verdict::Warn, "own machine")]);
    }

    #[test]
    fn ipv6_that_nobody_is_told_of_is_a_warning() {
        let own = ["203.0.113.1", "2001:db8::5", "fe80::1"];
        let wanted = [(Verdict::Ok, "203.0.113.1"), (Verdict::Warn, "Add 2001:db8::5")];
        check(judged(&own, &["203.0.113.1"], &[], false), &wanted);
        check(judged(&own, &["203.0.113.1", "2001:db8::5"], &[], false), &[(Verdict::Ok, "2001:db8::5")]);
        let closed = Facts { own: ips(&own), told: ips(&["203.0.113.1"]), serves_v6: false };
        check(judge(&closed, &[], false), &[(Verdict::Ok, ""), (Verdict::Warn, "media.listen = \"::\"")]);
    }
}
