//! A short talk with a relay: who am I (a STUN binding), relay for me (a TURN allocation), no, never mind.
//!
//! The messages are made and understood by `turn-client-proto`, which like our rooms never touches a socket.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::wire::IceServer;
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::pki_types::ServerName;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::UdpSocket;
use tokio::net::lookup_host;
use tokio_rustls::TlsConnector;
use turn_client_proto::api::Transmit;
use turn_client_proto::api::TurnClientApi;
use turn_client_proto::api::TurnConfig;
use turn_client_proto::api::TurnEvent;
use turn_client_proto::api::TurnPollRet;
use turn_client_proto::client::TurnClient;
use turn_client_proto::stun::Instant;
use turn_client_proto::tcp::TurnClientTcp;
use turn_client_proto::types::TurnCredentials;
use turn_client_proto::types::stun::attribute::ErrorCode;
use turn_client_proto::types::stun::attribute::XorMappedAddress;
use turn_client_proto::types::stun::message::BINDING;
use turn_client_proto::types::stun::message::Message;
use turn_client_proto::types::stun::message::MessageClass;
use turn_client_proto::types::stun::message::MessageHeader;
use turn_client_proto::types::stun::message::MessageWriteVec;
use turn_client_proto::types::stun::message::StunParseError;
use turn_client_proto::types::stun::prelude::MessageWrite;
use turn_client_proto::udp::TurnClientUdp;

use super::Relayed;
use super::Trouble;
use crate::clock;
use crate::turn::Transport;
use crate::turn::TurnUrl;

/// How often a question is asked by UDP, and how long an answer is waited for.
const TRIES: usize = 4;
const WAIT: Duration = Duration::from_millis(500);

/// The most octets of a message.
const MOST: usize = 2048;

/// Asks a relay for everything that a browser would.
pub(super) async fn ask(url: &TurnUrl, transport: Transport, access: &IceServer) -> Result<Relayed, Trouble> {
    let mut way = Way::open(url, transport).await?;
    let seen_as = way.bind().await?;
    let address = way.allocate(access).await?;
    Ok(Relayed { seen_as, address })
}

/// The way to a relay.
struct Way {
    local: SocketAddr,
    remote: SocketAddr,
    line: Line,
}

enum Line {
    Datagrams(UdpSocket),
    /// A stream, and what came of the next message.
    Stream(Box<dyn Stream>, Vec<u8>),
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn unreachable(error: io::Error) -> Trouble {
    Trouble::Unreachable(error.to_string())
}

impl Way {
    async fn open(url: &TurnUrl, transport: Transport) -> Result<Self, Trouble> {
        let found = lookup_host((url.host.as_str(), url.port)).await;
        let remote = found.map_err(|error| Trouble::Unknown(error.to_string()))?.next();
        let remote = remote.ok_or_else(|| Trouble::Unknown("it has no address".to_owned()))?;
        if transport == Transport::Udp {
            let any = SocketAddr::new(if remote.is_ipv4() { [0; 4].into() } else { [0_u16; 8].into() }, 0);
            let socket = UdpSocket::bind(any).await.map_err(unreachable)?;
            socket.connect(remote).await.map_err(unreachable)?;
            let local = socket.local_addr().map_err(unreachable)?;
            return Ok(Self { local, remote, line: Line::Datagrams(socket) });
        }
        let stream = TcpStream::connect(remote).await.map_err(unreachable)?;
        let local = stream.local_addr().map_err(unreachable)?;
        let stream: Box<dyn Stream> =
            if transport == Transport::Tls { Box::new(encrypt(url, stream).await?) } else { Box::new(stream) };
        Ok(Self { local, remote, line: Line::Stream(stream, Vec::new()) })
    }

    /// Asks as whom the relay sees us.
    async fn bind(&mut self) -> Result<SocketAddr, Trouble> {
        let request = Message::builder_request(BINDING, MessageWriteVec::new()).finish();
        for _ in 0..TRIES {
            self.send(&request).await?;
            let Ok(answer) = tokio::time::timeout(WAIT, self.receive()).await else { continue };
            let answer = answer?;
            let message = Message::from_bytes(&answer).map_err(|error| Trouble::Stranger(error.to_string()))?;
            if message.has_class(MessageClass::Error) {
                return Err(refusal(&message).unwrap_or(Trouble::Silent));
            }
            let address = message.attribute::<XorMappedAddress>();
            let address = address.map_err(|error| Trouble::Stranger(error.to_string()))?;
            return Ok(address.addr(message.transaction_id()));
        }
        Err(Trouble::Silent)
    }

    /// Has the relay give us an address, and gives it back.
    async fn allocate(&mut self, access: &IceServer) -> Result<SocketAddr, Trouble> {
        let config = TurnConfig::new(TurnCredentials::new(&access.username, &access.credential));
        let mut client: TurnClient = match self.line {
            Line::Datagrams(_) => TurnClientUdp::allocate(self.local, self.remote, config).into(),
            Line::Stream(..) => TurnClientTcp::allocate(self.local, self.remote, config).into(),
        };
        let began = clock::monotonic();
        let now = || {
            let nanos = clock::monotonic().duration_since(began).as_nanos();
            Instant::from_nanos(i64::try_from(nanos).unwrap_or(i64::MAX))
        };
        let mut refused = None;
        loop {
            let next = client.poll(now());
            self.flush(&mut client, now()).await?;
            match client.poll_event() {
                Some(TurnEvent::AllocationCreated(_, address)) => {
                    // A relay that forgets by itself is no reason to complain.
                    let _ = client.delete(now());
                    self.flush(&mut client, now()).await?;
                    return Ok(address);
                }
                Some(TurnEvent::AllocationCreateFailed(_)) => return Err(refused.unwrap_or(Trouble::Silent)),
                Some(_) => continue,
                None => {}
            }
            let TurnPollRet::WaitUntil(at) = next else { return Err(refused.unwrap_or(Trouble::Silent)) };
            let left = at.duration_since(now()).min(WAIT);
            let Ok(answer) = tokio::time::timeout(left, self.receive()).await else { continue };
            let answer = answer?;
            let again = Message::from_bytes(&answer).ok().as_ref().and_then(refusal);
            // The first question is asked without a proof, to be told what to prove; the client would go on for ever.
            if let (Some(Trouble::Refused(401, _)), Some(why @ Trouble::Refused(401, _))) = (&refused, &again) {
                return Err(why.clone());
            }
            refused = again.or(refused);
            let transport = client.transport();
            client.recv(Transmit::new(answer, transport, self.remote, self.local), now());
        }
    }

    async fn flush(&mut self, client: &mut TurnClient, now: Instant) -> Result<(), Trouble> {
        while let Some(transmit) = client.poll_transmit(now) {
            self.send(&transmit.data).await?;
        }
        Ok(())
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let sent = match &mut self.line {
            Line::Datagrams(socket) => socket.send(bytes).await.map(drop),
            Line::Stream(stream, _) => stream.write_all(bytes).await,
        };
        sent.map_err(unreachable)
    }

    /// The next whole message. Nothing is lost when the wait is given up.
    async fn receive(&mut self) -> Result<Vec<u8>, Trouble> {
        match &mut self.line {
            Line::Datagrams(socket) => {
                let mut bytes = vec![0; MOST];
                let octets = socket.recv(&mut bytes).await.map_err(unreachable)?;
                bytes.truncate(octets);
                Ok(bytes)
            }
            Line::Stream(stream, begun) => loop {
                if let Some(message) = cut(begun)? {
                    return Ok(message);
                }
                if stream.read_buf(begun).await.map_err(unreachable)? == 0 {
                    return Err(Trouble::Unreachable("it closes the connection".to_owned()));
                }
            },
        }
    }
}

/// Takes the first message off what came on a stream, once it is whole.
fn cut(begun: &mut Vec<u8>) -> Result<Option<Vec<u8>>, Trouble> {
    match MessageHeader::from_bytes(begun) {
        Ok(header) => {
            let octets = MessageHeader::LENGTH + usize::from(header.data_length());
            Ok((begun.len() >= octets).then(|| begun.drain(..octets).collect()))
        }
        Err(StunParseError::Truncated { .. }) => Ok(None),
        Err(error) => Err(Trouble::Stranger(error.to_string())),
    }
}

/// What an answer refuses, if it does.
fn refusal(message: &Message<'_>) -> Option<Trouble> {
    let error = message.attribute::<ErrorCode>().ok()?;
    Some(Trouble::Refused(error.code(), error.reason().to_owned()))
}

/// Wraps a stream to the relay into TLS, with the trust that browsers have.
async fn encrypt(url: &TurnUrl, stream: TcpStream) -> Result<impl Stream + use<>, Trouble> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(url.host.clone()).map_err(|error| Trouble::Unknown(error.to_string()))?;
    let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    connected.map_err(|error| Trouble::Distrusted(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_on_a_stream_are_cut_where_they_end() {
        let message = Message::builder_request(BINDING, MessageWriteVec::new()).finish();
        let mut begun = Vec::new();
        for octet in &message {
            assert_eq!(cut(&mut begun), Ok(None));
            begun.push(*octet);
        }
        begun.extend(&message);
        assert_eq!(cut(&mut begun), Ok(Some(message.clone())));
        assert_eq!(cut(&mut begun), Ok(Some(message)));
        assert_eq!(cut(&mut begun), Ok(None));
        begun.extend(b"HTTP/1.1 400 Bad Request");
        assert!(matches!(cut(&mut begun), Err(Trouble::Stranger(_))));
    }
}
