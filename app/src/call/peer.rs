//! The media connection: what is sent, and the slots on which others arrive.

mod encoder;
mod lines;
mod stats;

use std::cell::Cell;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use domain::wire::IceServer;
use domain::wire::Offer;
use domain::wire::Source;
use domain::wire::SourceLine;
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::MediaStream;
use web_sys::MediaStreamTrack;
use web_sys::RtcConfiguration;
use web_sys::RtcIceServer;
use web_sys::RtcPeerConnection;
use web_sys::RtcPeerConnectionState;
use web_sys::RtcRtpTransceiver;
use web_sys::RtcSdpType;
use web_sys::RtcSessionDescriptionInit;

use self::encoder::Encoder;
use super::health::Report;
use super::measure::Sample;
use super::platform;
use super::quality::StreamQuality;

/// Slots for sound: whoever is louder than three others will be understood anyway.
const AUDIO_SLOTS: usize = 3;

/// One `RTCPeerConnection` with its m-lines. Dropping it closes it.
pub struct Peer {
    connection: RtcPeerConnection,
    sources: Vec<(Source, RtcRtpTransceiver)>,
    camera: Camera,
    screen: Rc<Encoder>,
    video: RefCell<Vec<RtcRtpTransceiver>>,
    audio: Vec<RtcRtpTransceiver>,
    /// The streams of slots that the server has answered for, by mid.
    streams: RefCell<BTreeMap<String, MediaStream>>,
    /// The number of the offer that waits for its answer.
    pending: Cell<Option<u32>>,
    _state: Closure<dyn FnMut()>,
}

/// What decides how the camera is encoded.
struct Camera {
    encoder: Rc<Encoder>,
    quality: Cell<StreamQuality>,
    lines: Cell<Option<u32>>,
    /// The layers that somebody watches, once the server has said which.
    watched: RefCell<Option<Vec<String>>>,
}

impl Camera {
    fn apply(&self) {
        let encodings = self.quality.get().encodings(self.lines.get(), self.watched.borrow().as_deref());
        self.encoder.set(encodings.into());
    }
}

impl Peer {
    /// Makes a connection with m-lines for all that this person may ever send, and slots for what they see.
    /// `ice_servers` are the relays to try, `report` is told how it fares. `None` where the browser refuses.
    pub fn new(
        video_slots: usize,
        ice_servers: &[IceServer],
        quality: StreamQuality,
        report: impl Fn(Report) + 'static,
    ) -> Option<Self> {
        let configuration = RtcConfiguration::new();
        configuration.set_bundle_policy(web_sys::RtcBundlePolicy::MaxBundle);
        configuration.set_ice_servers(&ice_servers.iter().map(relay).collect::<Array>());
        let connection = RtcPeerConnection::new_with_configuration(&configuration).ok()?;
        let sources = [Source::Microphone, Source::Camera, Source::Screen, Source::ScreenAudio]
            .map(|source| (source, lines::sending(&connection, source)));
        let [_, (_, camera), (_, screen), _] = &sources;
        let camera = Camera {
            encoder: Encoder::new(camera.sender()),
            quality: Cell::new(quality),
            lines: Cell::new(None),
            watched: RefCell::new(None),
        };
        camera.apply();
        let screen = Encoder::new(screen.sender());
        screen.set(vec![lines::screen(true)]);
        let video = (0..video_slots).map(|_| lines::receiving(&connection, "video")).collect();
        let audio = (0..AUDIO_SLOTS).map(|_| lines::receiving(&connection, "audio")).collect();
        let state = Closure::new({
            let connection = connection.clone();
            move || {
                if let Some(news) = read(connection.connection_state()) {
                    report(news);
                }
            }
        });
        connection.set_onconnectionstatechange(Some(state.as_ref().unchecked_ref()));
        Some(Self {
            connection,
            sources: sources.into(),
            camera,
            screen,
            video: RefCell::new(video),
            audio,
            streams: RefCell::default(),
            pending: Cell::new(None),
            _state: state,
        })
    }

    /// Puts a track on its m-line, or takes it away. Needs no new offer.
    pub fn send(&self, source: Source, track: Option<&MediaStreamTrack>) {
        if let Some((_, line)) = self.sources.iter().find(|(known, _)| *known == source) {
            // Refused only for a connection that is closed, which is made anew with all its tracks.
            let _ = line.sender().replace_track(track);
        }
        if source == Source::Camera {
            self.camera.lines.set(track.and_then(lines::lines_of));
            self.camera.apply();
        }
    }

    /// Sends of a source these layers only, so that the encoders of the others rest. Needs no new offer.
    pub fn send_layers(&self, source: Source, layers: &[String]) {
        match source {
            Source::Camera => {
                self.camera.watched.replace(Some(layers.to_vec()));
                self.camera.apply();
            }
            Source::Screen => self.screen.set(vec![lines::screen(!layers.is_empty())]),
            Source::Microphone | Source::ScreenAudio => {}
        }
    }

    /// Sends the camera this sharp from here on. Needs no new offer.
    pub fn set_quality(&self, quality: StreamQuality) {
        self.camera.quality.set(quality);
        self.camera.apply();
    }

    /// Adds slots until there are `count`; whether there are new ones, which need an offer.
    pub fn grow(&self, count: usize) -> bool {
        let mut video = self.video.borrow_mut();
        let missing = count.saturating_sub(video.len());
        video.extend((0..missing).map(|_| lines::receiving(&self.connection, "video")));
        missing > 0
    }

    /// Whether an offer waits for its answer.
    pub fn is_waiting(&self) -> bool {
        self.pending.get().is_some()
    }

    /// Makes the offer with number `id`.
    ///
    /// # Errors
    /// The browser's exception.
    pub async fn offer(&self, id: u32, fresh: bool) -> Result<Offer, JsValue> {
        self.pending.set(Some(id));
        let made = JsFuture::from(self.connection.create_offer()).await?;
        let description: RtcSessionDescriptionInit = made.unchecked_into();
        // Sent as it is, without waiting for candidates: the server learns our addresses from our packets.
        JsFuture::from(self.connection.set_local_description(&description)).await?;
        let sdp = description.get_sdp().unwrap_or_default();
        Ok(Offer { id, sdp, sources: self.source_lines(), fresh })
    }

    fn source_lines(&self) -> Vec<SourceLine> {
        let line =
            |(source, line): &(Source, RtcRtpTransceiver)| Some(SourceLine { mid: line.mid()?, source: *source });
        self.sources.iter().filter_map(line).collect()
    }

    /// Takes the answer to offer `id`; whether it was the one waited for.
    ///
    /// # Errors
    /// The browser's exception.
    pub async fn answer(&self, id: u32, sdp: &str) -> Result<bool, JsValue> {
        if self.pending.get() != Some(id) {
            return Ok(false);
        }
        let description = RtcSessionDescriptionInit::new(RtcSdpType::Answer);
        description.set_sdp(sdp);
        let taken = JsFuture::from(self.connection.set_remote_description(&description)).await;
        self.pending.set(None);
        taken?;
        // An answer turns all layers on that were agreed on.
        self.camera.apply();
        let mut streams = self.streams.borrow_mut();
        for line in self.video.borrow().iter().chain(&self.audio) {
            if let Some(mid) = line.mid()
                && !streams.contains_key(&mid)
                && let Some(stream) = lines::stream(line)
            {
                streams.insert(mid, stream);
            }
        }
        Ok(true)
    }

    /// What the browser counts, of everything and of the tracks with these names.
    pub async fn sample(&self, microphone: Option<&str>, camera: Option<&str>) -> Option<Sample> {
        let report = JsFuture::from(self.connection.get_stats()).await.ok()?;
        Some(stats::read(report.unchecked_ref(), platform::now(), microphone, camera))
    }

    /// The video slots that the server has answered for.
    pub fn video_slots(&self) -> Vec<String> {
        let streams = self.streams.borrow();
        let mids = self.video.borrow().iter().filter_map(RtcRtpTransceiver::mid).collect::<Vec<_>>();
        mids.into_iter().filter(|mid| streams.contains_key(mid)).collect()
    }

    /// What arrives on a slot.
    pub fn stream(&self, slot: &str) -> Option<MediaStream> {
        self.streams.borrow().get(slot).cloned()
    }

    /// What arrives on the audio slots.
    pub fn sounds(&self) -> Vec<MediaStream> {
        self.audio.iter().filter_map(|line| self.stream(&line.mid()?)).collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.connection.set_onconnectionstatechange(None);
        self.connection.close();
    }
}

/// A relay in the browser's words.
fn relay(server: &IceServer) -> RtcIceServer {
    let relay = RtcIceServer::new();
    relay.set_urls(&server.urls.iter().map(JsValue::from).collect::<Array>());
    relay.set_username(&server.username);
    relay.set_credential(&server.credential);
    relay
}

fn read(state: RtcPeerConnectionState) -> Option<Report> {
    match state {
        RtcPeerConnectionState::Connected => Some(Report::Connected),
        RtcPeerConnectionState::Disconnected => Some(Report::Interrupted),
        RtcPeerConnectionState::Failed | RtcPeerConnectionState::Closed => Some(Report::Failed),
        _ => None,
    }
}
