//! Where sound and picture go.

use std::net::IpAddr;

use super::Error;
use super::keys::Keys;

/// What somebody sends must be taken to every worker of a meeting, which pays only when many are there to receive it.
const SEATS_PER_WORKER: usize = 100;

/// Where sound and picture go.
#[derive(Clone, Debug)]
pub struct Media {
    /// The address of the sockets; all of this machine if not set.
    pub listen: Option<IpAddr>,
    /// The addresses that browsers are told; those of the machine if empty.
    pub advertise: Vec<IpAddr>,
    /// The UDP port of the first worker; each further worker has the next one. 0 takes any.
    pub first_port: u16,
    /// Whether the same ports are served by TCP as well, for networks that let no UDP out.
    pub tcp: bool,
    /// Workers, each on its own port; as many as the machine has cores if not set.
    pub workers: Option<usize>,
    /// How many people of one meeting a worker takes before the meeting is spread over another one.
    pub seats_per_worker: usize,
}

pub(super) fn read(keys: &mut Keys) -> Result<Media, Error> {
    let listen = keys.ip("media.listen")?;
    let advertise = keys.ips("media.advertise")?;
    for address in &advertise {
        reachable(listen, *address).map_err(|why| Error::value("media.advertise", &address.to_string(), why))?;
    }
    Ok(Media {
        listen,
        advertise,
        first_port: keys.number("media.first_port", 0, 65_000)?.unwrap_or(40_000),
        tcp: keys.switch("media.tcp")?.unwrap_or(true),
        workers: keys.number("media.workers", 1, 256)?.map(usize::from),
        seats_per_worker: keys.number("media.seats_per_worker", 1, 10_000)?.map_or(SEATS_PER_WORKER, usize::from),
    })
}

/// Whether anybody can send to `address` and be heard by sockets on `listen`: `::` takes both families, any other
/// address its own.
fn reachable(listen: Option<IpAddr>, address: IpAddr) -> Result<(), String> {
    if address.is_unspecified() || address.is_multicast() {
        return Err(format!("nobody can send to {address}"));
    }
    match listen {
        Some(listen) if listen.is_ipv4() != address.is_ipv4() && !(listen.is_ipv6() && listen.is_unspecified()) => {
            Err(format!("media.listen = {listen} does not hear what is sent to {address}"))
        }
        Some(_) | None => Ok(()),
    }
}
