//! The folder that holds the data.

use std::fs;
use std::fs::File;
use std::fs::TryLockError;
use std::path::Path;

use crate::Error;

/// The right to use a data folder, until it is dropped or the process ends in whatever way.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Makes the folder where it is missing and takes its lock.
    ///
    /// The lock is a file beside the folder: what stays inside it is the database's alone.
    pub(crate) fn take(folder: &Path) -> Result<Self, Error> {
        let unusable = |source| Error::Folder { path: folder.to_path_buf(), source };
        fs::create_dir_all(folder).map_err(unusable)?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.with_added_extension("lock"))
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked(folder.to_path_buf())),
            Err(TryLockError::Error(source)) => Err(unusable(source)),
        }
    }
}
