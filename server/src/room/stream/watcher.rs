//! A program that watches: it has slots in the media and nobody sees it.

use domain::ParticipantId;
use domain::Problem;
use domain::stream::Grant;
use domain::wire::Event;
use domain::wire::Participant;
use domain::wire::ServerMessage;
use domain::wire::Source;
use domain::wire::TrackId;
use domain::wire::Update;
use domain::wire::Wish;
use roster::ConnectionId;
use roster::Input;
use tokio::sync::oneshot;
use tracing::debug;

use super::Opened;
use super::Registered;
use super::Request;
use super::link::Link;
use crate::clock;
use crate::room::Room;
use crate::room::mailbox::Letters;
use crate::room::mailbox::Mail;
use crate::room::mailbox::Mailbox;
use crate::room::task::Command;
use crate::state::State;

/// Whom to watch, and on which m-lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The name of a participant, or their seat.
    pub(crate) who: String,
    /// The m-line for their voice.
    pub(crate) sound: Option<String>,
    /// The m-line for their picture.
    pub(crate) picture: Option<String>,
}

/// Lets a program watch, until it is over. With `now`, whoever is watched must be there already.
///
/// # Errors
/// Why it may not.
pub(crate) async fn watch(state: &State, request: Request, pairs: Vec<Pair>, now: bool) -> Result<Opened, Problem> {
    let (begun, beginning) = oneshot::channel();
    tokio::spawn(run(state.clone(), request, pairs, now, begun));
    beginning.await.unwrap_or(Err(Problem::Failed))
}

async fn run(
    state: State,
    request: Request,
    pairs: Vec<Pair>,
    now: bool,
    begun: oneshot::Sender<Result<Opened, Problem>>,
) {
    let mut watcher = match Watcher::enter(&state, &request, pairs).await {
        Ok(watcher) => watcher,
        Err(problem) => return drop(begun.send(Err(problem))),
    };
    match watcher.begin(&state, request, now).await {
        Ok((link, registered, opened)) => {
            if begun.send(Ok(opened)).is_ok() {
                let why = watcher.go_on(link, registered).await;
                debug!(why = %why, "A watching program is gone");
            }
        }
        Err(problem) => drop(begun.send(Err(problem))),
    }
    let _ = watcher.room.commands.send(Command::Input(Input::Lost(watcher.connection))).await;
}

struct Watcher {
    room: Room,
    letters: Letters,
    connection: ConnectionId,
    /// In the media it is a participant whom nobody in the room knows.
    own: ParticipantId,
    pairs: Vec<Pair>,
    people: Vec<Participant>,
    /// Those of the next picture of the room who were told ahead of it.
    ahead: Vec<Participant>,
    wished: Vec<Wish>,
}

impl Watcher {
    async fn enter(state: &State, request: &Request, pairs: Vec<Pair>) -> Result<Self, Problem> {
        let own = ParticipantId::from_entropy(clock::entropy().map_err(|_| Problem::Failed)?);
        let connection = state.rooms.next_connection();
        let (mailbox, letters) = Mailbox::new();
        let room = state.rooms.bring(&request.meeting, Command::Watch(connection, mailbox)).await?;
        let (people, ahead, wished) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { room, letters, connection, own, pairs, people, ahead, wished })
    }

    /// Sees who is there, opens the media and says what is wished for.
    async fn begin(
        &mut self,
        state: &State,
        request: Request,
        now: bool,
    ) -> Result<(Link, Registered, Opened), Problem> {
        // The first thing that a room tells is who is in it.
        loop {
            match self.letters.mail.recv().await {
                Some(Mail::Frame(text)) if self.read(&text) => break,
                Some(Mail::Frame(_)) => {}
                Some(Mail::Bye(why)) => return Err(why),
                Some(Mail::Welcome(..)) | None => return Err(Problem::Busy),
            }
        }
        if now && self.pairs.iter().any(|pair| find(&self.people, &pair.who).is_none()) {
            return Err(Problem::NoSuchParticipant);
        }
        let (link, answer) =
            Link::open(&state.media, &request.meeting, self.own.clone(), request.offer.clone()).await?;
        self.wish(&link)?;
        let registered = state.streams.register(&request, Grant::Watch, None)?;
        let (id, generation) = (registered.id.clone(), link.generation());
        let opened = Opened { id, answer, generation, relays: state.rooms.ice_servers(&self.own) };
        Ok((link, registered, opened))
    }

    /// Follows the room until it is over, and says why.
    async fn go_on(&mut self, mut link: Link, mut registered: Registered) -> Problem {
        loop {
            let Registered { fragments, end, .. } = &mut registered;
            tokio::select! {
                mail = self.letters.mail.recv() => match mail {
                    Some(Mail::Frame(text)) => {
                        self.read(&text);
                        if let Err(why) = self.wish(&link) {
                            return why;
                        }
                    }
                    Some(Mail::Bye(why)) => return why,
                    Some(Mail::Welcome(..)) => {}
                    None => return Problem::Busy,
                },
                quality = link.next() => if quality.is_none() {
                    return Problem::Unreachable;
                },
                fragment = Registered::fragment(fragments) => link.patch(fragment).await,
                why = Registered::ended(end) => return why,
            }
        }
    }

    /// Takes note of who is in the room and what they send. Returns whether that is everybody anew.
    fn read(&mut self, text: &str) -> bool {
        match serde_json::from_str(text) {
            Ok(ServerMessage::People { participants }) => self.ahead.extend(participants),
            Ok(ServerMessage::Snapshot { mut room }) => {
                room.put_ahead(std::mem::take(&mut self.ahead));
                self.people = room.participants;
                return true;
            }
            Ok(ServerMessage::Event(Event { update: Update::Participant { participant }, .. })) => {
                match self.people.iter_mut().find(|known| known.id == participant.id) {
                    Some(known) => *known = participant,
                    None => self.people.push(participant),
                }
            }
            Ok(ServerMessage::Event(Event { update: Update::Left { participant }, .. })) => {
                self.people.retain(|known| known.id != participant);
            }
            Ok(_) | Err(_) => {}
        }
        false
    }

    /// Wishes for those who are watched, if that is not what was wished for before.
    fn wish(&mut self, link: &Link) -> Result<(), Problem> {
        let wishes = wishes(&self.pairs, &self.people, &self.own);
        if wishes != self.wished {
            self.wished.clone_from(&wishes);
            link.want(wishes)?;
        }
        Ok(())
    }
}

/// Whoever is meant, by seat or by name; of several with one name, who can be seen or heard.
fn find<'a>(people: &'a [Participant], who: &str) -> Option<&'a Participant> {
    let named = people.iter().filter(|person| person.id.as_str() == who || person.name.as_str() == who);
    named.min_by_key(|person| {
        let sends = person.publishing.camera || person.publishing.screen || person.publishing.microphone;
        (!person.connected, !sends)
    })
}

/// What to wish for, slot by slot. A slot for somebody who is not there is wished for oneself, which keeps it empty.
fn wishes(pairs: &[Pair], people: &[Participant], own: &ParticipantId) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for pair in pairs {
        let person = find(people, &pair.who);
        let screen = person.is_some_and(|person| person.publishing.screen && !person.publishing.camera);
        let picture = if screen { Source::Screen } else { Source::Camera };
        for (slot, source) in [(&pair.sound, Source::Microphone), (&pair.picture, picture)] {
            let participant = person.map_or_else(|| own.clone(), |person| person.id.clone());
            let track = TrackId { participant, source };
            wishes.extend(slot.clone().map(|slot| Wish { slot, track, max_height: u16::MAX, priority: 10 }));
        }
    }
    wishes
}

#[cfg(test)]
mod tests {
    use domain::access::Role;
    use domain::text::DisplayName;
    use domain::wire::Publishing;
    use domain::wire::Quality;

    use super::*;

    fn person(n: u8, name: &str, publishing: Publishing) -> Participant {
        Participant {
            id: ParticipantId::from_entropy([n; 16]),
            name: DisplayName::parse(name).unwrap(),
            role: Role::Speaker,
            guest: true,
            media: true,
            publishing,
            hand_raised_at: None,
            connected: true,
            quality: Quality::Good,
        }
    }

    fn pair(who: &str, sound: &str, picture: &str) -> Pair {
        Pair { who: who.into(), sound: Some(sound.into()), picture: Some(picture.into()) }
    }

    #[test]
    fn slots_follow_their_people_and_stay_empty_without_them() {
        let own = ParticipantId::from_entropy([9; 16]);
        let on = Publishing { camera: true, ..Publishing::default() };
        let shares = Publishing { screen: true, ..Publishing::default() };
        let people = [
            person(1, "Ann", Publishing::default()),
            person(2, "Ann", on),
            person(3, "Ben", shares),
            person(4, "Cleo", on),
        ];
        let pairs = [
            pair("Ann", "0", "1"),
            pair("Ben", "2", "3"),
            pair("Dan", "4", "5"),
            pair(people[3].id.as_str(), "6", "7"),
        ];
        let wishes = wishes(&pairs, &people, &own);
        let got: Vec<_> =
            wishes.iter().map(|wish| (wish.slot.as_str(), &wish.track.participant, wish.track.source)).collect();
        let want = [
            ("0", &people[1].id, Source::Microphone),
            ("1", &people[1].id, Source::Camera),
            ("2", &people[2].id, Source::Microphone),
            ("3", &people[2].id, Source::Screen),
            ("4", &own, Source::Microphone),
            ("5", &own, Source::Camera),
            ("6", &people[3].id, Source::Microphone),
            ("7", &people[3].id, Source::Camera),
        ];
        assert_eq!(got, want);
    }
}
