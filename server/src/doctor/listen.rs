//! The ports of pages and signalling: free, or held by a serving Confab.

use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::time::Duration;

use reqwest::tls::TlsInfo;

use super::report::Finding;
use crate::config::Config;
use crate::http::HALTED;
use crate::http::WELL;

const LISTEN: &str = "listen";
const REDIRECT: &str = "tls.redirect_from";

/// How long whoever holds the port may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who has the port.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// Nobody.
    Nobody,
    /// A serving Confab, with this certificate (DER) where it has one.
    Confab(Option<Vec<u8>>),
    /// A serving Confab that saves nothing any more.
    Halted,
    /// Something else.
    Somebody,
    /// This user or machine may not have it.
    Refused(io::ErrorKind, String),
}

impl Holder {
    pub(super) fn is_confab(&self) -> bool {
        matches!(self, Self::Confab(_) | Self::Halted)
    }

    /// The certificate that a serving Confab shows.
    pub(super) fn certificate(&self) -> Option<&[u8]> {
        match self {
            Self::Confab(certificate) => certificate.as_deref(),
            Self::Nobody | Self::Halted | Self::Somebody | Self::Refused(..) => None,
        }
    }
}

pub(super) async fn probe(config: &Config) -> Holder {
    match held(config.listen) {
        Holder::Somebody => ask(config).await.unwrap_or(Holder::Somebody),
        other => other,
    }
}

pub(super) fn probe_redirect(config: &Config) -> Option<(SocketAddr, Holder)> {
    let from = config.tls.as_ref()?.redirect_from?;
    Some((from, held(from)))
}

fn held(address: SocketAddr) -> Holder {
    match TcpListener::bind(address) {
        Ok(_) => Holder::Nobody,
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Holder::Somebody,
        Err(error) => Holder::Refused(error.kind(), error.to_string()),
    }
}

/// Asks whoever holds the port whether they are well; `None` if they do not answer as Confab does.
async fn ask(config: &Config) -> Option<Holder> {
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let address = SocketAddr::new(near(config.listen.ip()), config.listen.port());
    // Which certificate it is decides another check, so any will do here.
    let client = reqwest::Client::builder()
        .no_proxy()
        .danger_accept_invalid_certs(true)
        .tls_info(true)
        .timeout(PATIENCE)
        .build()
        .ok()?;
    let answer = client.get(format!("{scheme}://{address}/healthz")).send().await.ok()?;
    let certificate = answer.extensions().get::<TlsInfo>().and_then(|info| Some(info.peer_certificate()?.to_vec()));
    match answer.text().await.ok()?.as_str() {
        WELL => Some(Holder::Confab(certificate)),
        HALTED => Some(Holder::Halted),
        _ => None,
    }
}

/// An address by which sockets on `listen` are reached from this machine.
fn near(listen: IpAddr) -> IpAddr {
    match listen {
        IpAddr::V4(v4) if v4.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(v6) if v6.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    }
}

pub(super) fn judge(holder: &Holder, listen: SocketAddr) -> Finding {
    match holder {
        Holder::Nobody => Finding::ok(LISTEN, format!("{listen} is free, no Confab is serving there")),
        Holder::Confab(_) => Finding::ok(LISTEN, format!("Confab is serving at {listen}")),
        Holder::Halted => Finding::fail(
            LISTEN,
            format!("Confab is serving at {listen}, and saves nothing since the disk refused it"),
            "Make room on the disk, and Confab comes back by itself.",
        ),
        Holder::Somebody => Finding::fail(
            LISTEN,
            format!("another program has {listen}, or a Confab that does not answer"),
            format!("See who it is with `ss -ltnp sport = :{}` and end it, or choose another port.", listen.port()),
        ),
        Holder::Refused(kind, why) => refused(LISTEN, listen, *kind, why),
    }
}

pub(super) fn judge_redirect(redirect: Option<(SocketAddr, Holder)>, serving: bool) -> Option<Finding> {
    let (from, holder) = redirect?;
    Some(match holder {
        Holder::Nobody => Finding::ok(REDIRECT, format!("{from} is free")),
        _ if serving => Finding::ok(REDIRECT, format!("{from} is in use, as it should be while Confab serves")),
        Holder::Refused(kind, why) => refused(REDIRECT, from, kind, &why),
        Holder::Confab(_) | Holder::Halted | Holder::Somebody => Finding::fail(
            REDIRECT,
            format!("another program has {from}"),
            format!("See who it is with `ss -ltnp sport = :{}` and end it, or leave the key out.", from.port()),
        ),
    })
}

fn refused(check: &'static str, address: SocketAddr, kind: io::ErrorKind, why: &str) -> Finding {
    let advice = match kind {
        io::ErrorKind::PermissionDenied => {
            "Ports below 1024 need rights: AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit, or a port above."
        }
        io::ErrorKind::AddrNotAvailable => "This machine has no such address: see `ip address`.",
        _ => "Choose another address or port.",
    };
    Finding::fail(check, format!("{address} cannot be had: {why}"), advice)
}

#[cfg(test)]
mod tests {
    use super::super::report::Verdict;
    use super::super::report::check;
    use super::*;

    #[test]
    fn the_port_is_free_or_ours() {
        let at = SocketAddr::from(([127, 0, 0, 1], 443));
        check([judge(&Holder::Nobody, at)], &[(Verdict::Ok, "free")]);
        check([judge(&Holder::Confab(None), at)], &[(Verdict::Ok, "serving")]);
        check([judge(&Holder::Halted, at)], &[(Verdict::Fail, "by itself")]);
        check([judge(&Holder::Somebody, at)], &[(Verdict::Fail, "sport = :443")]);
        let refused = |kind| judge(&Holder::Refused(kind, "no".to_owned()), at);
        check([refused(io::ErrorKind::PermissionDenied)], &[(Verdict::Fail, "CAP_NET_BIND_SERVICE")]);
        check([refused(io::ErrorKind::AddrNotAvailable)], &[(Verdict::Fail, "ip address")]);
    }

    #[test]
    fn the_redirect_is_ours_only_while_we_serve() {
        let at = SocketAddr::from(([0, 0, 0, 0], 80));
        check(judge_redirect(None, false), &[]);
        check(judge_redirect(Some((at, Holder::Nobody)), false), &[(Verdict::Ok, "free")]);
        check(judge_redirect(Some((at, Holder::Somebody)), true), &[(Verdict::Ok, "as it should be")]);
        check(judge_redirect(Some((at, Holder::Somebody)), false), &[(Verdict::Fail, "another program")]);
    }

    #[test]
    fn all_addresses_are_asked_over_loopback() {
        for (listen, asked) in [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("192.0.2.1", "192.0.2.1")] {
            assert_eq!(near(listen.parse().unwrap()).to_string(), asked);
        }
    }
}
