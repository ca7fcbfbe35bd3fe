//! From a configuration to a running server, and back to nothing.

use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use anyhow::anyhow;
use auth::Token;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::TokioTimer;
use store::Store;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tracing::error;
use tracing::info;
use tracing::warn;

use crate::backend::passwords::Passwords;
use crate::clock;
use crate::config::Config;
use crate::http;
use crate::limits::Limits;
use crate::media::Media;
use crate::media::MediaConfig;
use crate::media::addresses;
use crate::metrics::Metrics;
use crate::revival;
use crate::revival::Revivals;
use crate::room::Rooms;
use crate::room::stream::Streams;
use crate::state::State;

/// How long answers that are under way may take when the server stops.
const DRAIN: Duration = Duration::from_secs(10);

/// How long a connection may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often what has run out is forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(3600);

/// A server that answers.
pub struct Running {
    /// Where it answers.
    pub addr: SocketAddr,
    /// Where it sends plain HTTP to TLS, if it does.
    pub redirect_addr: Option<SocketAddr>,
    /// The link that makes the first administrator, as long as there is none.
    pub set_up_link: Option<String>,
    store: Store,
    rooms: Rooms,
    media: Media,
    listeners: Vec<Listener>,
    tidying: JoinHandle<()>,
    /// The tidying goes on for as long as this is there.
    untidy: oneshot::Sender<()>,
}

struct Listener {
    handle: Handle<SocketAddr>,
    task: JoinHandle<io::Result<()>>,
}

/// Starts a server; it answers when this returns.
///
/// # Errors
/// One sentence that names what stands in the way.
pub async fn start(config: Config) -> anyhow::Result<Running> {
    // Another part of the process may have chosen the same provider before.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let listener = bind(config.listen, "listen")?;
    let addr = listener.local_addr().context("the listening socket has no address")?;
    let tls = match &config.tls {
        Some(tls) => Some(certificate(tls).await?),
        None => None,
    };
    let redirect = match config.tls.as_ref().and_then(|tls| tls.redirect_from) {
        Some(from) => Some(bind(from, "tls.redirect_from")?),
        None => None,
    };
    let redirect_addr = redirect.as_ref().and_then(|listener| listener.local_addr().ok());
    warn_about(&config, addr);
    let metrics = Metrics::new();
    let store = Store::open(&config.store).await?.watched(Arc::new(metrics.store_watch()));
    let set_up_link = set_up_link(&store, &config.origin(addr)).await?;
    let media = start_media(&config)?;
    let rooms = Rooms::new(store.clone(), media.clone(), config.turn.clone());
    let public_url = config.public_url.clone();
    let state = State {
        store: store.clone(),
        rooms: rooms.clone(),
        streams: Streams::default(),
        media: media.clone(),
        limits: Limits::new(),
        config: Arc::new(config),
        metrics,
        passwords: Passwords::new(),
    };
    let mut listeners = vec![serve(listener, tls, http::router(state))?];
    if let Some(redirect) = redirect {
        listeners.push(serve(redirect, None, http::to_https(public_url, addr.port()))?);
    }
    let (untidy, stopped) = oneshot::channel();
    let tidying = tokio::spawn(tidy(store.clone(), rooms.clone(), stopped));
    Ok(Running { addr, redirect_addr, set_up_link, store, rooms, media, listeners, tidying, untidy })
}

impl Running {
    /// Waits until the server is to stop and begin anew, because the disk refused a change and has room again. Answers what
    /// the next process is to know, where this one knows `before`.
    pub async fn revival(&self, before: Revivals) -> Revivals {
        revival::needed(&self.store, before).await
    }

    /// Stops: people in meetings are told, no new connection is taken, answers under way are finished.
    pub async fn stop(self) {
        drop(self.untidy);
        for listener in &self.listeners {
            listener.handle.graceful_shutdown(Some(DRAIN));
        }
        self.rooms.stop().await;
        for listener in self.listeners {
            match listener.task.await {
                Ok(Ok(())) => (),
                Ok(Err(error)) => error!(error = %error, "A listener ended badly"),
                Err(error) => error!(error = %error, "A listener's task ended badly"),
            }
        }
        if let Err(error) = self.tidying.await {
            error!(error = %error, "The tidying ended badly");
        }
        self.media.stop();
        info!("Stopped");
    }
}

/// One sentence on who can come in, where the address that is printed does not say it.
pub fn guidance(config: &Config, bound: SocketAddr) -> Option<String> {
    guide(config, bound, &addresses::advertised(bound.ip(), &config.media.advertise))
}

/// `reached_at` are the addresses by which others find this machine.
fn guide(config: &Config, bound: SocketAddr, reached_at: &[IpAddr]) -> Option<String> {
    if config.public_url.is_some() || config.trust_proxy {
        return None;
    }
    if bound.ip().is_loopback() {
        return Some("Only this machine reaches it. How others come in: “Let others in” in README.md".to_owned());
    }
    if config.tls.is_none() || !bound.ip().is_unspecified() {
        return None;
    }
    let reached_at = reached_at.iter().filter(|ip| !ip.is_loopback());
    let links: Vec<String> = reached_at.map(|ip| config.origin(SocketAddr::new(*ip, bound.port()))).collect();
    (!links.is_empty()).then(|| {
        format!(
            "Others reach it at {}. If it has a name, set public_url, and links are made with it",
            links.join(" or ")
        )
    })
}

fn bind(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow!("the port of {key} = {address} is in use by another process"),
        io::ErrorKind::PermissionDenied => {
            anyhow!("the port of {key} = {address} needs more rights than this user has")
        }
        _ => anyhow!("{key} = {address} cannot be listened on: {error}"),
    })?;
    listener.set_nonblocking(true).with_context(|| format!("{key} = {address} cannot be used"))?;
    Ok(listener)
}

fn start_media(config: &Config) -> anyhow::Result<Media> {
    let wanted = MediaConfig::of(&config.media);
    let (listen, first_port) = (wanted.bind, wanted.first_port);
    Media::start(wanted).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            anyhow!("a port from media.first_port = {first_port} on is in use by another process: {error}")
        }
        _ => anyhow!("media.listen = {listen} with media.first_port = {first_port} cannot be used: {error}"),
    })
}

async fn certificate(tls: &crate::config::Tls) -> anyhow::Result<RustlsConfig> {
    for (key, path) in [("tls.certificate", &tls.certificate), ("tls.key", &tls.key)] {
        std::fs::File::open(path).map_err(|error| anyhow!("{key} = {} cannot be read: {error}", path.display()))?;
    }
    let unusable = |error| {
        let (certificate, key) = (tls.certificate.display(), tls.key.display());
        anyhow!("tls.certificate = {certificate} and tls.key = {key} cannot be used together: {error}")
    };
    RustlsConfig::from_pem_file(&tls.certificate, &tls.key).await.map_err(unusable)
}

fn serve(listener: TcpListener, tls: Option<RustlsConfig>, router: axum::Router) -> anyhow::Result<Listener> {
    let handle = Handle::new();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let task = match tls {
        Some(tls) => {
            let mut server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle.clone());
            server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE);
            tokio::spawn(server.serve(service))
        }
        None => {
            let mut server = axum_server::from_tcp(listener)?.handle(handle.clone());
            server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE);
            tokio::spawn(server.serve(service))
        }
    };
    Ok(Listener { handle, task })
}

/// A new link at each start, as long as nobody administers this server: only its digest is kept, so an old one
/// cannot be printed again.
async fn set_up_link(store: &Store, origin: &str) -> anyhow::Result<Option<String>> {
    if store.has_administrator().await? {
        return Ok(None);
    }
    let token = Token::from_entropy(clock::entropy().map_err(|error| anyhow!("there is no randomness: {error}"))?);
    store.replace_set_up_link(&token.digest(), clock::now()).await?;
    Ok(Some(format!("{origin}/setup?token={}", token.secret())))
}

fn warn_about(config: &Config, addr: SocketAddr) {
    if config.tls.is_none() && !config.trust_proxy && !addr.ip().is_loopback() {
        warn!(
            "There is no certificate: meetings open at http://localhost:{} on this machine only. Set tls.certificate \
             and tls.key, or put a proxy with a certificate in front and set trust_proxy. “Let others in” in README.md \
             has the lines",
            addr.port()
        );
    }
    if !config.site_manifest().is_file() {
        warn!("site_dir = {} does not hold the built site: pages come without style", config.site_dir.display());
    }
}

/// Forgets what has run out, until it is stopped: between two questions, for one that is broken off looks like a fault
/// to the store.
async fn tidy(store: Store, rooms: Rooms, mut stopped: oneshot::Receiver<()>) {
    let mut hours = tokio::time::interval(TIDY_EVERY);
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut back_by = pin!(tokio::time::sleep(rooms.back_by().since(clock::now())));
    let mut awaited = true;
    loop {
        tokio::select! {
            _ = hours.tick() => forget_expired(&store).await,
            () = back_by.as_mut(), if awaited => {
                awaited = false;
                rooms.forget_running().await;
            }
            _ = &mut stopped => return,
        }
    }
}

async fn forget_expired(store: &Store) {
    if let Err(error) = store.forget_expired(clock::now()).await {
        error!(error = %error, "Could not forget the sessions and links that have run out");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guided(bound: &str, decided: &[(&str, &str)]) -> Option<String> {
        let none = tempfile::NamedTempFile::new().unwrap();
        let decided = decided.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = Config::read(Some(none.path()), decided).unwrap();
        let reached_at: [IpAddr; 2] = ["192.0.2.7", "2001:db8::7"].map(|ip| ip.parse().unwrap());
        guide(&config, bound.parse().unwrap(), &reached_at)
    }

    #[test]
    fn whoever_starts_it_on_one_machine_reads_how_others_come_in() {
        for bound in ["127.0.0.1:8080", "[::1]:8080"] {
            assert!(guided(bound, &[]).unwrap().contains("README.md"));
        }
        // A proxy is the way in, or the address in links has been decided.
        assert_eq!(guided("127.0.0.1:8080", &[("CONFAB_TRUST_PROXY", "true")]), None);
        assert_eq!(guided("127.0.0.1:8080", &[("CONFAB_PUBLIC_URL", "https://meet.example.org")]), None);
    }

    #[test]
    fn with_a_certificate_the_addresses_for_others_are_named() {
        let tls = [("CONFAB_TLS_CERTIFICATE", "certificate.pem"), ("CONFAB_TLS_KEY", "key.pem")];
        let said = guided("0.0.0.0:8443", &tls).unwrap();
        assert!(said.contains("at https://192.0.2.7:8443 or https://[2001:db8::7]:8443."), "{said}");
        assert!(guided("0.0.0.0:443", &tls).unwrap().contains("at https://192.0.2.7 or"));
        // The address that is printed is the one for others; without a certificate the log warns.
        assert_eq!(guided("192.0.2.7:8443", &tls), None);
        assert_eq!(guided("0.0.0.0:8080", &[]), None);
    }
}
