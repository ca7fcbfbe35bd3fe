//! The addresses that answers name.

use std::net::SocketAddr;

use str0m::Candidate;
use str0m::net::TcpType;

use crate::Error;

/// The addresses of a unit.
#[derive(Debug)]
pub(crate) struct Candidates {
    /// Where datagrams come to.
    pub(crate) udp: Vec<Candidate>,
    /// Lines of a description for the addresses at which a bridge takes them over TCP. str0m never hears of these: what
    /// comes over a bridge comes to it by UDP.
    tcp: String,
}

impl Candidates {
    /// # Errors
    /// [`Error::BadAddress`] for what cannot be advertised.
    pub(crate) fn new(udp: &[SocketAddr], tcp: &[SocketAddr]) -> Result<Self, Error> {
        let bad = |address: &SocketAddr| Error::BadAddress(*address);
        let host = |address: &SocketAddr| Candidate::host(*address, "udp").map_err(|_| bad(address));
        let passive = |address: &SocketAddr| {
            let candidate = Candidate::builder().tcp().host(*address).tcptype(TcpType::Passive).build();
            candidate.map(|candidate| format!("a={candidate}\r\n")).map_err(|_| bad(address))
        };
        Ok(Self {
            udp: udp.iter().map(host).collect::<Result<_, _>>()?,
            tcp: tcp.iter().map(passive).collect::<Result<_, _>>()?,
        })
    }

    /// Names the addresses for TCP in an answer, behind the others.
    pub(crate) fn complete(&self, answer: &str) -> String {
        let mut complete = String::with_capacity(answer.len().saturating_add(self.tcp.len()));
        let mut lines = answer.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            complete.push_str(line);
            let is_candidate = |line: &str| line.starts_with("a=candidate:");
            if is_candidate(line) && !lines.peek().is_some_and(|next| is_candidate(next)) {
                complete.push_str(&self.tcp);
            }
        }
        complete
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn those_for_tcp_stand_behind_the_others_in_every_section_and_count_less() {
        let udp = [address("192.0.2.1:40000"), address("[2001:db8::1]:40000")];
        let candidates = Candidates::new(&udp, &[address("192.0.2.1:40000")]).unwrap();
        let lines = |candidates: &Candidates| candidates.udp.iter().map(|c| format!("a={c}\r\n")).collect::<String>();
        let section = format!("m=audio 9\r\n{}a=end-of-candidates\r\n", lines(&candidates));
        let answer = candidates.complete(&format!("v=0\r\n{section}{section}"));
        let named: Vec<&str> = answer.lines().filter(|line| line.contains("tcptype passive")).collect();
        assert_eq!(named.len(), 2);
        assert_eq!(answer.lines().nth(4), named.first().copied());
        let priority = |line: &str| line.split(' ').nth(3).unwrap().parse::<u32>().unwrap();
        assert!(candidates.udp.iter().all(|c| c.prio() > priority(named[0])), "{answer}");
    }

    #[test]
    fn without_tcp_an_answer_stays_as_it_is() {
        let candidates = Candidates::new(&[address("192.0.2.1:40000")], &[]).unwrap();
        let answer = "v=0\r\na=candidate:1 1 udp 1 192.0.2.1 40000 typ host\r\n";
        assert_eq!(candidates.complete(answer), answer);
        assert!(Candidates::new(&[address("0.0.0.0:1")], &[]).is_err());
    }
}
