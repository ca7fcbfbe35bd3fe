//! The relays: whether each of them answers, knows our secret and relays.

mod talk;

use std::net::SocketAddr;
use std::time::Duration;

use domain::Timestamp;

use super::report::Finding;
use crate::turn::Transport;
use crate::turn::Turn;
use crate::turn::TurnUrl;

const CHECK: &str = "relay";

/// How long a relay may take for all of it.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of one way to one relay.
#[derive(Debug)]
pub(super) struct Facts {
    url: String,
    transport: Transport,
    /// Whether browsers go this way; otherwise it is one that could be offered to them.
    used: bool,
    outcome: Result<Relayed, Trouble>,
}

/// What a relay gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Relayed {
    /// As whom it sees us.
    seen_as: SocketAddr,
    /// From where it would send for us.
    address: SocketAddr,
}

/// Why there is no relay this way.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    /// Its name leads nowhere.
    Unknown(String),
    /// Nothing can be sent to it.
    Unreachable(String),
    /// Its certificate is refused.
    Distrusted(String),
    /// It did not answer.
    Silent,
    /// What answers is no relay.
    Stranger(String),
    /// It answers and refuses, with this code of STUN.
    Refused(u16, String),
}

pub(super) async fn probe(turn: &Turn, now: Timestamp) -> Vec<Facts> {
    let access = turn.admit("doctor", now);
    let mut facts = Vec::new();
    for (url, transport, used) in turn.urls.iter().flat_map(ways) {
        let asked = tokio::time::timeout(PATIENCE, talk::ask(url, transport, &access)).await;
        let outcome = asked.unwrap_or(Err(Trouble::Silent));
        facts.push(Facts { url: url.as_str().to_owned(), transport, used, outcome });
    }
    facts
}

/// The ways that an address means. Browsers take UDP where it names none; TCP is tried too, because it is what helps
/// people whose firewall lets no UDP out.
fn ways(url: &TurnUrl) -> impl Iterator<Item = (&TurnUrl, Transport, bool)> {
    let beside = url.transport == Transport::Udp && !url.as_str().contains('?');
    let used = std::iter::once((url, url.transport, true));
    used.chain(beside.then_some((url, Transport::Tcp, false)))
}

pub(super) fn judge(facts: &[Facts]) -> Vec<Finding> {
    facts.iter().map(judge_way).collect()
}

fn judge_way(facts: &Facts) -> Finding {
    let Facts { url, transport, used, outcome } = facts;
    let by = match transport {
        Transport::Udp => "UDP",
        Transport::Tcp => "TCP",
        Transport::Tls => "TLS",
    };
    let trouble = match outcome {
        Ok(Relayed { seen_as, address }) if *used => {
            return Finding::ok(
                CHECK,
                format!("{url} relays by {by} from {address}, and sees this machine as {seen_as}"),
            );
        }
        Ok(_) => {
            let found = format!("{url} would relay by {by} too, but browsers are not told");
            return Finding::warn(CHECK, found, format!("Add \"{url}?transport=tcp\" to turn.urls."));
        }
        Err(trouble) => trouble,
    };
    let (what, advice) = explain(trouble, by);
    let found = format!("{url} by {by}: {what}");
    if *used { Finding::fail(CHECK, found, advice) } else { Finding::warn(CHECK, found, advice) }
}

/// What happened, and what to do.
fn explain(trouble: &Trouble, by: &str) -> (String, String) {
    match trouble {
        Trouble::Unknown(why) => {
            (format!("its name cannot be found: {why}"), "Correct turn.urls or the DNS.".to_owned())
        }
        Trouble::Unreachable(why) => (
            format!("it cannot be reached: {why}"),
            format!("Start the relay, and open its port for {by} in its firewall."),
        ),
        Trouble::Distrusted(why) => (
            format!("its certificate is refused: {why}"),
            "Give it a certificate for its name, with the whole chain.".to_owned(),
        ),
        Trouble::Silent => {
            ("it does not answer".to_owned(), format!("Start the relay, and open its port for {by} in its firewall."))
        }
        Trouble::Stranger(why) => (format!("what answers there is no relay: {why}"), "Correct turn.urls.".to_owned()),
        Trouble::Refused(401, _) => (
            "it does not accept our secret".to_owned(),
            "Give it turn.secret as static-auth-secret with use-auth-secret (coturn), and set both machines' clocks."
                .to_owned(),
        ),
        Trouble::Refused(486 | 508, reason) => (
            format!("it has no room: {reason}"),
            "Raise its quotas (user-quota, total-quota) or its range of ports (min-port, max-port).".to_owned(),
        ),
        Trouble::Refused(code, reason) => {
            (format!("it refuses with {code} {reason}"), "See the relay's log for the reason.".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::Verdict;
    use super::super::report::check;
    use super::*;

    fn judged(transport: Transport, used: bool, outcome: Result<Relayed, Trouble>) -> Vec<Finding> {
        judge(&[Facts { url: "turn:turn.example.org".to_owned(), transport, used, outcome }])
    }

    #[test]
    fn udp_and_tcp_are_tried_where_the_address_names_neither() {
        let tried = |text: &str| {
            let url = TurnUrl::parse(text).unwrap();
            ways(&url).map(|(_, transport, used)| (transport, used)).collect::<Vec<_>>()
        };
        assert_eq!(tried("turn:turn.example.org"), [(Transport::Udp, true), (Transport::Tcp, false)]);
        assert_eq!(tried("turn:turn.example.org?transport=udp"), [(Transport::Udp, true)]);
        assert_eq!(tried("turn:turn.example.org?transport=tcp"), [(Transport::Tcp, true)]);
        assert_eq!(tried("turns:turn.example.org"), [(Transport::Tls, true)]);
    }

    #[test]
    fn what_a_relay_says_becomes_what_to_do() {
        let address = SocketAddr::from(([192, 0, 2, 1], 49_152));
        let good = Ok(Relayed { seen_as: address, address });
        check(judged(Transport::Udp, true, good.clone()), &[(Verdict::Ok, "relays by UDP from 192.0.2.1:49152")]);
        check(judged(Transport::Tcp, false, good), &[(Verdict::Warn, "turn:turn.example.org?transport=tcp")]);
        check(judged(Transport::Udp, true, Err(Trouble::Silent)), &[(Verdict::Fail, "open its port for UDP")]);
        check(judged(Transport::Tcp, false, Err(Trouble::Silent)), &[(Verdict::Warn, "open its port for TCP")]);
        let refused = |code| Err(Trouble::Refused(code, "No".to_owned()));
        check(judged(Transport::Tls, true, refused(401)), &[(Verdict::Fail, "static-auth-secret")]);
        check(judged(Transport::Tls, true, refused(486)), &[(Verdict::Fail, "user-quota")]);
        check(judged(Transport::Tls, true, refused(403)), &[(Verdict::Fail, "refuses with 403 No")]);
        let distrusted = Err(Trouble::Distrusted("unknown issuer".to_owned()));
        check(judged(Transport::Tls, true, distrusted), &[(Verdict::Fail, "whole chain")]);
    }
}
