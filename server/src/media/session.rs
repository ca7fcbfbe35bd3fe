//! What one participant still has to be told, and how it gets to their task.

use std::collections::BTreeMap;

use domain::Problem;
use domain::wire::Quality;
use domain::wire::SlotTrack;
use domain::wire::Source;
use tokio::sync::mpsc;
use tokio::sync::oneshot;

use crate::media::MediaEvent;

/// The most offers of one participant that wait for their answers.
const MOST_OFFERS: usize = 4;

/// The answer to an offer.
pub(super) type Answer = Result<String, Problem>;

/// The way from a worker to the task of one participant.
///
/// The channel is bounded and may be full. What matters (slots, quality, what to send) is kept then, the newest of each, and
/// told as soon as there is room; who speaks is told again soon anyway.
pub(super) struct Session {
    events: mpsc::Sender<MediaEvent>,
    answers: Vec<(u32, oneshot::Sender<Answer>)>,
    slots: BTreeMap<String, SlotTrack>,
    quality: Option<Quality>,
    sends: BTreeMap<Source, Vec<String>>,
}

impl Session {
    pub(super) fn new(events: mpsc::Sender<MediaEvent>) -> Self {
        Self { events, answers: Vec::new(), slots: BTreeMap::new(), quality: None, sends: BTreeMap::new() }
    }

    /// Remembers who waits for the answer to an offer; gives it back when too many do.
    pub(super) fn expect(&mut self, id: u32, to: oneshot::Sender<Answer>) -> Result<(), oneshot::Sender<Answer>> {
        if self.answers.len() >= MOST_OFFERS {
            return Err(to);
        }
        self.answers.push((id, to));
        Ok(())
    }

    /// Takes over what the unit says.
    pub(super) fn tell(&mut self, event: sfu::Event) {
        match event {
            sfu::Event::Answer { id, answer } => {
                if let Some(at) = self.answers.iter().position(|(waiting, _)| *waiting == id) {
                    // Whoever has stopped waiting does not want it any more.
                    let _ = self.answers.swap_remove(at).1.send(answer);
                }
            }
            sfu::Event::Slots(slots) => self.slots.extend(slots.into_iter().map(|slot| (slot.slot.clone(), slot))),
            sfu::Event::Quality(quality) => self.quality = Some(quality),
            sfu::Event::Send { source, layers } => {
                self.sends.insert(source, layers);
            }
            sfu::Event::Speakers { dominant, levels } => {
                let _ = self.events.try_send(MediaEvent::Speakers { dominant, levels });
            }
        }
    }

    /// Passes on what is kept, as far as there is room. Returns whether nothing is kept any more.
    pub(super) fn flush(&mut self) -> bool {
        if self.events.is_closed() {
            self.slots.clear();
            self.sends.clear();
            self.quality = None;
        }
        if let Some(quality) = self.quality {
            let Ok(permit) = self.events.try_reserve() else { return false };
            permit.send(MediaEvent::Quality(quality));
            self.quality = None;
        }
        while let Some(first) = self.sends.first_entry() {
            let Ok(permit) = self.events.try_reserve() else { return false };
            let (source, layers) = first.remove_entry();
            permit.send(MediaEvent::Send { source, layers });
        }
        if !self.slots.is_empty() {
            let Ok(permit) = self.events.try_reserve() else { return false };
            permit.send(MediaEvent::Slots(std::mem::take(&mut self.slots).into_values().collect()));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(name: &str) -> SlotTrack {
        SlotTrack { slot: name.into(), track: None, paused: false, unplayable: false }
    }

    #[test]
    fn of_what_to_send_the_newest_word_counts_for_each_source() {
        let (send, mut receive) = mpsc::channel(1);
        let mut session = Session::new(send);
        let say =
            |source, layers: &[&str]| sfu::Event::Send { source, layers: layers.iter().map(|l| (*l).into()).collect() };
        session.tell(say(Source::Camera, &["l"]));
        session.tell(say(Source::Screen, &["h"]));
        session.tell(say(Source::Camera, &[]));
        assert!(!session.flush());
        assert_eq!(receive.try_recv(), Ok(MediaEvent::Send { source: Source::Camera, layers: vec![] }));
        assert!(session.flush());
        assert_eq!(receive.try_recv(), Ok(MediaEvent::Send { source: Source::Screen, layers: vec!["h".into()] }));
    }

    #[test]
    fn a_full_channel_loses_speakers_but_never_slots() {
        let (send, mut receive) = mpsc::channel(1);
        let mut session = Session::new(send);
        session.tell(sfu::Event::Slots(vec![slot("a"), slot("b")]));
        assert!(session.flush());
        session.tell(sfu::Event::Speakers { dominant: None, levels: vec![] });
        session.tell(sfu::Event::Quality(Quality::Lost));
        session.tell(sfu::Event::Quality(Quality::Good));
        session.tell(sfu::Event::Slots(vec![slot("a")]));
        session.tell(sfu::Event::Slots(vec![slot("c"), slot("a")]));
        assert!(!session.flush());
        assert_eq!(receive.try_recv(), Ok(MediaEvent::Slots(vec![slot("a"), slot("b")])));
        assert!(!session.flush());
        assert_eq!(receive.try_recv(), Ok(MediaEvent::Quality(Quality::Good)));
        assert!(session.flush());
        assert_eq!(receive.try_recv(), Ok(MediaEvent::Slots(vec![slot("a"), slot("c")])));
        assert!(receive.try_recv().is_err());
    }
}
