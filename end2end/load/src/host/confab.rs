//! Confab's signalling, in the words of docs/PROTOCOL.md.

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
use domain::wire::ServerMessage;
use domain::wire::Source;
use domain::wire::TrackId;
use domain::wire::Wish;
use futures::SinkExt;
use futures::StreamExt;
use tokio::net::TcpStream;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::News;
use super::Sender;
use super::Visit;
use super::goodbye;

/// How long the server may take for one step.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where to meet.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// `ws://host:port`.
    pub(crate) url: String,
    /// One for each room of a run.
    pub(crate) meetings: Vec<MeetingId>,
    pub(crate) password: Option<MeetingPassword>,
}

/// Comes in, offers, looks at whoever sends, and stays.
pub(super) async fn visit(place: &Place, mut visit: Visit) -> anyhow::Result<()> {
    let mut line = Line::open(place, visit.room, &visit.name).await?;
    if let Some(offer) = visit.offer.take() {
        let sdp = line.offer(offer).await?;
        visit.tell(News::Answer { client: visit.client, sdp }).await?;
        line.say(&ClientMessage::Publish(visit.publishing)).await?;
        if visit.publishing.camera {
            let sender = Sender { room: visit.room, person: visit.person, id: line.you.to_string() };
            visit.tell(News::Sends(sender)).await?;
        }
    }
    line.hold(visit).await
}

/// An open signalling connection.
struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    you: ParticipantId,
}

impl Line {
    /// Comes in under a name.
    async fn open(place: &Place, room: usize, name: &str) -> anyhow::Result<Self> {
        let meeting = place.meetings.get(room).context("there are more rooms than meetings: name another --meeting")?;
        let mut request = format!("{}/ws/{meeting}", place.url).into_client_request()?;
        // Browsers say where their page is from, and the server may insist on that.
        let origin = place.url.replacen("ws", "http", 1);
        request.headers_mut().insert("origin", origin.parse()?);
        let (mut socket, _) = connect_async(request).await.with_context(|| place.url.clone())?;
        let name = DisplayName::parse(name)?;
        let password = place.password.clone();
        let hello = Hello { protocol: PROTOCOL, name, password, resume: None, hand_raised_at: None };
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
    async fn offer(&mut self, offer: Offer) -> anyhow::Result<String> {
        let id = offer.id;
        self.say(&ClientMessage::Offer(offer)).await?;
        loop {
            if let ServerMessage::Answer { id: answered, sdp } = next(&mut self.socket).await?
                && answered == id
            {
                return Ok(sdp);
            }
        }
    }

    async fn say(&mut self, message: &ClientMessage) -> anyhow::Result<()> {
        send(&mut self.socket, message).await
    }

    /// Looks at those who send, keeps the connection alive and reads what the server says. Says
    /// goodbye when told to leave, and waits for the server to close: a socket that is closed with something unread
    /// takes the goodbye back.
    async fn hold(mut self, mut visit: Visit) -> anyhow::Result<()> {
        let mut pulse = tokio::time::interval(PATIENCE);
        visit.senders.mark_changed();
        let mut leaves = false;
        loop {
            tokio::select! {
                _ = pulse.tick() => self.say(&ClientMessage::Ping).await?,
                message = self.socket.next() => match message {
                    Some(Ok(Message::Text(text))) => obey(&visit, &text).await?,
                    Some(Ok(_)) => {}
                    _ if leaves => return Ok(()),
                    _ => bail!("the server hung up"),
                },
                Ok(()) = visit.senders.changed(), if !leaves => {
                    let wishes = wishes(&visit)?;
                    self.say(&ClientMessage::Want { wishes }).await?;
                }
                word = goodbye(&mut visit.leave), if !leaves => {
                    if !word {
                        return Ok(());
                    }
                    leaves = true;
                    self.say(&ClientMessage::Leave).await?;
                }
            }
        }
    }
}

/// Does what the server says: sends of the camera what somebody looks at. All else is thrown away.
async fn obey(visit: &Visit, text: &str) -> anyhow::Result<()> {
    // Looked at before it is read: in a large meeting most of what is said is who came and who speaks.
    if visit.publishing.camera
        && text.starts_with(r#"{"type":"send""#)
        && let ServerMessage::Send { source: Source::Camera, layers } = serde_json::from_str(text)?
    {
        visit.tell(News::Watched { client: visit.client, layers }).await?;
    }
    Ok(())
}

/// What a visitor looks at: all others who send, as far as the slots go.
fn wishes(visit: &Visit) -> anyhow::Result<Vec<Wish>> {
    let others = visit.others(&visit.senders.borrow());
    let wish = |(slot, sender): (&String, Sender)| {
        let track = TrackId { participant: sender.id.parse()?, source: Source::Camera };
        Ok(Wish { slot: slot.clone(), track, max_height: visit.tile, priority: 1 })
    };
    visit.slots.iter().zip(others).map(wish).collect()
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
