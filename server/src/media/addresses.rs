//! Under which addresses browsers find the media sockets.

use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::net::UdpSocket;

/// Addresses for documentation: nobody has them, so the way there is the way out.
const SOMEWHERE_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const SOMEWHERE_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));

/// All addresses of this machine: of both families, where the system knows both.
pub fn everywhere() -> IpAddr {
    match UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)) {
        Ok(_) => Ipv6Addr::UNSPECIFIED.into(),
        Err(_) => Ipv4Addr::UNSPECIFIED.into(),
    }
}

/// The addresses that browsers are told for sockets bound to `bind`: those that were `given`, or else the ones by
/// which this machine reaches the network, one of each family that the sockets serve, or loopback without a network.
pub fn advertised(bind: IpAddr, given: &[IpAddr]) -> Vec<IpAddr> {
    choose(bind, given, |somewhere| way_out(somewhere).ok())
}

fn choose(bind: IpAddr, given: &[IpAddr], way_out: impl Fn(IpAddr) -> Option<IpAddr>) -> Vec<IpAddr> {
    if !given.is_empty() {
        return given.to_vec();
    }
    if !bind.is_unspecified() {
        return vec![bind];
    }
    let served: &[IpAddr] = if bind.is_ipv6() { &[SOMEWHERE_V4, SOMEWHERE_V6] } else { &[SOMEWHERE_V4] };
    let found: Vec<IpAddr> = served.iter().filter_map(|somewhere| way_out(*somewhere)).filter(may_leave).collect();
    match (found.is_empty(), bind.is_ipv6()) {
        (false, _) => found,
        (true, true) => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        (true, false) => vec![Ipv4Addr::LOCALHOST.into()],
    }
}

/// Whether an address means anything beyond this machine's own wire.
fn may_leave(address: &IpAddr) -> bool {
    let link_local = match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !(link_local || address.is_loopback() || address.is_unspecified())
}

/// The address by which this machine would speak to `somewhere`. Connecting a UDP socket sends nothing; it makes the
/// system choose a route.
fn way_out(somewhere: IpAddr) -> io::Result<IpAddr> {
    let any: IpAddr = if somewhere.is_ipv6() { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect(SocketAddr::new(somewhere, 9))?;
    Ok(socket.local_addr()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// What is told where the ways out are these.
    fn check(bind: &str, given: &[&str], ways: &[&str], want: &[&str]) {
        let given: Vec<IpAddr> = given.iter().map(|text| ip(text)).collect();
        let way = |to: IpAddr| ways.iter().map(|text| ip(text)).find(|from| from.is_ipv4() == to.is_ipv4());
        let told: Vec<String> = choose(ip(bind), &given, way).iter().map(IpAddr::to_string).collect();
        assert_eq!(told, want, "{bind} {given:?} {ways:?}");
    }

    #[test]
    fn what_the_administrator_names_is_told_and_nothing_else() {
        check("::", &["203.0.113.1"], &["10.0.0.5", "2001:db8::5"], &["203.0.113.1"]);
        check("10.0.0.5", &["203.0.113.1", "10.0.0.5"], &["10.0.0.5"], &["203.0.113.1", "10.0.0.5"]);
        check("10.0.0.6", &[], &["10.0.0.5"], &["10.0.0.6"]);
        check("::1", &[], &["10.0.0.5"], &["::1"]);
    }

    #[test]
    fn both_families_are_told_where_the_machine_has_both() {
        check("::", &[], &["10.0.0.5", "2001:db8::5"], &["10.0.0.5", "2001:db8::5"]);
        check("::", &[], &["10.0.0.5"], &["10.0.0.5"]);
        check("::", &[], &["2001:db8::5"], &["2001:db8::5"]);
        check("0.0.0.0", &[], &["10.0.0.5", "2001:db8::5"], &["10.0.0.5"]);
    }

    #[test]
    fn without_a_network_the_machine_meets_itself() {
        check("::", &[], &[], &["127.0.0.1", "::1"]);
        check("::", &[], &["169.254.1.1", "fe80::1"], &["127.0.0.1", "::1"]);
        check("0.0.0.0", &[], &[], &["127.0.0.1"]);
    }
}
