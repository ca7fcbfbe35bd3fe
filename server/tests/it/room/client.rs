//! A participant who speaks the signalling, without a browser.

use std::net::SocketAddr;
use std::time::Duration;

use domain::ChatId;
use domain::MeetingId;
use domain::ParticipantId;
use domain::Problem;
use domain::id::ENTROPY;
use domain::text::ChatText;
use domain::text::DisplayName;
use domain::wire::ClientMessage;
use domain::wire::Event;
use domain::wire::Hello;
use domain::wire::IceServer;
use domain::wire::PROTOCOL;
use domain::wire::Room;
use domain::wire::ServerMessage;
use domain::wire::Update;
use futures::SinkExt;
use futures::StreamExt;
use tokio::net::TcpStream;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::Data;
use tokio_tungstenite::tungstenite::protocol::frame::coding::OpCode;

/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to a meeting's room.
pub(crate) struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What a welcome said.
pub(crate) struct Welcome {
    pub(crate) you: ParticipantId,
    pub(crate) resume: String,
    pub(crate) room: Room,
    pub(crate) ice_servers: Vec<IceServer>,
}

impl Client {
    /// Opens the socket and says nothing yet; `cookie` is of somebody who is signed in.
    pub(crate) async fn connect(addr: SocketAddr, meeting: &MeetingId, cookie: Option<&str>) -> Self {
        Self::try_connect(addr, meeting, cookie).await.unwrap()
    }

    /// The same, for when the server may not be there.
    pub(crate) async fn try_connect(
        addr: SocketAddr,
        meeting: &MeetingId,
        cookie: Option<&str>,
    ) -> Result<Self, tokio_tungstenite::tungstenite::Error> {
        let mut request = format!("ws://{addr}/ws/{meeting}").into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("origin", format!("http://{addr}").parse().unwrap());
        if let Some(cookie) = cookie {
            headers.insert("cookie", cookie.parse().unwrap());
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        Ok(Self { socket })
    }

    /// Comes in as somebody new and waits until welcomed.
    pub(crate) async fn enter(
        addr: SocketAddr,
        meeting: &MeetingId,
        name: &str,
        cookie: Option<&str>,
    ) -> (Self, Welcome) {
        let mut client = Self::connect(addr, meeting, cookie).await;
        client.say(&hello(name)).await;
        let welcome = client.welcome().await;
        (client, welcome)
    }

    pub(crate) async fn say(&mut self, message: &ClientMessage) {
        self.send_text(serde_json::to_string(message).unwrap()).await;
    }

    pub(crate) async fn send_text(&mut self, text: String) {
        // The server may have closed in the meantime; what it said is read by the test.
        let _ = self.socket.send(Message::Text(text.into())).await;
    }

    /// Sends something that is no text.
    pub(crate) async fn send_binary(&mut self, octets: Vec<u8>) {
        let _ = self.socket.send(Message::Binary(octets.into())).await;
    }

    /// Sends a text that is none.
    pub(crate) async fn send_broken_text(&mut self) {
        let frame = Frame::message(vec![0xff], OpCode::Data(Data::Text), true);
        let _ = self.socket.send(Message::Frame(frame)).await;
    }

    /// The next message; `None` when the server closed.
    pub(crate) async fn hear(&mut self) -> Option<ServerMessage> {
        self.hear_or_end().await.ok()
    }

    /// The next message, or the code with which the server closed, if it did so in order.
    async fn hear_or_end(&mut self) -> Result<ServerMessage, Option<u16>> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("the server says nothing");
            match next {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|frame| frame.code.into())),
                Some(Ok(_) | Err(_)) | None => return Err(None),
            }
        }
    }

    /// Reads on until something is what the test waits for.
    pub(crate) async fn until<T>(&mut self, wanted: impl Fn(&ServerMessage) -> Option<T>) -> T {
        loop {
            let message = self.hear().await.expect("the server closed");
            if let Some(found) = wanted(&message) {
                return found;
            }
        }
    }

    pub(crate) async fn welcome(&mut self) -> Welcome {
        self.until(|message| match message {
            ServerMessage::Welcome { you, resume, room, ice_servers } => Some(Welcome {
                you: you.clone(),
                resume: resume.clone(),
                room: room.clone(),
                ice_servers: ice_servers.clone(),
            }),
            _ => None,
        })
        .await
    }

    pub(crate) async fn update<T>(&mut self, wanted: impl Fn(&Update) -> Option<T>) -> T {
        self.until(|message| match message {
            ServerMessage::Event(Event { update, .. }) => wanted(update),
            _ => None,
        })
        .await
    }

    pub(crate) async fn error(&mut self) -> Problem {
        self.until(|message| match message {
            ServerMessage::Error { error, .. } => Some(error.clone()),
            _ => None,
        })
        .await
    }

    /// Reads to the end of the connection: the reason that the server gave.
    pub(crate) async fn bye(&mut self) -> Option<Problem> {
        self.end().await.0
    }

    /// The same, with the code with which the server closed.
    pub(crate) async fn end(&mut self) -> (Option<Problem>, Option<u16>) {
        let mut reason = None;
        loop {
            match self.hear_or_end().await {
                Ok(ServerMessage::Bye { reason: why }) => reason = Some(why),
                Ok(_) => {}
                Err(code) => return (reason, code),
            }
        }
    }

    /// Proves that the connection lives.
    pub(crate) async fn is_alive(&mut self) {
        self.say(&ClientMessage::Ping).await;
        self.until(|message| matches!(message, ServerMessage::Pong).then_some(())).await;
    }
}

/// The first message of somebody new.
pub(crate) fn hello(name: &str) -> ClientMessage {
    ClientMessage::Hello(Hello {
        protocol: PROTOCOL,
        name: DisplayName::parse(name).unwrap(),
        password: None,
        resume: None,
        hand_raised_at: None,
    })
}

/// The chat message number `n` of a test.
pub(crate) fn chat(n: u8, text: &str) -> ClientMessage {
    ClientMessage::Chat { id: ChatId::from_entropy([n; ENTROPY]), text: ChatText::parse(text).unwrap() }
}
