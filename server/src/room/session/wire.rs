//! A WebSocket as the session sees it: text in, text out, and a pulse.

use std::time::Duration;

use axum::extract::ws::CloseCode;
use axum::extract::ws::CloseFrame;
use axum::extract::ws::Message;
use axum::extract::ws::Utf8Bytes;
use axum::extract::ws::WebSocket;
use axum::extract::ws::close_code;
use domain::Problem;
use domain::wire::ServerMessage;
use tokio::time::Instant;

use crate::room::connect::MAX_READ;
use crate::room::mailbox::encode;

/// How long a client may take to receive one frame before it counts as gone.
const STALL: Duration = Duration::from_secs(10);

/// How long a client may take to close its end after the last message.
const FAREWELL: Duration = Duration::from_secs(1);

/// A client's socket.
pub(super) struct Wire {
    socket: WebSocket,
    heard_at: Instant,
    fault: Option<Fault>,
}

/// Why nothing more can be read of what a client sends, while it could still be told something.
struct Fault {
    code: CloseCode,
    why: String,
}

impl Fault {
    /// The client's part in an error of the socket; none, if the connection broke.
    fn of(error: axum::Error) -> Option<Self> {
        match error.into_inner().downcast_ref::<tungstenite::Error>()? {
            tungstenite::Error::Capacity(_) => {
                Some(Self { code: close_code::SIZE, why: format!("larger than {MAX_READ} octets") })
            }
            tungstenite::Error::Utf8(_) => Some(Self { code: close_code::INVALID, why: "not UTF-8".to_owned() }),
            _ => None,
        }
    }
}

/// What came from a client.
pub(super) enum Heard {
    /// A text frame.
    Text(Utf8Bytes),
    /// Something that asks for nothing.
    Nothing,
    /// The connection is closed because its page goes away.
    Closed,
    /// The connection is closed or broken, or nothing more can be read from it: [`Wire::fault`] tells them apart.
    Gone,
}

impl Wire {
    pub(super) fn new(socket: WebSocket) -> Self {
        Self { socket, heard_at: Instant::now(), fault: None }
    }

    /// Waits for the next frame. Nothing is lost when the wait is given up.
    pub(super) async fn hear(&mut self) -> Heard {
        let message = self.socket.recv().await;
        self.heard_at = Instant::now();
        match message {
            Some(Ok(Message::Text(text))) => Heard::Text(text),
            // An empty text is no message either, so a binary frame gets the same answer.
            Some(Ok(Message::Binary(_))) => Heard::Text(Utf8Bytes::from_static("")),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Heard::Nothing,
            Some(Ok(Message::Close(Some(frame)))) if frame.code == close_code::AWAY => Heard::Closed,
            Some(Ok(Message::Close(_))) | None => Heard::Gone,
            Some(Err(error)) => {
                self.fault = Fault::of(error);
                Heard::Gone
            }
        }
    }

    /// What to tell a client that is still there, though nothing more can be read from it.
    pub(super) fn fault(&self) -> Option<Problem> {
        self.fault.as_ref().map(|fault| Problem::BadMessage { why: fault.why.clone() })
    }

    /// For how long nothing came.
    pub(super) fn silence(&self) -> Duration {
        self.heard_at.elapsed()
    }

    /// Sends a frame; whether it went out.
    pub(super) async fn send(&mut self, frame: Utf8Bytes) -> bool {
        self.put(Message::Text(frame)).await
    }

    /// Sends a message; whether it went out.
    pub(super) async fn say(&mut self, message: &ServerMessage) -> bool {
        self.send(encode(message)).await
    }

    /// Asks for a sign of life; whether the question went out.
    pub(super) async fn ping(&mut self) -> bool {
        self.put(Message::Ping(Vec::new().into())).await
    }

    /// Closes in order, after everything that was sent.
    pub(super) async fn close(&mut self) {
        let code = self.fault.as_ref().map_or(close_code::NORMAL, |fault| fault.code);
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static("") };
        self.put(Message::Close(Some(frame))).await;
        // Waits for the client's own close frame: dropping the socket first could lose the last message. Behind what
        // cannot be read that frame is never seen, so the client has all the time.
        let closed = async {
            if self.fault.is_some() {
                std::future::pending::<()>().await;
            }
            while let Some(Ok(_)) = self.socket.recv().await {}
        };
        let _ = tokio::time::timeout(FAREWELL, closed).await;
    }

    async fn put(&mut self, message: Message) -> bool {
        matches!(tokio::time::timeout(STALL, self.socket.send(message)).await, Ok(Ok(())))
    }
}
