//! A program that publishes: a participant whose client is this task.

use std::time::Duration;

use domain::ParticipantId;
use domain::Problem;
use domain::people::Visitor;
use domain::stream::Grant;
use domain::text::DisplayName;
use domain::wire::Publishing;
use domain::wire::Source;
use roster::ConnectionId;
use roster::Deed;
use roster::Entrance;
use roster::Input;
use roster::SeatToken;
use tokio::sync::oneshot;
use tracing::debug;
use tracing::error;

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

/// How long the room may take to let somebody in.
const PATIENCE: Duration = Duration::from_secs(10);

/// Brings a program into the meeting, and keeps it there until it is over.
///
/// # Errors
/// Why it is not let in.
pub(crate) async fn publish(state: &State, request: Request, name: DisplayName) -> Result<Opened, Problem> {
    let (begun, beginning) = oneshot::channel();
    // A task of its own from the start: whoever asked may hang up at any moment, and what was begun must be ended.
    tokio::spawn(run(state.clone(), request, name, begun));
    beginning.await.unwrap_or(Err(Problem::Failed))
}

async fn run(state: State, request: Request, name: DisplayName, begun: oneshot::Sender<Result<Opened, Problem>>) {
    let mut publisher = match Publisher::enter(&state, &request, name.clone()).await {
        Ok(publisher) => publisher,
        Err(problem) => return drop(begun.send(Err(problem))),
    };
    match publisher.begin(&state, request, name).await {
        Ok((link, registered, opened)) => {
            if begun.send(Ok(opened)).is_ok() {
                let why = publisher.go_on(link, registered).await;
                debug!(why = %why, "A publishing program is gone");
            }
        }
        Err(problem) => drop(begun.send(Err(problem))),
    }
    publisher.leave().await;
}

/// A program with a seat in the room.
struct Publisher {
    room: Room,
    letters: Letters,
    connection: ConnectionId,
    seat: ParticipantId,
}

impl Publisher {
    async fn enter(state: &State, request: &Request, name: DisplayName) -> Result<Self, Problem> {
        let rooms = &state.rooms;
        if rooms.is_stopping() {
            return Err(Problem::Stopping);
        }
        let token = SeatToken::from_entropy(clock::entropy().map_err(|_| Problem::Failed)?);
        let (seat, connection) = (token.seat(), rooms.next_connection());
        let visitor = Visitor::Stream(Grant::Publish);
        // A program shows its own token when it comes again, not its seat's.
        let resume = token.reveal();
        let entrance = Entrance { connection, visitor, name, token, resume, hand_raised_at: None };
        let (mailbox, letters) = Mailbox::new();
        let room = rooms.enter(&request.meeting, entrance, mailbox).await?;
        let mut publisher = Self { room, letters, connection, seat };
        let welcome = tokio::time::timeout(PATIENCE, publisher.letters.mail.recv()).await;
        let refused = match welcome {
            Ok(Some(Mail::Welcome(..))) if publisher.letters.has_media_seat() => return Ok(publisher),
            Ok(Some(Mail::Welcome(..))) => Problem::NoMediaSeat,
            // All that is said before a welcome is that one has to wait for it.
            Ok(Some(Mail::Frame(_))) => Problem::NotStarted,
            Ok(Some(Mail::Bye(why))) => why,
            Ok(None) | Err(_) => Problem::Busy,
        };
        publisher.leave().await;
        Err(refused)
    }

    /// Opens the media and says what is sent.
    async fn begin(
        &mut self,
        state: &State,
        request: Request,
        name: DisplayName,
    ) -> Result<(Link, Registered, Opened), Problem> {
        if let Err(e) = state.store.mark_used(&request.meeting, clock::now()).await {
            error!(meeting.id = %request.meeting, error = %e, "Could not note that the meeting was used");
        }
        let offers = |source: Source| request.offer.sources.iter().any(|line| line.source == source);
        let (microphone, camera) = (offers(Source::Microphone), offers(Source::Camera));
        let publishing = Publishing { microphone, camera, screen: false, screen_audio: false };
        let (link, answer) =
            Link::open(&state.media, &request.meeting, self.seat.clone(), request.offer.clone()).await?;
        link.publish(publishing)?;
        self.act(Deed::Publish(publishing)).await;
        let registered = state.streams.register(&request, Grant::Publish, Some(name.to_string()))?;
        let (id, generation) = (registered.id.clone(), link.generation());
        let opened = Opened { id, answer, generation, relays: state.rooms.ice_servers(&self.seat) };
        Ok((link, registered, opened))
    }

    /// Stays until it is over, and says why.
    async fn go_on(&mut self, mut link: Link, mut registered: Registered) -> Problem {
        loop {
            let Registered { fragments, end, .. } = &mut registered;
            tokio::select! {
                mail = self.letters.mail.recv() => match mail {
                    Some(Mail::Bye(why)) => return why,
                    None => return Problem::Busy,
                    // A program does not look at the room.
                    Some(Mail::Frame(_) | Mail::Welcome(..)) => {}
                },
                quality = link.next() => match quality {
                    Some(quality) => self.act(Deed::Quality(quality)).await,
                    None => return Problem::Unreachable,
                },
                fragment = Registered::fragment(fragments) => link.patch(fragment).await,
                why = Registered::ended(end) => return why,
            }
        }
    }

    async fn act(&self, deed: Deed) {
        // A room that is gone says so by itself.
        let _ = self.room.commands.send(Command::Input(Input::Do(self.connection, deed))).await;
    }

    /// Gives the seat up.
    async fn leave(&self) {
        self.act(Deed::Leave).await;
        let _ = self.room.commands.send(Command::Input(Input::Lost(self.connection))).await;
    }
}
