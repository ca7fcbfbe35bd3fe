//! WHIP (RFC 9725) and WHEP: programs publish and watch by HTTP alone, showing a token of the meeting's organiser.
//!
//! No cookie opens anything here, so pages of other sites may come in like any program (CORS).

mod answer;
mod token;

use std::net::IpAddr;

use axum::Extension;
use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State as Shared;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::MethodRouter;
use axum::routing::patch;
use axum::routing::post;
use domain::MeetingId;
use domain::Problem;
use domain::stream::Grant;
use domain::text::DisplayName;
use domain::wire::MAX_SDP;
use http::HeaderMap;
use http::StatusCode;
use http::Uri;
use http::header;
use serde::Deserialize;

use self::answer::Refused;
use self::token::check;
use super::ClientIp;
use super::site;
use crate::limits::Door;
use crate::room::stream::Meant;
use crate::room::stream::Pair;
use crate::room::stream::Patched;
use crate::room::stream::Request;
use crate::room::stream::publish;
use crate::room::stream::watch;
use crate::state::State;

/// The types of bodies.
const SDP: &str = "application/sdp";
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";

/// The last part of the path for watching several publishers.
const ALL: &str = "all";

/// The most publishers that one program watches: two m-lines for each.
const MOST_WATCHED: usize = 32;

/// Whether a path leads to a stream, where a token says who asks and not a cookie.
pub(super) fn is_here(path: &str) -> bool {
    path.starts_with("/whip/") || path.starts_with("/whep/")
}

/// The doors for programs.
pub(super) fn router() -> Router<State> {
    Router::new()
        .route("/whip/{meeting}", post(open_publisher))
        .route("/whip/{meeting}/{stream}", begun(Grant::Publish))
        .route("/whep/{meeting}/{who}", post(open_watcher))
        .route("/whep/{meeting}/{who}/{stream}", begun(Grant::Watch))
        .layer(from_fn(answer::to_every_page))
        .layer(from_fn(site::never_keep))
}

/// What can be done to a stream that has begun.
fn begun(grant: Grant) -> MethodRouter<State> {
    patch(change).delete(end).layer(Extension(grant))
}

#[derive(Deserialize)]
struct Publisher {
    publisher: Option<String>,
}

async fn open_publisher(
    Shared(state): Shared<State>,
    Extension(ClientIp(ip)): Extension<ClientIp>,
    Path(meeting): Path<String>,
    Query(Publisher { publisher }): Query<Publisher>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    state.limits.admit(Door::Stream, ip)?;
    let meeting = MeetingId::find_in(&meeting)?;
    let token = check(&state, ip, &headers, &meeting, Grant::Publish).await?;
    let offer = sfu::lone::publishing(&read(&headers, body, SDP).await?)?;
    let name = match publisher.filter(|name| !name.trim().is_empty()) {
        Some(name) => DisplayName::parse(&name)?,
        None => token.name,
    };
    let opened = publish(&state, Request { meeting, token: token.id, offer }, name).await?;
    Ok(answer::opened(&uri, opened))
}

#[derive(Deserialize)]
struct Watched {
    publishers: Option<String>,
}

async fn open_watcher(
    Shared(state): Shared<State>,
    Extension(ClientIp(ip)): Extension<ClientIp>,
    Path((meeting, who)): Path<(String, String)>,
    Query(Watched { publishers }): Query<Watched>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    state.limits.admit(Door::Stream, ip)?;
    let meeting = MeetingId::find_in(&meeting)?;
    let token = check(&state, ip, &headers, &meeting, Grant::Watch).await?;
    let watching = sfu::lone::watching(&read(&headers, body, SDP).await?)?;
    let several = publishers.filter(|_| who == ALL);
    let pairs = match &several {
        Some(names) => pairs(names.split(','), &watching)?,
        None => pairs([who.as_str()].into_iter(), &watching)?,
    };
    let request = Request { meeting, token: token.id, offer: watching.offer };
    let opened = watch(&state, request, pairs, several.is_none()).await?;
    Ok(answer::opened(&uri, opened))
}

/// Whom each m-line is for: the first for sound and the first for pictures for the first name, and so on.
fn pairs<'a>(names: impl Iterator<Item = &'a str>, watching: &sfu::lone::Watching) -> Result<Vec<Pair>, Problem> {
    let refuse = |why: String| Err(Problem::BadOffer { why });
    let names: Vec<&str> = names.map(str::trim).filter(|name| !name.is_empty()).collect();
    let (sounds, pictures) = (&watching.sounds, &watching.pictures);
    if names.is_empty() || names.len() > MOST_WATCHED {
        return refuse(format!("1 to {MOST_WATCHED} publishers can be watched at once"));
    }
    if sounds.len().max(pictures.len()) > names.len() {
        return refuse(format!("there are more m-lines than for {} publishers", names.len()));
    }
    if names.len() > 1 && (sounds.len() != names.len() || pictures.len() != names.len()) {
        return refuse(format!("there must be {} m-lines for sound and as many for pictures", names.len()));
    }
    let pair = |(n, who): (usize, &&str)| {
        let line = |lines: &Vec<String>| lines.get(n).cloned();
        Pair { who: (*who).to_owned(), sound: line(sounds), picture: line(pictures) }
    };
    Ok(names.iter().enumerate().map(pair).collect())
}

/// Where a stream is found.
#[derive(Deserialize)]
struct Place {
    meeting: String,
    stream: String,
}

async fn change(
    Shared(state): Shared<State>,
    Extension(ClientIp(ip)): Extension<ClientIp>,
    Extension(grant): Extension<Grant>,
    Path(place): Path<Place>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    place.check(&state, ip, grant, &headers)?;
    let meant = match headers.get(header::IF_MATCH).map(|value| value.to_str().unwrap_or_default()) {
        None => return Err(Refused::new(StatusCode::PRECONDITION_REQUIRED, "If-Match is missing")),
        Some("*") => Meant::Any,
        Some(tag) => Meant::Session(answer::generation(tag)),
    };
    let fragment = read(&headers, body, FRAGMENT).await?;
    match state.streams.patch(&place.stream, meant, fragment).await? {
        Patched::Known => Ok(answer::known()),
        Patched::Stale => Err(Refused::new(StatusCode::PRECONDITION_FAILED, "the ICE session is over")),
        Patched::Restarted { generation, fragment } => Ok(answer::restarted(generation, fragment)),
    }
}

async fn end(
    Shared(state): Shared<State>,
    Extension(ClientIp(ip)): Extension<ClientIp>,
    Extension(grant): Extension<Grant>,
    Path(place): Path<Place>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    place.check(&state, ip, grant, &headers)?;
    state.streams.end(&place.stream, Problem::Ended);
    Ok(StatusCode::OK)
}

impl Place {
    /// Whether whoever asks began this stream.
    fn check(&self, state: &State, ip: IpAddr, grant: Grant, headers: &HeaderMap) -> Result<(), Refused> {
        state.limits.admit(Door::Stream, ip)?;
        let meeting = MeetingId::find_in(&self.meeting)?;
        let shown = token::shown(headers).map(|token| token.digest()).unwrap_or_default();
        match state.streams.is_of(&self.stream, &meeting, grant, &shown) {
            Some(true) => Ok(()),
            None if !shown.is_empty() => Err(Refused::new(StatusCode::NOT_FOUND, "there is no such stream")),
            Some(false) | None => Err(token::wrong(state, ip).into()),
        }
    }
}

/// Reads a body of the one type that is taken here.
async fn read(headers: &HeaderMap, body: Body, wanted: &str) -> Result<String, Refused> {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let said = said.split(';').next().unwrap_or_default().trim();
    if !said.eq_ignore_ascii_case(wanted) {
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, &format!("the body must be {wanted}")));
    }
    let too_large =
        || Refused::new(StatusCode::PAYLOAD_TOO_LARGE, &format!("the body is larger than {MAX_SDP} octets"));
    let bytes = to_bytes(body, MAX_SDP).await.map_err(|_| too_large())?;
    String::from_utf8(bytes.into()).map_err(|_| Problem::BadOffer { why: "is not text".to_owned() }.into())
}

#[cfg(test)]
mod tests {
    use domain::wire::Offer;

    use super::*;

    fn watching(sounds: &[&str], pictures: &[&str]) -> sfu::lone::Watching {
        let owned = |mids: &[&str]| mids.iter().map(|mid| (*mid).to_owned()).collect();
        let offer = Offer { id: 1, sdp: String::new(), sources: Vec::new(), fresh: true };
        sfu::lone::Watching { offer, sounds: owned(sounds), pictures: owned(pictures) }
    }

    fn check(names: &str, sounds: &[&str], pictures: &[&str]) -> Result<Vec<(String, String, String)>, String> {
        match pairs(names.split(','), &watching(sounds, pictures)) {
            Ok(pairs) => Ok(pairs
                .into_iter()
                .map(|pair| (pair.who, pair.sound.unwrap_or_default(), pair.picture.unwrap_or_default()))
                .collect()),
            Err(Problem::BadOffer { why }) => Err(why),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_belong_to_names_in_their_order() {
        let pair = |who: &str, sound: &str, picture: &str| (who.to_owned(), sound.to_owned(), picture.to_owned());
        assert_eq!(check("ann", &["0"], &["1"]), Ok(vec![pair("ann", "0", "1")]));
        assert_eq!(check("ann", &[], &["1"]), Ok(vec![pair("ann", "", "1")]), "a picture alone");
        let want = vec![pair("ann", "0", "1"), pair("ben", "2", "3")];
        assert_eq!(check("ann, ben", &["0", "2"], &["1", "3"]), Ok(want));
    }

    #[test]
    fn lines_that_belong_to_nobody_are_refused() {
        assert!(check("", &["0"], &["1"]).unwrap_err().contains("1 to 32"));
        assert!(check(&"a,".repeat(33), &["0"], &["1"]).unwrap_err().contains("1 to 32"));
        assert!(check("ann", &["0", "2"], &["1"]).unwrap_err().contains("more m-lines"));
        assert!(check("ann,ben", &["0"], &["1", "3"]).unwrap_err().contains("there must be 2"));
    }
}
