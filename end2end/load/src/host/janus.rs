//! Janus' VideoRoom plugin, by its WebSocket API (janus.conf.meetecho.com/docs/videoroom).
//!
//! There, whoever sends has one connection for that and another one for what they watch, on which the server offers.

use std::time::Duration;

use anyhow::Context;
use anyhow::bail;
use futures::SinkExt;
use futures::StreamExt;
use serde_json::Value;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
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
const PATIENCE: Duration = Duration::from_secs(20);

/// Janus' rooms are numbers; ours begin here.
const FIRST_ROOM: usize = 7001;

/// The error of a room that exists.
const EXISTS: i64 = 427;

/// Rooms of one Janus, made as they are needed.
#[derive(Clone, Debug)]
pub(crate) struct VideoRooms {
    /// `ws://host:port`.
    pub(crate) url: String,
}

/// Comes in to send, or to watch all others who do, and stays.
pub(super) async fn visit(rooms: &VideoRooms, mut visit: Visit) -> anyhow::Result<()> {
    let mut handle = Handle::open(&rooms.url).await?;
    let room = FIRST_ROOM + visit.room;
    match visit.offer.take() {
        Some(offer) => {
            handle.create(room).await?;
            let id = handle.publish(room, &visit.name, &offer.sdp, &visit).await?;
            visit.tell(News::Sends(Sender { room: visit.room, person: visit.person, id })).await?;
        }
        None => handle.watch(room, &mut visit).await?,
    }
    handle.hold(&mut visit.leave).await
}

/// An attached plugin handle in a session and on a socket of its own, as a browser has it.
struct Handle {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: Value,
    handle: Value,
    asked: u64,
}

impl Handle {
    async fn open(url: &str) -> anyhow::Result<Self> {
        let mut request = url.into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", "janus-protocol".parse()?);
        let (socket, _) = connect_async(request).await.with_context(|| url.to_owned())?;
        let mut handle = Self { socket, session: Value::Null, handle: Value::Null, asked: 0 };
        handle.session = handle.ask(json!({ "janus": "create" })).await?["data"]["id"].clone();
        let attach = json!({ "janus": "attach", "plugin": "janus.plugin.videoroom" });
        handle.handle = handle.ask(attach).await?["data"]["id"].clone();
        Ok(handle)
    }

    /// Makes a room, if there is none of this number.
    async fn create(&mut self, room: usize) -> anyhow::Result<()> {
        let body =
            json!({ "request": "create", "room": room, "publishers": 1000, "audiocodec": "opus", "videocodec": "vp8" });
        let data = self.request(body, Value::Null).await?;
        if let Some(error) = data["error_code"].as_i64()
            && error != EXISTS
        {
            bail!("Janus makes no room: {data}");
        }
        Ok(())
    }

    /// Sends from here on; returns the number that watchers know the sender by.
    async fn publish(&mut self, room: usize, name: &str, offer: &str, visit: &Visit) -> anyhow::Result<String> {
        let join = json!({ "request": "join", "ptype": "publisher", "room": room, "display": name });
        let joined = self.event(join, Value::Null).await?;
        let id = joined["plugindata"]["data"]["id"].to_string();
        let jsep = json!({ "type": "offer", "sdp": offer });
        let published = self.event(json!({ "request": "publish" }), jsep).await?;
        let sdp = published["jsep"]["sdp"].as_str().context("Janus did not answer an offer")?.to_owned();
        visit.tell(News::Answer { client: visit.client, sdp }).await?;
        Ok(id)
    }

    /// Watches all others who send, once there are any, on one connection.
    async fn watch(&mut self, room: usize, visit: &mut Visit) -> anyhow::Result<()> {
        let senders = visit.senders.wait_for(|senders| !senders.is_empty()).await?.clone();
        let stream = |sender: &Sender| anyhow::Ok(json!({ "feed": sender.id.parse::<u64>()? }));
        let streams = visit.others(&senders).iter().map(stream).collect::<Result<Vec<_>, _>>()?;
        let join = json!({ "request": "join", "ptype": "subscriber", "room": room, "streams": streams });
        let attached = self.event(join, Value::Null).await?;
        let sdp = attached["jsep"]["sdp"].as_str().with_context(|| format!("Janus offers nothing: {attached}"))?;
        let (answer, answered) = oneshot::channel();
        visit.tell(News::Offer { client: visit.client, sdp: sdp.to_owned(), answer }).await?;
        let jsep = json!({ "type": "answer", "sdp": answered.await? });
        self.event(json!({ "request": "start" }), jsep).await?;
        Ok(())
    }

    /// Reads, to throw away, what the server says, until told to leave.
    async fn hold(mut self, leave: &mut oneshot::Receiver<()>) -> anyhow::Result<()> {
        loop {
            tokio::select! {
                frame = self.socket.next() => {
                    frame.context("Janus hung up")??;
                }
                word = goodbye(leave) => {
                    if word {
                        self.ask(json!({ "janus": "destroy" })).await?;
                    }
                    return Ok(());
                }
            }
        }
    }

    /// A request that is answered at once.
    async fn request(&mut self, body: Value, jsep: Value) -> anyhow::Result<Value> {
        Ok(self.message(body, jsep, "success").await?["plugindata"]["data"].clone())
    }

    /// A request that is answered by an event.
    async fn event(&mut self, body: Value, jsep: Value) -> anyhow::Result<Value> {
        let event = self.message(body, jsep, "event").await?;
        let data = &event["plugindata"]["data"];
        if data.get("error_code").is_some() {
            bail!("Janus refuses: {data}");
        }
        Ok(event)
    }

    async fn message(&mut self, body: Value, jsep: Value, answer: &str) -> anyhow::Result<Value> {
        let mut message = json!({ "janus": "message", "body": body });
        if !jsep.is_null() {
            message["jsep"] = jsep;
        }
        let transaction = self.say(message).await?;
        self.answer(&transaction, answer).await
    }

    async fn ask(&mut self, message: Value) -> anyhow::Result<Value> {
        let transaction = self.say(message).await?;
        self.answer(&transaction, "success").await
    }

    /// Sends a message; returns the name under which its answer comes.
    async fn say(&mut self, mut message: Value) -> anyhow::Result<String> {
        self.asked += 1;
        let transaction = self.asked.to_string();
        message["transaction"] = json!(transaction);
        for (key, id) in [("session_id", &self.session), ("handle_id", &self.handle)] {
            if !id.is_null() {
                message[key] = id.clone();
            }
        }
        self.socket.send(Message::text(message.to_string())).await?;
        Ok(transaction)
    }

    /// The answer of this kind to a message.
    async fn answer(&mut self, transaction: &str, kind: &str) -> anyhow::Result<Value> {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.socket.next()).await.context("Janus is silent")?;
            let Message::Text(text) = frame.context("Janus hung up")?? else { continue };
            let message: Value = serde_json::from_str(&text)?;
            if message["transaction"] != transaction {
                continue;
            }
            if message["janus"] == "error" {
                bail!("Janus refuses: {message}");
            }
            if message["janus"] == kind {
                return Ok(message);
            }
        }
    }
}
