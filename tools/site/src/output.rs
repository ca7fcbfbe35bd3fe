//! The folder that is being filled, and what is said about it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::Mode;
use crate::compress::{self, Encoding};

/// `target/site` while it is being built.
///
/// Every file that a run puts or keeps is remembered; [`Site::sweep`] removes the others, so that a file deleted from
/// the sources does not live on in the browser.
pub(crate) struct Site {
    root: PathBuf,
    mode: Mode,
    kept: BTreeSet<PathBuf>,
}

impl Site {
    pub(crate) fn open(root: &Path, mode: Mode) -> Result<Self> {
        fs::create_dir_all(root).with_context(|| format!("cannot create {}", root.display()))?;
        Ok(Self { root: root.to_path_buf(), mode, kept: BTreeSet::new() })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Puts one file and, in release mode, its compressed forms.
    ///
    /// A file that is there already with the same bytes stays untouched, and so do its compressed forms: compressing
    /// is the slow part.
    pub(crate) fn put(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.root.join(name);
        let unchanged = fs::read(&path).is_ok_and(|old| old == bytes);
        if !unchanged {
            write(&path, bytes)?;
        }
        let mut line = format!("site: {name} {}", size(bytes.len()));
        if self.mode == Mode::Release && compress::worth_it(name) {
            for encoding in Encoding::ALL {
                let packed = self.put_packed(&path, encoding, bytes, unchanged)?;
                line.push_str(&format!(", {} {}", encoding.extension(), size(packed)));
            }
        }
        self.kept.insert(path);
        say(&line);
        Ok(())
    }

    /// Keeps what an earlier run put under this name; false if it is not all there.
    pub(crate) fn keep(&mut self, name: &str) -> bool {
        let path = self.root.join(name);
        let mut files = vec![path.clone()];
        if self.mode == Mode::Release && compress::worth_it(name) {
            files.extend(Encoding::ALL.map(|encoding| encoding.beside(&path)));
        }
        let complete = files.iter().all(|file| file.is_file());
        if complete {
            self.kept.extend(files);
        }
        complete
    }

    /// Removes what no step of this run has put or kept.
    pub(crate) fn sweep(&self) -> Result<()> {
        for path in files_below(&self.root)? {
            if !self.kept.contains(&path) {
                fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
                self.remove_empty_folders(&path);
            }
        }
        Ok(())
    }

    /// Removes the folders around a file that went, as far as nothing else is in them.
    fn remove_empty_folders(&self, gone: &Path) {
        let around = gone.ancestors().skip(1).take_while(|folder| *folder != self.root);
        for folder in around {
            if fs::remove_dir(folder).is_err() {
                return;
            }
        }
    }

    fn put_packed(&mut self, path: &Path, encoding: Encoding, bytes: &[u8], unchanged: bool) -> Result<usize> {
        let packed_path = encoding.beside(path);
        self.kept.insert(packed_path.clone());
        if unchanged && let Ok(old) = fs::metadata(&packed_path) {
            return Ok(usize::try_from(old.len())?);
        }
        let packed = encoding.pack(bytes)?;
        write(&packed_path, &packed)?;
        Ok(packed.len())
    }
}

/// All files below a folder, sorted.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

/// Writes beside the target and renames, so that a running server never serves half a file.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = path.with_added_extension("part");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(&part, bytes)
        .and_then(|()| fs::rename(&part, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Prints one line for the person at the terminal.
pub(crate) fn say(line: &str) {
    // A closed pipe is not worth failing a build for.
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn size(bytes: usize) -> String {
    format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100)
}
