//! A WebSocket as the session sees it: text in, text out, and a pulse.

use std::time::Duration;

use axum::extract::ws::CloseFrame;
use axum::extract::ws::Message;
use axum::extract::ws::Utf8Bytes;
use axum::extract::ws::WebSocket;
use axum::extract::ws::close_code;
use domain::wire::ServerMessage;
use tokio::time::Instant;

use crate::room::mailbox::encode;

/// How long a client may take to receive one frame before it counts as gone.
const STALL: Duration = Duration::from_secs(10);

/// A client's socket.
pub(super) struct Wire {
    socket: WebSocket,
    heard_at: Instant,
}

/// What came from a client.
pub(super) enum Heard {
    /// A text frame.
    Text(Utf8Bytes),
    /// Something that asks for nothing.
    Nothing,
    /// The connection is closed because its page goes away.
    Closed,
    /// The connection is closed or broken.
    Gone,
}

impl Wire {
    pub(super) fn new(socket: WebSocket) -> Self {
        Self { socket, heard_at: Instant::now() }
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
            Some(Ok(Message::Close(_)) | Err(_)) | None => Heard::Gone,
        }
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
        let frame = CloseFrame { code: close_code::NORMAL, reason: Utf8Bytes::from_static("") };
        self.put(Message::Close(Some(frame))).await;
        // Waits for the client's own close frame: dropping the socket first could lose the last message.
        let _ =
            tokio::time::timeout(Duration::from_secs(1), async { while let Some(Ok(_)) = self.socket.recv().await {} })
                .await;
    }

    async fn put(&mut self, message: Message) -> bool {
        matches!(tokio::time::timeout(STALL, self.socket.send(message)).await, Ok(Ok(())))
    }
}
