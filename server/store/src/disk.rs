//! The disk under a store: whether it takes files again, after it refused a change.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

/// What is written to try it out. A store that opens again needs room for more than its next change.
const PIECES: usize = 8;
const PIECE: usize = 1 << 20;

/// The file that it is written into.
const TRIAL: &str = ".trial";

/// The disk that a store's data lies on; none where it is kept in memory.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    folder: Option<PathBuf>,
}

impl Disk {
    pub(crate) fn under(folder: &Path) -> Self {
        Self { folder: Some(folder.to_path_buf()) }
    }

    /// Writes some megabytes as a change would be written, and leaves nothing of them behind: what is free by the disk's own
    /// account may be kept for others, or be more than a quota allows.
    ///
    /// Takes as long as the disk does; not for a thread that serves others.
    ///
    /// # Errors
    /// What the operating system refused.
    #[expect(clippy::disallowed_methods, reason = "which noise it is changes nothing")]
    pub fn try_out(&self) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let mut file = nameless(&folder.join(TRIAL))?;
        let mut piece = vec![0; PIECE];
        // Noise, in which no file system finds anything to pack.
        getrandom::fill(&mut piece).map_err(|error| io::Error::other(error.to_string()))?;
        for _ in 0..PIECES {
            file.write_all(&piece)?;
        }
        file.sync_all()
    }
}

/// A file that has no name any more: it goes when it is closed, also where the process is killed before.
fn nameless(path: &Path) -> io::Result<File> {
    let file = File::create(path)?;
    fs::remove_file(path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn a_disk_with_room_takes_a_trial_and_keeps_nothing_of_it() {
        let folder = tempfile::tempdir().unwrap();
        // As a process leaves it that is killed between the two steps.
        fs::write(folder.path().join(TRIAL), "").unwrap();
        Disk::under(folder.path()).try_out().unwrap();
        assert_eq!(names(folder.path()), 0);
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Disk::under(&folder.path().join("not there")).try_out().is_err());
        assert!(Disk::default().try_out().is_ok(), "memory is always there");
    }

    #[test]
    fn a_file_is_nameless_while_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = nameless(&folder.path().join(TRIAL)).unwrap();
        file.write_all(b"something").unwrap();
        assert_eq!(names(folder.path()), 0);
    }
}
