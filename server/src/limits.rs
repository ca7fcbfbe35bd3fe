//! How often one may knock at each door, and how often one may be wrong at each lock.

mod guess;

use std::hash::Hash;
use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use auth::Attempts;
use auth::Quota;
use domain::Problem;

use crate::clock;
use crate::limits::guess::Locks;

pub use guess::Guess;
pub use guess::Lock;

/// Keys that one limiter remembers: a few megabytes for all of them.
const MOST_KEYS: usize = 20_000;

/// A place where every knock counts.
#[derive(Clone, Copy, Debug)]
pub enum Door {
    /// Making an account.
    SignUp,
    /// Using the first administrator's link.
    SetUp,
    /// Choosing a new password with a one-time link.
    NewPassword,
    /// Looking whether a one-time link still opens.
    OneTimeLink,
    /// Looking whether a meeting exists.
    Doorplate,
    /// Opening a signalling connection.
    Connect,
    /// Opening a stream, or speaking of one.
    Stream,
    /// Showing a stream's token that opens nothing.
    StreamToken,
    /// Asking for the metrics without the right to them.
    Metrics,
}

/// Counts knocks and wrong guesses; clones share the counts.
///
/// An address of the network stands for everybody behind it, sometimes for a whole school: quotas per address bound
/// the work, quotas per account and per meeting bound the guessing. A right password is work as well, but no guess.
#[derive(Clone)]
pub struct Limits {
    shared: Arc<Shared>,
}

struct Shared {
    sign_in: Arc<Locks>,
    change_password: Arc<Locks>,
    meeting_password: Arc<Locks>,
    sign_up: Limiter<Network>,
    set_up: Limiter<Network>,
    new_password: Limiter<Network>,
    one_time_link: Limiter<Network>,
    doorplate: Limiter<Network>,
    connect: Limiter<Network>,
    stream: Limiter<Network>,
    stream_token: Limiter<Network>,
    metrics: Limiter<Network>,
}

impl Limits {
    /// Nobody has tried anything yet.
    pub fn new() -> Self {
        let shared = Shared {
            // Of those from anywhere more than from one place: nobody shall be able to lock somebody else out from a
            // single address.
            sign_in: locks(
                limiter(60, Duration::from_secs(2)),
                quota(8, Duration::from_secs(30)),
                quota(50, Duration::from_secs(20)),
            ),
            change_password: locks(
                limiter(60, Duration::from_secs(2)),
                quota(8, Duration::from_secs(30)),
                quota(8, Duration::from_secs(30)),
            ),
            // A whole school may come to its assembly at once, and asks twice: at the door and in the signalling.
            meeting_password: locks(
                limiter(1000, Duration::from_millis(100)),
                quota(10, Duration::from_secs(10)),
                quota(500, Duration::from_secs(1)),
            ),
            sign_up: limiter(30, Duration::from_secs(20)),
            set_up: limiter(20, Duration::from_secs(10)),
            new_password: limiter(20, Duration::from_secs(10)),
            one_time_link: limiter(600, Duration::from_millis(100)),
            doorplate: limiter(600, Duration::from_millis(100)),
            connect: limiter(1000, Duration::from_millis(20)),
            stream: limiter(1000, Duration::from_millis(20)),
            stream_token: limiter(20, Duration::from_secs(5)),
            metrics: limiter(20, Duration::from_secs(5)),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Counts one knock at `door` by `ip`.
    ///
    /// # Errors
    /// [`Problem::TooManyAttempts`] with the time to wait.
    pub fn admit(&self, door: Door, ip: IpAddr) -> Result<(), Problem> {
        let network = Network::of(ip);
        let shared = &self.shared;
        match door {
            Door::SignUp => shared.sign_up.admit(network),
            Door::SetUp => shared.set_up.admit(network),
            Door::NewPassword => shared.new_password.admit(network),
            Door::OneTimeLink => shared.one_time_link.admit(network),
            Door::Doorplate => shared.doorplate.admit(network),
            Door::Connect => shared.connect.admit(network),
            Door::Stream => shared.stream.admit(network),
            Door::StreamToken => shared.stream_token.admit(network),
            Door::Metrics => shared.metrics.admit(network),
        }
    }

    /// Begins a guess at `lock` by `ip`. Where as many as may be wrong are being looked at, it waits for what comes of
    /// them.
    ///
    /// # Errors
    /// [`Problem::TooManyAttempts`] with the time to wait.
    pub async fn guess(&self, lock: Lock, ip: IpAddr) -> Result<Guess, Problem> {
        let shared = &self.shared;
        let locks = match &lock {
            Lock::SignIn(_) => &shared.sign_in,
            Lock::ChangePassword(_) => &shared.change_password,
            Lock::MeetingPassword(_) => &shared.meeting_password,
        };
        Guess::begin(locks, lock, Network::of(ip)).await
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

/// Where somebody comes from: an IPv4 address, or the /64 that one subscriber of IPv6 has for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Network(IpAddr);

impl Network {
    fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V6(v6) => Self(IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)))),
            v4 @ IpAddr::V4(_) => Self(v4),
        }
    }
}

struct Limiter<K>(Mutex<Attempts<K>>);

fn limiter<K: Hash + Eq>(burst: u32, every: Duration) -> Limiter<K> {
    Limiter(Mutex::new(Attempts::new(quota(burst, every), MOST_KEYS)))
}

fn locks(work: Limiter<Network>, here: Quota, anywhere: Quota) -> Arc<Locks> {
    Arc::new(Locks::new(work, here, anywhere))
}

fn quota(burst: u32, every: Duration) -> Quota {
    Quota { burst, every }
}

impl<K: Hash + Eq> Limiter<K> {
    fn admit(&self, key: K) -> Result<(), Problem> {
        // Each entry is replaced as a whole, so a panic elsewhere cannot leave the counts half changed.
        let mut attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.admit(key, clock::now()).map_err(too_many)
    }
}

/// What somebody is told who has to wait so long.
fn too_many(wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Problem::TooManyAttempts { retry_after: u32::try_from(seconds).unwrap_or(u32::MAX) }
}

#[cfg(test)]
mod tests {
    use domain::MeetingId;
    use domain::people::EmailAddress;

    use super::*;

    /// How many wrong guesses there are until one is refused.
    async fn wrong(limits: &Limits, lock: &Lock, ip: &str) -> usize {
        let mut wrong = 0;
        while limits.guess(lock.clone(), ip.parse().unwrap()).await.is_ok() {
            wrong += 1;
        }
        wrong
    }

    fn sign_in(address: &str) -> Lock {
        Lock::SignIn(EmailAddress::parse(address).unwrap())
    }

    fn meeting() -> Lock {
        Lock::MeetingPassword(MeetingId::from_entropy([1; 16]))
    }

    #[tokio::test]
    async fn guessing_one_persons_password_from_one_place_ends_soon_and_locks_nobody_else_out() {
        let limits = Limits::new();
        let ann = sign_in("ann@example.org");
        assert_eq!(wrong(&limits, &ann, "192.0.2.1").await, 8);
        assert!(limits.guess(ann, "192.0.2.2".parse().unwrap()).await.is_ok());
        assert!(limits.guess(sign_in("ben@example.org"), "192.0.2.1".parse().unwrap()).await.is_ok());
    }

    #[tokio::test]
    async fn one_subscriber_of_ipv6_is_one_place() {
        let limits = Limits::new();
        let is_free = async |ip: &str| limits.guess(meeting(), ip.parse().unwrap()).await.is_ok();
        assert_eq!(wrong(&limits, &meeting(), "2001:db8::1").await, 10);
        assert!(!is_free("2001:db8::2").await);
        assert!(is_free("2001:db8:0:1::1").await);
        assert_eq!(wrong(&limits, &meeting(), "192.0.2.1").await, 10);
        assert!(!is_free("::ffff:192.0.2.1").await);
    }

    #[tokio::test]
    async fn what_is_refused_everywhere_is_not_charged_here() {
        let limits = Limits::new();
        let ann = sign_in("ann@example.org");
        // Fifty wrong ones from everywhere: of the seventh place's eight, two are left.
        for place in 1..=6 {
            assert_eq!(wrong(&limits, &ann, &format!("192.0.2.{place}")).await, 8);
        }
        assert_eq!(wrong(&limits, &ann, "192.0.2.7").await, 2);
        let locks = &limits.shared.sign_in;
        let here = (Network::of("192.0.2.7".parse().unwrap()), ann);
        for _ in 2..8 {
            assert!(locks.wrong().here.begin(here.clone(), clock::now()).is_ok());
        }
        assert!(locks.wrong().here.begin(here, clock::now()).is_err());
    }

    #[tokio::test]
    async fn whoever_knows_a_password_is_never_told_to_wait_for_those_who_know_it_too() {
        let limits = Limits::new();
        let place: IpAddr = "192.0.2.1".parse().unwrap();
        let mut looked_at = Vec::new();
        for _ in 0..10 {
            looked_at.push(limits.guess(meeting(), place).await.unwrap());
        }
        let mut next = std::pin::pin!(limits.guess(meeting(), place));
        assert!(futures::poll!(next.as_mut()).is_pending());
        looked_at.pop().unwrap().give_back();
        let next = next.await.unwrap();
        let mut one_more = std::pin::pin!(limits.guess(meeting(), place));
        assert!(futures::poll!(one_more.as_mut()).is_pending());
        // All of them were wrong.
        drop((looked_at, next));
        assert!(matches!(one_more.await, Err(Problem::TooManyAttempts { retry_after: 1..=10 })));
    }

    #[tokio::test]
    async fn also_right_passwords_are_a_bounded_amount_of_work() {
        let limits = Limits::new();
        let mut right = 0;
        while let Ok(guess) = limits.guess(sign_in("ann@example.org"), "192.0.2.1".parse().unwrap()).await {
            guess.give_back();
            right += 1;
        }
        assert_eq!(right, 60);
    }
}
