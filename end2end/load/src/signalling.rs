//! The signalling half of a participant, in the words of docs/PROTOCOL.md.

use std::pin::pin;
use std::time::Duration;

use anyhow::Context;
use anyhow::bail;
use domain::MeetingId;
use domain::ParticipantId;
use domain::meeting::MeetingPassword;
use domain::text::DisplayName;
use domain::wire::ClientMessage;
use domain::wire::Hello;
use domain::wire::Offer;
use domain::wire::PROTOCOL;
use domain::wire::Publishing;
use domain::wire::ServerMessage;
use domain::wire::Wish;
use futures::FutureExt;
use futures::SinkExt;
use futures::StreamExt;
use tokio::net::TcpStream;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// How long the server may take for one step.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where to meet.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// `ws://host:port`.
    pub(crate) url: String,
    pub(crate) meeting: MeetingId,
    pub(crate) password: Option<MeetingPassword>,
}

/// An open signalling connection.
pub(crate) struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) you: ParticipantId,
}

impl Line {
    /// Comes in under a name.
    pub(crate) async fn open(place: &Place, name: &str) -> anyhow::Result<Self> {
        let mut request = format!("{}/ws/{}", place.url, place.meeting).into_client_request()?;
        // Browsers say where their page is from, and the server may insist on that.
        let origin = place.url.replacen("ws", "http", 1);
        request.headers_mut().insert("origin", origin.parse()?);
        let (mut socket, _) = connect_async(request).await.with_context(|| place.url.clone())?;
        let name = DisplayName::parse(name)?;
        let hello = Hello { protocol: PROTOCOL, name, password: place.password.clone(), resume: None };
        send(&mut socket, &ClientMessage::Hello(hello)).await?;
        let you = loop {
            let message = next(&mut socket).await?;
            if let ServerMessage::Welcome { you, room, .. } = message {
                if room.participants.iter().any(|participant| participant.id == you && !participant.media) {
                    bail!(
                        "all {} seats for sound and picture are taken: give the meeting more",
                        room.settings.capacity
                    );
                }
                break you;
            }
            if matches!(message, ServerMessage::Waiting { .. }) {
                bail!("the meeting has not begun: let attendees start it");
            }
        };
        Ok(Self { socket, you })
    }

    /// Has an offer answered.
    pub(crate) async fn offer(&mut self, offer: Offer) -> anyhow::Result<String> {
        let id = offer.id;
        send(&mut self.socket, &ClientMessage::Offer(offer)).await?;
        loop {
            if let ServerMessage::Answer { id: answered, sdp } = next(&mut self.socket).await?
                && answered == id
            {
                return Ok(sdp);
            }
        }
    }

    pub(crate) async fn publish(&mut self, publishing: Publishing) -> anyhow::Result<()> {
        send(&mut self.socket, &ClientMessage::Publish(publishing)).await
    }

    pub(crate) async fn want(&mut self, wishes: Vec<Wish>) -> anyhow::Result<()> {
        send(&mut self.socket, &ClientMessage::Want { wishes }).await
    }

    /// Keeps the connection alive and reads, to throw away, what the server says; says goodbye on `leave`, and waits
    /// for the server to close: a socket that is closed with something unread takes the goodbye back.
    pub(crate) async fn hold(mut self, leave: impl Future<Output = ()>) {
        let mut pulse = tokio::time::interval(PATIENCE);
        let mut leave = pin!(leave.fuse());
        loop {
            let open = tokio::select! {
                _ = pulse.tick() => send(&mut self.socket, &ClientMessage::Ping).await.is_ok(),
                message = self.socket.next() => matches!(message, Some(Ok(_))),
                () = &mut leave => send(&mut self.socket, &ClientMessage::Leave).await.is_ok(),
            };
            if !open {
                return;
            }
        }
    }
}

async fn send(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>, message: &ClientMessage) -> anyhow::Result<()> {
    socket.send(Message::text(serde_json::to_string(message)?)).await?;
    Ok(())
}

/// The next message that is not a refusal.
async fn next(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> anyhow::Result<ServerMessage> {
    loop {
        let frame = tokio::time::timeout(PATIENCE, socket.next()).await.context("the server is silent")?;
        let Message::Text(text) = frame.context("the server hung up")?? else { continue };
        let message: ServerMessage = serde_json::from_str(&text)?;
        if let ServerMessage::Error { error, .. } | ServerMessage::Bye { reason: error } = message {
            bail!(error);
        }
        return Ok(message);
    }
}
