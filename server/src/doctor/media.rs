//! The ports of sound and picture, and what the kernel keeps for them.

use std::fmt;
use std::io;
use std::net::TcpListener;
use std::net::UdpSocket;

use super::report::Finding;
use crate::config;
use crate::media::Buffers;
use crate::media::MediaConfig;
use crate::media::buffers;

const PORTS: &str = "media ports";
const BUFFERS: &str = "media buffers";

/// The ports and their buffers.
#[derive(Debug)]
pub(super) struct Facts {
    ports: Vec<Port>,
    buffers: Result<Buffers, String>,
}

#[derive(Debug)]
struct Port {
    way: Way,
    number: u16,
    /// Why it cannot be had.
    refused: Option<(io::ErrorKind, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Udp,
    Tcp,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
        })
    }
}

pub(super) fn probe(decided: &config::Media) -> Facts {
    let MediaConfig { bind, first_port, tcp, workers, .. } = MediaConfig::of(decided);
    let workers = if first_port == 0 { 1 } else { u16::try_from(workers).unwrap_or(u16::MAX) };
    let port = |way, number| {
        let refused = match way {
            Way::Udp => UdpSocket::bind((bind, number)).err(),
            Way::Tcp => TcpListener::bind((bind, number)).err(),
        };
        Port { way, number, refused: refused.map(|error| (error.kind(), error.to_string())) }
    };
    let ways: &[Way] = if tcp { &[Way::Udp, Way::Tcp] } else { &[Way::Udp] };
    let numbers = |way: &Way| (0..workers).map(|offset| (*way, first_port.saturating_add(offset))).collect::<Vec<_>>();
    let ports = ways.iter().flat_map(numbers).map(|(way, number)| port(way, number)).collect();
    Facts { ports, buffers: buffers(bind).map_err(|error| error.to_string()) }
}

pub(super) fn judge(facts: &Facts, serving: bool) -> Vec<Finding> {
    let mut findings = vec![judge_ports(&facts.ports, serving)];
    findings.extend(facts.buffers.iter().map(judge_buffers));
    findings
}

fn judge_ports(ports: &[Port], serving: bool) -> Finding {
    let range = range(ports);
    let refused = || ports.iter().filter_map(|port| Some((port, port.refused.as_ref()?)));
    let in_use = |(_, (kind, _)): &(&Port, &(io::ErrorKind, String))| *kind == io::ErrorKind::AddrInUse;
    if let Some((Port { way, number, .. }, (_, why))) = refused().find(|port| !in_use(port)) {
        let advice = "Set media.listen to an address of this machine, or to none for all of them.";
        return Finding::fail(PORTS, format!("{way} {number} cannot be had: {why}"), advice);
    }
    let taken = refused().count();
    match (ports, taken) {
        ([Port { number: 0, .. }, ..], _) => Finding::warn(
            PORTS,
            "the system chooses other ports at each start",
            "Set media.first_port, so that the firewall can be opened for them.",
        ),
        (_, 0) if !serving => Finding::ok(PORTS, format!("{range} can be had; open them in the firewall")),
        (_, taken) if serving && taken == ports.len() => {
            Finding::ok(PORTS, format!("{range} are in use, as they should be while Confab serves"))
        }
        (_, _) if serving => Finding::fail(
            PORTS,
            format!("of {range} only {taken} are in use, though Confab is serving"),
            "Restart it: it was started with another media.first_port or media.workers.",
        ),
        (_, _) => {
            let taken: Vec<String> = refused().map(|(Port { way, number, .. }, _)| format!("{way} {number}")).collect();
            let found = format!("another program has {}", taken.join(", "));
            Finding::fail(
                PORTS,
                found,
                "See who it is with `ss -lntup` and end it, or choose another media.first_port.",
            )
        }
    }
}

fn range(ports: &[Port]) -> String {
    let ways = if ports.iter().any(|port| port.way == Way::Tcp) { "UDP and TCP" } else { "UDP" };
    match (ports.first(), ports.last()) {
        (Some(first), Some(last)) if first.number != last.number => {
            format!("{ways} {} to {}", first.number, last.number)
        }
        (Some(only), _) => format!("{ways} {}", only.number),
        (None, _) => "no port".to_owned(),
    }
}

fn judge_buffers(buffers: &Buffers) -> Finding {
    let Buffers { wanted, receive, send } = *buffers;
    let kib = |octets: usize| format!("{} KiB", octets / 1024);
    let scarce: Vec<String> = [("rmem_max", receive), ("wmem_max", send)]
        .into_iter()
        .filter(|(_, granted)| *granted < wanted)
        .map(|(name, _)| format!("net.core.{name}={wanted}"))
        .collect();
    if scarce.is_empty() {
        return Finding::ok(BUFFERS, format!("the kernel grants {} for each direction", kib(wanted)));
    }
    let found =
        format!("of {} the kernel grants {} for receiving and {} for sending", kib(wanted), kib(receive), kib(send));
    let advice = format!(
        "Under load packets are lost. Write {} into /etc/sysctl.d/confab.conf, run `sysctl --system`, restart Confab.",
        scarce.join(" and ")
    );
    Finding::warn(BUFFERS, found, advice)
}

#[cfg(test)]
mod tests {
    use super::super::report::Verdict;
    use super::super::report::check;
    use super::*;

    fn ports(refused: &[Option<io::ErrorKind>]) -> Vec<Port> {
        let numbers = 40_000..;
        let port = |(number, kind): (u16, &Option<io::ErrorKind>)| Port {
            way: Way::Udp,
            number,
            refused: kind.map(|kind| (kind, "no".to_owned())),
        };
        numbers.zip(refused).map(port).collect()
    }

    #[test]
    fn ports_are_free_or_all_in_use_by_us() {
        let taken = Some(io::ErrorKind::AddrInUse);
        let foreign = Some(io::ErrorKind::AddrNotAvailable);
        let judged = |refused: &[Option<io::ErrorKind>], serving| [judge_ports(&ports(refused), serving)];
        check(judged(&[None, None], false), &[(Verdict::Ok, "UDP 40000 to 40001 can be had")]);
        check(judged(&[None], false), &[(Verdict::Ok, "UDP 40000 can")]);
        check(judged(&[taken, taken], true), &[(Verdict::Ok, "as they should be")]);
        check(judged(&[taken, None], true), &[(Verdict::Fail, "only 1 are in use")]);
        check(judged(&[None, taken], false), &[(Verdict::Fail, "another program has UDP 40001")]);
        check(judged(&[foreign], true), &[(Verdict::Fail, "media.listen")]);
        let any = Port { way: Way::Udp, number: 0, refused: None };
        check([judge_ports(&[any], true)], &[(Verdict::Warn, "media.first_port")]);
        let mut both = ports(&[None, None]);
        both.extend(ports(&[None, taken]).into_iter().map(|port| Port { way: Way::Tcp, ..port }));
        check([judge_ports(&both, false)], &[(Verdict::Fail, "another program has TCP 40001")]);
        both.iter_mut().for_each(|port| port.refused = None);
        check([judge_ports(&both, false)], &[(Verdict::Ok, "UDP and TCP 40000 to 40001 can be had")]);
    }

    #[test]
    fn small_buffers_are_a_warning_that_names_the_knob() {
        let judged = |receive, send| [judge_buffers(&Buffers { wanted: 4 << 20, receive, send })];
        check(judged(4 << 20, 8 << 20), &[(Verdict::Ok, "4096 KiB")]);
        check(judged(208 << 10, 4 << 20), &[(Verdict::Warn, "net.core.rmem_max=4194304 into")]);
        check(judged(208 << 10, 208 << 10), &[(Verdict::Warn, "net.core.wmem_max=4194304 into")]);
    }
}
