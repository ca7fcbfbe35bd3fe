//! From what the database holds to what the domain knows.

use domain::Problem;
use domain::Timestamp;
use domain::meeting::Capacity;
use surrealdb::types::RecordId;
use surrealdb::types::RecordIdKey;

use crate::Error;

/// The text behind the colon of a record's id.
pub(crate) fn key(id: RecordId) -> Result<String, Error> {
    match id.key {
        RecordIdKey::String(key) => Ok(key),
        other => Err(Error::Unreadable(format!("{other:?} is not a key"))),
    }
}

/// A domain value; what is on the disk went through the same parsing before, so a failure is damage.
pub(crate) fn value<T: TryFrom<String, Error = Problem>>(text: String) -> Result<T, Error> {
    T::try_from(text).map_err(|problem| Error::Unreadable(problem.to_string()))
}

/// A number of seats.
pub(crate) fn capacity(seats: i64) -> Result<Capacity, Error> {
    let known = u16::try_from(seats).ok().and_then(|seats| Capacity::new(seats).ok());
    known.ok_or_else(|| Error::Unreadable(format!("{seats} is no number of seats")))
}

/// A point in time.
pub(crate) fn time(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}
