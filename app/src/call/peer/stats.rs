//! Reading what the browser counts (W3C webrtc-stats), as far as it counts it.

use std::collections::BTreeMap;

use js_sys::Map;
use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::call::measure::Counts;
use crate::call::measure::Limit;
use crate::call::measure::Picture;
use crate::call::measure::Present;
use crate::call::measure::Sample;
use crate::call::measure::Way;
use crate::call::order::sorted_by;

/// All reports by their names.
struct Reports(BTreeMap<String, JsValue>);

/// Reads a report. `microphone` and `camera` are the tracks that this person sends, by their names.
pub(super) fn read(report: &Map, at: f64, microphone: Option<&str>, camera: Option<&str>) -> Sample {
    let mut reports = BTreeMap::new();
    report.for_each(&mut |value, name| {
        reports.insert(name.as_string().unwrap_or_default(), value);
    });
    let reports = Reports(reports);
    let mut sample = Sample { at, present: reports.present(), ..Sample::default() };
    for sent in reports.of("outbound-rtp") {
        sample.sent.add(sent, "bytesSent", "packetsSent");
    }
    for heard in reports.of("remote-inbound-rtp") {
        sample.sent.lost += number(heard, "packetsLost").unwrap_or_default();
    }
    for received in reports.of("inbound-rtp") {
        sample.received.add(received, "bytesReceived", "packetsReceived");
        sample.received.lost += number(received, "packetsLost").unwrap_or_default();
        sample.pictures += number(received, "framesReceived").unwrap_or_default();
        sample.dropped += number(received, "framesDropped").unwrap_or_default();
    }
    sample.energy = reports.source(microphone).and_then(|source| number(source, "totalAudioEnergy"));
    sample.filmed = reports.source(camera).and_then(|source| number(source, "frames"));
    sample
}

impl Counts {
    fn add(&mut self, report: &JsValue, octets: &str, packets: &str) {
        self.octets += number(report, octets).unwrap_or_default();
        self.packets += number(report, packets).unwrap_or_default();
    }
}

impl Reports {
    fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a JsValue> {
        self.0.values().filter(move |report| text(report, "type").as_deref() == Some(kind))
    }

    fn named(&self, report: &JsValue, field: &str) -> Option<&JsValue> {
        self.0.get(&text(report, field)?)
    }

    /// What a track gives, before it is encoded.
    fn source(&self, track: Option<&str>) -> Option<&JsValue> {
        let track = track?;
        self.of("media-source").find(|source| text(source, "trackIdentifier").as_deref() == Some(track))
    }

    fn present(&self) -> Present {
        let pair = self.pair();
        Present {
            round_trip: pair.and_then(|pair| number(pair, "currentRoundTripTime")),
            room: pair.and_then(|pair| number(pair, "availableOutgoingBitrate")),
            picture: self.picture(),
            codecs: self.codecs(),
            way: pair.and_then(|pair| self.way(pair)),
        }
    }

    /// The pair of addresses in use. Not every browser names it; the one that was agreed on is it then.
    fn pair(&self) -> Option<&JsValue> {
        let named = self.of("transport").find_map(|transport| self.named(transport, "selectedCandidatePairId"));
        named.or_else(|| {
            self.of("candidate-pair").find(|pair| {
                flag(pair, "nominated") == Some(true) && text(pair, "state").as_deref() == Some("succeeded")
            })
        })
    }

    fn way(&self, pair: &JsValue) -> Option<Way> {
        let near = self.named(pair, "localCandidateId")?;
        let relay = text(near, "candidateType").as_deref() == Some("relay");
        // To a relay it may be another protocol than from there on.
        let protocol = text(near, "relayProtocol").filter(|_| relay).or_else(|| text(near, "protocol"))?;
        Some(Way { relay, tcp: matches!(protocol.as_str(), "tcp" | "tls") })
    }

    /// The largest layer of the camera that leaves; a shared screen has no layers.
    fn picture(&self) -> Option<Picture> {
        let layers = self
            .of("outbound-rtp")
            .filter(|sent| text(sent, "rid").is_some_and(|rid| !rid.is_empty()) && flag(sent, "active") != Some(false));
        let pictures = layers.filter_map(|layer| {
            Some(Picture {
                width: number(layer, "frameWidth")? as u32,
                height: number(layer, "frameHeight")? as u32,
                rate: number(layer, "framesPerSecond").filter(|rate| *rate > 0.0)?,
                limit: match text(layer, "qualityLimitationReason").as_deref() {
                    Some("cpu") => Limit::Device,
                    Some("bandwidth") => Limit::Connection,
                    _ => Limit::None,
                },
            })
        });
        pictures.max_by_key(|picture| picture.height)
    }

    fn codecs(&self) -> Vec<String> {
        let streams = self.of("outbound-rtp").chain(self.of("inbound-rtp"));
        let names = streams
            .filter_map(|stream| text(self.named(stream, "codecId")?, "mimeType"))
            .filter_map(|name| Some(name.split_once('/')?.1.to_owned()));
        let mut codecs = sorted_by(names, Ord::cmp);
        codecs.dedup();
        codecs
    }
}

fn number(report: &JsValue, field: &str) -> Option<f64> {
    Reflect::get(report, &field.into()).ok()?.as_f64()
}

fn text(report: &JsValue, field: &str) -> Option<String> {
    Reflect::get(report, &field.into()).ok()?.as_string()
}

fn flag(report: &JsValue, field: &str) -> Option<bool> {
    Reflect::get(report, &field.into()).ok()?.as_bool()
}
