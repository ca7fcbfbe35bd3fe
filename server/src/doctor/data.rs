//! The data folder, the store in it, and the disk under it.

use std::fs;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::path::PathBuf;

use nix::sys::statvfs::statvfs;
use nix::unistd::Uid;
use nix::unistd::User;
use nix::unistd::geteuid;
use store::Store;

use super::report::Finding;
use crate::config::Config;

const FOLDER: &str = "data folder";
const STORE: &str = "store";
const DISK: &str = "disk";

/// The probe's own file.
const TRIAL: &str = ".confab-doctor";

/// Free space below which the store soon cannot write, and below which it is time to look.
const LEAST_FREE: u64 = 256 << 20;
const COMFORTABLE_FREE: u64 = 2 << 30;
const LEAST_INODES: u64 = 1_000;

/// What is where the data lies.
#[derive(Debug)]
pub(super) struct Facts {
    folder: PathBuf,
    state: Folder,
    store: Stored,
    disk: Option<Disk>,
}

#[derive(Debug, PartialEq, Eq)]
enum Folder {
    /// It can be written.
    Writable,
    /// It is not there yet; the first start makes it.
    Missing,
    /// It belongs to somebody else than who asks.
    Foreign(String),
    /// It cannot be written.
    Refused(String),
}

#[derive(Debug, PartialEq, Eq)]
enum Stored {
    /// Only in memory, by configuration.
    Nowhere,
    /// Nothing was stored yet.
    Nothing,
    /// It opens.
    Opens,
    /// Another process has it.
    Locked,
    /// Not looked at, because of the folder.
    Unknown,
    /// It does not open.
    Broken(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Disk {
    free: u64,
    /// None where the file system does not count them.
    free_inodes: Option<u64>,
}

pub(super) async fn probe(config: &Config) -> Facts {
    let folder = config.data_dir.clone();
    let state = look_at(&folder);
    let store = match config.store.strip_prefix("surrealkv://") {
        None => Stored::Nowhere,
        Some(path) if !Path::new(path).exists() => Stored::Nothing,
        // What this user made in another one's folder, that one could not open afterwards.
        Some(path) if foreign_owner(Path::new(path)).is_some() => Stored::Unknown,
        Some(_) => match Store::examine(&config.store).await {
            Ok(()) => Stored::Opens,
            Err(store::Error::Locked(_)) => Stored::Locked,
            Err(error) => Stored::Broken(error.to_string()),
        },
    };
    let disk = disk_under(&folder);
    Facts { folder, state, store, disk }
}

fn look_at(folder: &Path) -> Folder {
    if !folder.exists() {
        return match nearest(folder).map(fs::metadata) {
            Some(Ok(parent)) if parent.permissions().readonly() => {
                Folder::Refused("its parent cannot be written".to_owned())
            }
            Some(Ok(parent)) if !parent.is_dir() => Folder::Refused("its parent is a file".to_owned()),
            Some(Ok(_)) => Folder::Missing,
            Some(Err(error)) => Folder::Refused(error.to_string()),
            None => Folder::Refused("it has no parent".to_owned()),
        };
    }
    if let Some(owner) = foreign_owner(folder) {
        return Folder::Foreign(owner);
    }
    match try_out(&folder.join(TRIAL)) {
        Ok(()) => Folder::Writable,
        Err(error) => Folder::Refused(error.to_string()),
    }
}

/// The nearest folder above that exists.
fn nearest(folder: &Path) -> Option<&Path> {
    let here = Path::new(".");
    folder.ancestors().skip(1).map(|above| if above.as_os_str().is_empty() { here } else { above }).find(|a| a.exists())
}

fn try_out(file: &Path) -> io::Result<()> {
    File::create(file)?.sync_all()?;
    fs::remove_file(file)
}

/// Who owns it, if that is somebody else than who asks.
pub(crate) fn foreign_owner(path: &Path) -> Option<String> {
    let owner = Uid::from_raw(fs::metadata(path).ok()?.uid());
    let name = || User::from_uid(owner).ok().flatten().map_or_else(|| owner.to_string(), |user| user.name);
    (owner != geteuid()).then(name)
}

fn disk_under(folder: &Path) -> Option<Disk> {
    let place = if folder.exists() { folder } else { nearest(folder)? };
    let disk = statvfs(place).ok()?;
    let free_inodes = (disk.files() > 0).then(|| disk.files_available());
    Some(Disk { free: disk.blocks_available().saturating_mul(disk.fragment_size()), free_inodes })
}

/// `serving`: whether a Confab answers where it should.
pub(super) fn judge(facts: &Facts, serving: bool) -> Vec<Finding> {
    let mut findings =
        vec![judge_folder(&facts.folder, &facts.state), judge_store(&facts.store, &facts.folder, serving)];
    findings.extend(facts.disk.map(judge_disk));
    findings
}

fn judge_folder(folder: &Path, state: &Folder) -> Finding {
    let folder = folder.display();
    match state {
        Folder::Writable => Finding::ok(FOLDER, format!("{folder} can be written")),
        Folder::Missing => Finding::ok(FOLDER, format!("{folder} is not there yet; the first start makes it")),
        Folder::Foreign(owner) => Finding::warn(
            FOLDER,
            format!("{folder} belongs to {owner}, so it was not tried out"),
            format!("Ask again as that user: `sudo -u {owner} confab doctor`."),
        ),
        Folder::Refused(why) => Finding::fail(
            FOLDER,
            format!("{folder} cannot be written: {why}"),
            "Give it to Confab's user with `chown`, or set data_dir to a folder that it has.",
        ),
    }
}

fn judge_store(stored: &Stored, folder: &Path, serving: bool) -> Finding {
    match stored {
        Stored::Nowhere => {
            Finding::warn(STORE, "everything is kept in memory and lost at the end", "Set store to a folder.")
        }
        Stored::Nothing => Finding::ok(STORE, "nothing is stored yet"),
        Stored::Opens => Finding::ok(STORE, "it opens and is of this version, or can be brought up to it"),
        Stored::Locked if serving => Finding::ok(STORE, "the serving Confab has it"),
        Stored::Locked => Finding::fail(
            STORE,
            "another process has it, but no Confab answers where it should listen",
            format!("See who it is with `fuser -v {}/*.lock` and end it.", folder.display()),
        ),
        Stored::Unknown => Finding::warn(STORE, "it was not tried out", "Ask again as the user who owns it."),
        Stored::Broken(why) => Finding::fail(
            STORE,
            why.clone(),
            "Put back a copy of the data folder from before, or use the newer version.",
        ),
    }
}

fn judge_disk(disk: Disk) -> Finding {
    let Disk { free, free_inodes } = disk;
    let found = format!("{} MiB are free under the data folder", free >> 20);
    let advice = "Free some: what cannot be written is not saved.";
    match free_inodes {
        Some(inodes) if inodes < LEAST_INODES => {
            Finding::fail(DISK, format!("only {inodes} more files can be made under the data folder"), advice)
        }
        Some(_) | None if free < LEAST_FREE => Finding::fail(DISK, found, advice),
        Some(_) | None if free < COMFORTABLE_FREE => Finding::warn(DISK, found, advice),
        Some(_) | None => Finding::ok(DISK, found),
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::Verdict;
    use super::super::report::check;
    use super::*;

    fn judged(state: Folder, store: Stored, serving: bool) -> Vec<Finding> {
        judge(&Facts { folder: "data".into(), state, store, disk: None }, serving)
    }

    #[test]
    fn a_folder_that_is_there_or_will_be_is_fine() {
        check(
            judged(Folder::Writable, Stored::Opens, false),
            &[(Verdict::Ok, "can be written"), (Verdict::Ok, "opens")],
        );
        check(judged(Folder::Missing, Stored::Nothing, false), &[(Verdict::Ok, "first start"), (Verdict::Ok, "yet")]);
        check(judged(Folder::Writable, Stored::Locked, true), &[(Verdict::Ok, ""), (Verdict::Ok, "serving Confab")]);
    }

    #[test]
    fn what_stands_in_the_way_of_the_data_is_named() {
        let foreign = Folder::Foreign("confab".to_owned());
        check(
            judged(foreign, Stored::Unknown, false),
            &[(Verdict::Warn, "sudo -u confab"), (Verdict::Warn, "not tried")],
        );
        let refused = Folder::Refused("no".to_owned());
        check(judged(refused, Stored::Locked, false), &[(Verdict::Fail, "chown"), (Verdict::Fail, "another process")]);
        let broken = Stored::Broken("the data was written by a newer version".to_owned());
        check(judged(Folder::Writable, broken, false), &[(Verdict::Ok, ""), (Verdict::Fail, "newer version")]);
        check(judged(Folder::Writable, Stored::Nowhere, false), &[(Verdict::Ok, ""), (Verdict::Warn, "memory")]);
    }

    #[test]
    fn a_disk_that_fills_up_is_said_in_time() {
        let judged = |free, free_inodes| [judge_disk(Disk { free, free_inodes })];
        check(judged(10 << 30, Some(1 << 20)), &[(Verdict::Ok, "10240 MiB")]);
        check(judged(10 << 30, None), &[(Verdict::Ok, "10240 MiB")]);
        check(judged(1 << 30, None), &[(Verdict::Warn, "1024 MiB")]);
        check(judged(100 << 20, Some(1 << 20)), &[(Verdict::Fail, "100 MiB")]);
        check(judged(10 << 30, Some(3)), &[(Verdict::Fail, "only 3 more files")]);
    }

    #[test]
    fn the_probe_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("not/there/yet");
        assert_eq!(look_at(&data), Folder::Missing);
        assert_eq!(look_at(folder.path()), Folder::Writable);
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
        assert!(disk_under(&data).is_some());
        fs::write(folder.path().join("file"), "").unwrap();
        assert!(matches!(look_at(&folder.path().join("file/data")), Folder::Refused(_)));
    }
}
