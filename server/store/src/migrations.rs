//! The schema: numbered files, compiled in, applied in order, never edited.

use sha2::Digest;
use sha2::Sha256;
use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use surrealdb::types::SurrealValue;

use crate::Error;

/// A step of the schema.
struct Migration {
    name: &'static str,
    text: &'static str,
}

macro_rules! migrations {
    ($($name:literal),*) => {
        &[$(Migration { name: $name, text: include_str!(concat!("../migrations/", $name, ".surql")) }),*]
    };
}

const ALL: &[Migration] = migrations![
    "0001_accounts_and_meetings",
    "0002_capacity",
    "0003_stream_tokens",
    "0004_administration",
    "0005_running_meetings"
];

impl Migration {
    fn hash(&self) -> String {
        Sha256::digest(self.text).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A step that this data went through.
#[derive(Clone, Debug, PartialEq, Eq, SurrealValue)]
struct Applied {
    name: String,
    hash: String,
}

/// Applies what is missing.
pub(crate) async fn apply(db: &Surreal<Any>) -> Result<(), Error> {
    apply_all(db, ALL).await
}

/// Whether this data can be brought up to date, without doing it.
pub(crate) async fn check(db: &Surreal<Any>) -> Result<(), Error> {
    missing(db, ALL).await.map(drop)
}

async fn apply_all(db: &Surreal<Any>, all: &[Migration]) -> Result<(), Error> {
    for migration in missing(db, all).await? {
        step(db, migration).await.map_err(Error::Closed)?;
    }
    Ok(())
}

/// The steps that this data has not gone through.
async fn missing<'a>(db: &Surreal<Any>, all: &'a [Migration]) -> Result<&'a [Migration], Error> {
    let applied: Vec<Applied> = db
        .query("DEFINE TABLE IF NOT EXISTS migration SCHEMALESS; SELECT name, hash FROM migration ORDER BY name")
        .await
        .and_then(|answer| answer.check())
        .and_then(|mut answer| answer.take(1))
        .map_err(Error::Closed)?;
    for (known, migration) in applied.iter().zip(all) {
        if known.name != migration.name {
            return Err(Error::Newer(known.name.clone()));
        }
        if known.hash != migration.hash() {
            return Err(Error::Edited(known.name.clone()));
        }
    }
    match applied.get(all.len()) {
        Some(unknown) => Err(Error::Newer(unknown.name.clone())),
        None => Ok(all.get(applied.len()..).unwrap_or_default()),
    }
}

/// One migration and the note that it was applied, or neither.
async fn step(db: &Surreal<Any>, migration: &Migration) -> Result<(), surrealdb::Error> {
    let note = Applied { name: migration.name.to_owned(), hash: migration.hash() };
    let transaction = db.clone().begin().await?;
    let outcome = async {
        transaction.query(migration.text).await?.check()?;
        transaction.query("CREATE migration SET name = $name, hash = $hash").bind(note).await?.check()
    };
    match outcome.await {
        Ok(_) => transaction.commit().await.map(drop),
        Err(error) => {
            transaction.cancel().await?;
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Migration = Migration { name: "0001_first", text: "DEFINE TABLE one SCHEMAFULL;" };

    async fn memory() -> Surreal<Any> {
        let db = surrealdb::engine::any::connect("mem://").await.unwrap();
        db.use_ns("confab").use_db("confab").await.unwrap();
        db
    }

    #[tokio::test]
    async fn each_migration_is_applied_once() {
        let db = memory().await;
        for _ in 0..3 {
            apply(&db).await.unwrap();
        }
        let mut answer = db.query("SELECT name, hash FROM migration").await.unwrap();
        assert_eq!(answer.take::<Vec<Applied>>(0).unwrap().len(), ALL.len());
    }

    #[tokio::test]
    async fn sm_7_a_meeting_from_before_gets_the_usual_number_of_seats() {
        let db = memory().await;
        apply_all(&db, &ALL[..1]).await.unwrap();
        let meeting = "CREATE meeting:old SET owner = account:ann, title = 'Round', allow_guests = true,
            attendees_may_start = true, regular = false, created_ms = 1, messages = 0";
        db.query(meeting).await.unwrap().check().unwrap();
        apply(&db).await.unwrap();
        let mut answer = db.query("SELECT VALUE capacity FROM meeting").await.unwrap();
        assert_eq!(answer.take::<Vec<i64>>(0).unwrap(), [i64::from(domain::meeting::Capacity::USUAL.seats())]);
    }

    #[tokio::test]
    async fn an_edited_migration_is_noticed() {
        let db = memory().await;
        apply_all(&db, &[FIRST]).await.unwrap();
        let edited = Migration { text: "DEFINE TABLE two SCHEMAFULL;", ..FIRST };
        assert!(matches!(apply_all(&db, &[edited]).await, Err(Error::Edited(name)) if name == FIRST.name));
    }

    #[tokio::test]
    async fn data_of_a_newer_version_is_left_alone() {
        let db = memory().await;
        apply_all(&db, &[FIRST]).await.unwrap();
        assert!(matches!(apply_all(&db, &[]).await, Err(Error::Newer(name)) if name == FIRST.name));
    }

    #[tokio::test]
    async fn looking_at_old_data_does_not_bring_it_up_to_date() {
        let db = memory().await;
        apply_all(&db, &ALL[..1]).await.unwrap();
        check(&db).await.unwrap();
        assert_eq!(missing(&db, ALL).await.unwrap().len(), ALL.len() - 1);
    }

    #[tokio::test]
    async fn a_migration_that_fails_leaves_nothing_behind() {
        let db = memory().await;
        let broken = Migration { name: "0002_broken", text: "DEFINE TABLE two SCHEMAFULL; THROW 'no';" };
        assert!(apply_all(&db, &[FIRST, broken]).await.is_err());
        let mut answer = db.query("SELECT VALUE name FROM migration").await.unwrap();
        assert_eq!(answer.take::<Vec<String>>(0).unwrap(), [FIRST.name]);
        apply_all(&db, &[FIRST]).await.unwrap();
    }
}
