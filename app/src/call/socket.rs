//! One WebSocket.

use domain::wire::ClientMessage;
use domain::wire::ServerMessage;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::CloseEvent;
use web_sys::Event;
use web_sys::MessageEvent;
use web_sys::WebSocket;

/// What a socket reports.
#[derive(Debug)]
pub enum Heard {
    /// It is open.
    Opened,
    /// A message came.
    Message(Box<ServerMessage>),
    /// Something came that is not a message; the connection lives.
    Noise,
    /// It is closed, or could not be opened.
    Closed,
}

/// An open WebSocket; dropping it closes it and silences it.
pub struct Socket {
    socket: WebSocket,
    _open: Closure<dyn FnMut(Event)>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Opens a socket; `hear` is told what happens to it. `None` when the browser refuses the address.
    pub fn open(url: &str, hear: impl Fn(Heard) + Clone + 'static) -> Option<Self> {
        let socket = WebSocket::new(url).ok()?;
        let open = Closure::new({
            let hear = hear.clone();
            move |_: Event| hear(Heard::Opened)
        });
        let message = Closure::new({
            let hear = hear.clone();
            move |event: MessageEvent| hear(read(&event))
        });
        let close = Closure::new(move |_: CloseEvent| hear(Heard::Closed));
        socket.set_onopen(Some(open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));
        Some(Self { socket, _open: open, _message: message, _close: close })
    }

    /// Sends a message; whether the socket took it.
    pub fn send(&self, message: &ClientMessage) -> bool {
        let Ok(frame) = serde_json::to_string(message) else { return false };
        self.socket.ready_state() == WebSocket::OPEN && self.socket.send_with_str(&frame).is_ok()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

fn read(event: &MessageEvent) -> Heard {
    let text = event.data().as_string().unwrap_or_default();
    match serde_json::from_str(&text) {
        Ok(message) => Heard::Message(Box::new(message)),
        Err(_) => Heard::Noise,
    }
}
