//! What this person does.

use domain::ChatId;
use domain::text::ChatText;
use domain::wire::ClientMessage;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::Call;
use super::Phase;
use crate::call::platform;
use crate::call::refusal::Refusal;
use crate::call::screen::Hint;
use crate::call::screen::Screen;

impl Call {
    /// Leaves.
    pub fn leave(&self) {
        self.send(&ClientMessage::Leave);
        self.finish(Phase::Left);
    }

    /// Ends the meeting for everybody; the server's goodbye ends this visit too.
    pub fn end_for_all(&self) {
        self.send(&ClientMessage::End);
    }

    /// Microphone on or off, for whoever may be heard.
    pub fn toggle_microphone(&self) {
        if !self.has_media_seat() {
            return;
        }
        self.media.set_microphone(!untrack(|| self.media.is_heard()), true);
    }

    /// Camera on or off, for whoever may be seen.
    pub fn toggle_camera(&self) {
        if !self.has_media_seat() {
            return;
        }
        self.media.set_camera(!untrack(|| self.media.is_seen()));
    }

    /// Hand up or down.
    pub fn toggle_hand(&self) {
        let up = self.room.with_untracked(|room| {
            room.as_ref().and_then(|room| room.me()).is_some_and(|me| me.hand_raised_at.is_some())
        });
        self.send(&ClientMessage::Hand { raised: !up });
    }

    /// Reacts.
    pub fn react(&self, emoji: &str) {
        self.send(&ClientMessage::React { emoji: emoji.to_owned() });
    }

    /// Writes to the chat: at once, or when the connection is back.
    pub fn write(&self, text: ChatText) {
        let id = platform::new_chat_id();
        self.chat.update(|chat| chat.write(id.clone(), text.clone()));
        self.send_chat(id, text);
    }

    /// Sends a refused message again.
    pub fn retry(&self, id: &ChatId) {
        if let Some(message) = self.chat.try_update(|chat| chat.retry(id)).flatten() {
            self.send_chat(message.id, message.text);
        }
    }

    pub(super) fn send_unsent(&self) {
        let unsent = self.chat.with_untracked(|chat| chat.to_send().cloned().collect::<Vec<_>>());
        for message in unsent {
            self.send_chat(message.id, message.text);
        }
    }

    fn send_chat(&self, id: ChatId, text: ChatText) {
        if self.connected.get_untracked() {
            self.send(&ClientMessage::Chat { id, text });
        }
    }

    /// Shares a screen; `refused` is told why not, unless the person only changed their mind. For handlers only.
    pub fn share(&self, hint: Hint, refused: impl FnOnce(Refusal) + 'static) {
        let call = *self;
        if !call.has_media_seat() {
            return;
        }
        spawn_local(async move {
            match Screen::choose(hint).await {
                Ok(screen) => call.start_sharing(screen),
                Err(Refusal::Blocked | Refusal::Dismissed) => {}
                Err(refusal) => refused(refusal),
            }
        });
    }

    fn start_sharing(&self, screen: Screen) {
        let call = *self;
        // The browser's own bar has a button that ends sharing, too.
        let ended = Closure::once_into_js(move || call.stop_sharing());
        screen.picture.set_onended(Some(ended.unchecked_ref()));
        self.stop_sharing();
        if self.is_over() {
            screen.stop();
        } else {
            self.screen.set(Some(screen));
        }
    }

    /// Ends sharing.
    pub fn stop_sharing(&self) {
        let screen = self.screen.try_update(Option::take).flatten();
        if let Some(screen) = screen {
            screen.picture.set_onended(None);
            screen.stop();
        }
    }
}
