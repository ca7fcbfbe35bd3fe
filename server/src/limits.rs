//! How often one may knock at each door.

use std::hash::Hash;
use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use auth::Attempts;
use auth::Quota;
use domain::AccountId;
use domain::MeetingId;
use domain::Problem;
use domain::people::EmailAddress;

use crate::clock;

/// Keys that one limiter remembers: a few megabytes for all of them.
const MOST_KEYS: usize = 20_000;

/// A place where something can be tried out.
#[derive(Clone, Debug)]
pub enum Door {
    /// Signing in with this address.
    SignIn(EmailAddress),
    /// Making an account.
    SignUp,
    /// Using the first administrator's link.
    SetUp,
    /// Choosing a new password with a one-time link.
    NewPassword,
    /// Looking whether a one-time link still opens.
    OneTimeLink,
    /// Telling this account's present password.
    ChangePassword(AccountId),
    /// Telling the password of this meeting.
    MeetingPassword(MeetingId),
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

/// Counts knocks; clones share the counts.
///
/// An address of the network stands for everybody behind it, sometimes for a whole school: quotas per address bound
/// the work, quotas per account and per meeting bound the guessing.
#[derive(Clone)]
pub struct Limits {
    shared: Arc<Shared>,
}

struct Shared {
    sign_in: Limiter<Network>,
    sign_in_here: Limiter<(Network, EmailAddress)>,
    sign_in_anywhere: Limiter<EmailAddress>,
    sign_up: Limiter<Network>,
    set_up: Limiter<Network>,
    new_password: Limiter<Network>,
    one_time_link: Limiter<Network>,
    change_password: Limiter<AccountId>,
    meeting_password: Limiter<(Network, MeetingId)>,
    meeting_password_anywhere: Limiter<MeetingId>,
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
            sign_in: limiter(60, Duration::from_secs(2)),
            sign_in_here: limiter(8, Duration::from_secs(30)),
            // Wider than the one above: nobody shall be able to lock somebody else out from a single address.
            sign_in_anywhere: limiter(50, Duration::from_secs(20)),
            sign_up: limiter(30, Duration::from_secs(20)),
            set_up: limiter(20, Duration::from_secs(10)),
            new_password: limiter(20, Duration::from_secs(10)),
            one_time_link: limiter(600, Duration::from_millis(100)),
            change_password: limiter(8, Duration::from_secs(30)),
            meeting_password: limiter(10, Duration::from_secs(10)),
            meeting_password_anywhere: limiter(500, Duration::from_secs(1)),
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
            Door::SignIn(email) => {
                shared.sign_in.admit(network)?;
                shared.sign_in_here.admit((network, email.clone()))?;
                shared.sign_in_anywhere.admit(email)
            }
            Door::SignUp => shared.sign_up.admit(network),
            Door::SetUp => shared.set_up.admit(network),
            Door::NewPassword => shared.new_password.admit(network),
            Door::OneTimeLink => shared.one_time_link.admit(network),
            Door::ChangePassword(account) => shared.change_password.admit(account),
            Door::MeetingPassword(meeting) => {
                shared.meeting_password.admit((network, meeting.clone()))?;
                shared.meeting_password_anywhere.admit(meeting)
            }
            Door::Doorplate => shared.doorplate.admit(network),
            Door::Connect => shared.connect.admit(network),
            Door::Stream => shared.stream.admit(network),
            Door::StreamToken => shared.stream_token.admit(network),
            Door::Metrics => shared.metrics.admit(network),
        }
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
    Limiter(Mutex::new(Attempts::new(Quota { burst, every }, MOST_KEYS)))
}

impl<K: Hash + Eq> Limiter<K> {
    fn admit(&self, key: K) -> Result<(), Problem> {
        // Each entry is replaced as a whole, so a panic elsewhere cannot leave the counts half changed.
        let mut attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.admit(key, clock::now()).map_err(|wait| {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            Problem::TooManyAttempts { retry_after: u32::try_from(seconds).unwrap_or(u32::MAX) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knocks(limits: &Limits, door: &Door, ip: &str) -> usize {
        (0..10_000).take_while(|_| limits.admit(door.clone(), ip.parse().unwrap()).is_ok()).count()
    }

    #[test]
    fn guessing_one_persons_password_from_one_place_ends_soon_and_locks_nobody_else_out() {
        let limits = Limits::new();
        let ann = Door::SignIn(EmailAddress::parse("ann@example.org").unwrap());
        assert_eq!(knocks(&limits, &ann, "192.0.2.1"), 8);
        assert!(limits.admit(ann, "192.0.2.2".parse().unwrap()).is_ok());
        let ben = Door::SignIn(EmailAddress::parse("ben@example.org").unwrap());
        assert!(limits.admit(ben, "192.0.2.1".parse().unwrap()).is_ok());
    }

    #[test]
    fn one_subscriber_of_ipv6_is_one_place() {
        let limits = Limits::new();
        let meeting = Door::MeetingPassword(MeetingId::from_entropy([1; 16]));
        assert_eq!(knocks(&limits, &meeting, "2001:db8::1"), 10);
        assert!(limits.admit(meeting.clone(), "2001:db8::2".parse().unwrap()).is_err());
        assert!(limits.admit(meeting.clone(), "2001:db8:0:1::1".parse().unwrap()).is_ok());
        assert_eq!(knocks(&limits, &meeting, "192.0.2.1"), 10);
        assert!(limits.admit(meeting, "::ffff:192.0.2.1".parse().unwrap()).is_err());
    }
}
