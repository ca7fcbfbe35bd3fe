//! Sound and picture of the visit: offers, slots, wishes, and what this person sends.

use std::collections::BTreeMap;
use std::rc::Rc;

use domain::wire::ClientMessage;
use domain::wire::Pause;
use domain::wire::Publishing;
use domain::wire::SlotTrack;
use domain::wire::Source;
use domain::wire::TrackId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Call;
use super::Flow;
use crate::call::health::Report;
use crate::call::order::map_of;
use crate::call::peer::Peer;
use crate::call::platform;
use crate::call::stage::Tile;
use crate::call::wishes;

impl Call {
    /// The page shows these tiles: asks for their pictures. For effects.
    pub fn look_at(&self, tiles: Vec<Tile>) {
        let needed = wishes::slots_for(tiles.len());
        self.parts.update_value(|parts| parts.tiles = tiles);
        let Some(peer) = self.peer() else { return };
        if peer.grow(needed) && !peer.is_waiting() {
            self.negotiate(peer, false);
        }
        self.wish();
    }

    /// Asks for what the page shows, if that is not what was asked for before.
    pub(super) fn wish(&self) {
        let Some(peer) = self.peer() else { return };
        let slots = peer.video_slots();
        let density = window().device_pixel_ratio();
        let wished = self.room.with_untracked(|room| {
            let room = room.as_ref()?;
            self.parts.try_update_value(|parts| {
                let sent = |track: &_| room.can_be_received(track);
                let wished = wishes::wishes(&parts.tiles, sent, &slots, &parts.assigned, density);
                parts.assigned = wishes::assignment(&wished);
                let changed = parts.wished.as_ref() != Some(&wished);
                parts.wished = Some(wished.clone());
                changed.then_some(wished)
            })?
        });
        if let Some(wishes) = wished.filter(|_| !slots.is_empty()) {
            self.send(&ClientMessage::Want { wishes });
        }
    }

    /// Whether this person has a seat for sound and picture.
    pub(super) fn has_media_seat(&self) -> bool {
        self.room.with_untracked(|room| room.as_ref().is_some_and(|room| room.has_media_seat()))
    }

    /// Sends and receives nothing until a seat is free. Devices are off then and stay off: nobody is to be seen and heard
    /// by surprise, minutes after they came in.
    pub(super) fn do_without_media(&self) {
        self.parts.update_value(|parts| parts.peer = None);
        self.seen.set(BTreeMap::new());
        self.heard.set(Vec::new());
        self.stop_sharing();
        self.media.rest();
    }

    /// Makes the media connection anew: on coming in, and after it broke.
    pub(super) fn renew_media(&self) {
        if self.flow.get_untracked() == Flow::Impossible {
            return;
        }
        let call = *self;
        let report = move |report| call.on_report(report);
        let quality = self.media.wanted.with_untracked(|wanted| wanted.quality);
        let peer = self.parts.with_value(|parts| {
            let needed = wishes::slots_for(parts.tiles.len());
            Peer::new(needed, &parts.ice_servers, quality, report).map(Rc::new)
        });
        let Some(peer) = peer else { return self.flow.set(Flow::Impossible) };
        for (source, track) in self.own_tracks() {
            peer.send(source, track.as_ref());
        }
        let known = self.parts.try_update_value(|parts| {
            parts.slots.clear();
            parts.wished = None;
            parts.peer.replace(Rc::clone(&peer)).is_some()
        });
        self.resting.set(BTreeMap::new());
        self.flow.set(if known == Some(true) { Flow::Broken } else { Flow::Starting });
        self.negotiate(peer, true);
    }

    pub(super) fn peer(&self) -> Option<Rc<Peer>> {
        self.parts.try_with_value(|parts| parts.peer.clone()).flatten()
    }

    fn own_tracks(&self) -> [(Source, Option<web_sys::MediaStreamTrack>); 4] {
        let screen = self.screen.get_untracked();
        [
            (Source::Microphone, self.media.microphone.get_untracked()),
            (Source::Camera, self.media.camera.get_untracked()),
            (Source::Screen, screen.as_ref().map(|screen| screen.picture.clone())),
            (Source::ScreenAudio, screen.and_then(|screen| screen.sound)),
        ]
    }

    fn negotiate(&self, peer: Rc<Peer>, fresh: bool) {
        let call = *self;
        let Some(id) = self.parts.try_update_value(|parts| {
            parts.offers = parts.offers.wrapping_add(1);
            parts.offers
        }) else {
            return;
        };
        spawn_local(async move {
            match peer.offer(id, fresh).await {
                Ok(offer) if call.is_present(&peer) => {
                    call.send(&ClientMessage::Offer(offer));
                }
                Ok(_) => {}
                Err(_) => {
                    call.flow.try_set(Flow::Impossible);
                }
            }
        });
    }

    /// Whether this is the connection in use, not one that was given up meanwhile.
    fn is_present(&self, peer: &Rc<Peer>) -> bool {
        self.peer().is_some_and(|present| Rc::ptr_eq(&present, peer))
    }

    pub(super) fn on_answer(&self, id: u32, sdp: String) {
        let (call, Some(peer)) = (*self, self.peer()) else { return };
        spawn_local(async move {
            let taken = peer.answer(id, &sdp).await;
            if !call.is_present(&peer) {
                return;
            }
            match taken {
                Ok(true) => {
                    call.heard.set(peer.sounds());
                    call.show_slots(&peer);
                    let needed = call.parts.with_value(|parts| wishes::slots_for(parts.tiles.len()));
                    if peer.grow(needed) || peer.video_slots().len() < needed {
                        call.negotiate(peer, false);
                    }
                    call.wish();
                }
                Ok(false) => {}
                Err(_) => call.flow.set(Flow::Impossible),
            }
        });
    }

    pub(super) fn on_slots(&self, slots: Vec<SlotTrack>) {
        let mut resting = self.resting.get_untracked();
        self.parts.update_value(|parts| {
            for SlotTrack { slot, track, paused } in slots {
                let before = match track.clone() {
                    Some(track) => parts.slots.insert(slot, track),
                    None => parts.slots.remove(&slot),
                };
                resting.retain(|rests, _| Some(rests) != before.as_ref());
                resting.extend(track.zip(paused));
            }
        });
        if self.resting.with_untracked(|before| *before != resting) {
            self.resting.set(resting);
        }
        if let Some(peer) = self.peer() {
            self.show_slots(&peer);
        }
    }

    /// Sends of a source only what somebody looks at.
    pub(super) fn on_send(&self, source: Source, layers: &[String]) {
        if let Some(peer) = self.peer() {
            peer.send_layers(source, layers);
        }
    }

    fn show_slots(&self, peer: &Peer) {
        let resting = self.resting.get_untracked();
        let seen = self.parts.with_value(|parts| {
            // On the slot of what cannot be decoded, there may still be somebody else's last picture.
            let shown = |track: &TrackId| !track.source.is_audio() && resting.get(track) != Some(&Pause::Codec);
            let video = parts.slots.iter().filter(|(_, track)| shown(track));
            map_of(video.filter_map(|(slot, track)| Some((track.clone(), peer.stream(slot)?))))
        });
        if self.seen.with_untracked(|before| *before != seen) {
            self.seen.set(seen);
        }
    }

    fn on_report(&self, report: Report) {
        let now = platform::now();
        let good = self.parts.try_update_value(|parts| {
            parts.health.report(report, now);
            parts.health.is_good()
        });
        if let Some(good) = good {
            self.flow.set(if good { Flow::Flowing } else { Flow::Broken });
        }
    }

    /// Gives up a media connection that is broken, once there is somebody to offer a new one to.
    pub(super) fn check_media(&self) {
        let now = platform::now();
        let over = self.parts.try_with_value(|parts| parts.peer.is_some() && parts.health.is_over(now));
        if over == Some(true) && self.connected.get_untracked() {
            self.parts.update_value(|parts| parts.health.again(now));
            self.renew_media();
        }
    }

    /// Says what this person sends, if that changed.
    pub(super) fn publish(&self) {
        let (sound, speaks) = self
            .screen
            .with_untracked(|screen| (screen.as_ref().is_some_and(|screen| screen.sound.is_some()), screen.is_some()));
        let publishing = Publishing {
            microphone: untrack(|| self.media.is_heard()),
            camera: untrack(|| self.media.is_seen()),
            screen: speaks,
            screen_audio: sound,
        };
        let changed = self.parts.try_with_value(|parts| parts.published != Some(publishing)) == Some(true);
        let may = self.connected.get_untracked() && self.has_media_seat();
        if changed && may && self.send(&ClientMessage::Publish(publishing)) {
            self.parts.update_value(|parts| parts.published = Some(publishing));
        }
    }

    /// Sends what this person's devices give, as it changes; asks again as others begin and end to send.
    pub(super) fn follow_devices(&self) {
        let call = *self;
        Effect::new(move |_| {
            call.media.microphone.track();
            call.media.camera.track();
            call.screen.track();
            if let Some(peer) = call.peer() {
                for (source, track) in call.own_tracks() {
                    peer.send(source, track.as_ref());
                }
            }
        });
        let quality = Memo::new(move |_| call.media.wanted.with(|wanted| wanted.quality));
        Effect::new(move |_| {
            let quality = quality.get();
            if let Some(peer) = call.peer() {
                peer.set_quality(quality);
            }
        });
        Effect::new(move |_| {
            call.media.is_heard();
            call.media.is_seen();
            call.screen.track();
            call.publish();
        });
        Effect::new(move |_| {
            call.room.track();
            call.wish();
        });
    }
}
