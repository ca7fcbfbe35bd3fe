//! The program, and how it takes the place of its own process.

use std::env;
use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::path::absolute;
use std::process::Command;

use anyhow::anyhow;

use crate::revival::Revivals;

/// The variable that tells the next process of those before it. It does not begin as those of the configuration do, which refuses
/// what it does not know.
const MEMORY: &str = "REVIVALS_OF_CONFAB";

/// How this process was started.
pub struct Program {
    /// The path that whoever started it named.
    named: Option<PathBuf>,
    revivals: Revivals,
}

impl Program {
    /// Notes how this process was started. To be called before anything changes folders or variables.
    pub fn noted() -> Self {
        let name = env::args_os().next();
        let folders = env::var_os("PATH").unwrap_or_default();
        let revivals = env::var(MEMORY).ok().and_then(|text| Revivals::parse(&text));
        Self { named: name.and_then(|name| find(Path::new(&name), &folders)), revivals: revivals.unwrap_or_default() }
    }

    /// What this process knows of those before it.
    pub fn revivals(&self) -> Revivals {
        self.revivals
    }

    /// Begins anew in the place of this process, with the same arguments and variables, and with what the new one is to know.
    ///
    /// Nothing is dropped: what the process has open ends with it, as everything here is closed on exec. Returns only what went
    /// wrong.
    pub fn begin_anew(&self, known: Revivals) -> anyhow::Error {
        let mut refused = Vec::new();
        for path in paths(env::current_exe().ok(), self.named.clone()) {
            let error = command(&path, known).exec();
            refused.push(format!("{}: {error}", path.display()));
        }
        anyhow!("Confab stopped to start itself anew, and cannot; start it by hand ({})", refused.join(", "))
    }
}

/// Where the program may be. The running one is first, as the kernel knows it; where that was replaced or deleted since, which
/// Linux says in its name, the path leads to the one that took its place.
fn paths(running: Option<PathBuf>, named: Option<PathBuf>) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = running.into_iter().chain(named).collect();
    paths.dedup();
    paths
}

fn command(path: &Path, known: Revivals) -> Command {
    let mut words = env::args_os();
    let mut command = Command::new(path);
    if let Some(name) = words.next() {
        command.arg0(name);
    }
    command.args(words).env(MEMORY, known.to_string());
    command
}

/// The file that a shell would have started by this name.
fn find(name: &Path, folders: &OsStr) -> Option<PathBuf> {
    let is_path = name.components().count() > 1;
    let found = if is_path {
        name.to_path_buf()
    } else {
        env::split_paths(folders).map(|folder| folder.join(name)).find(|file| file.is_file())?
    };
    absolute(found).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_a_shell_finds_it() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("confab");
        std::fs::write(&program, "").unwrap();
        let folders = env::join_paths([Path::new("/nowhere"), folder.path()]).unwrap();
        let found = |name: &str| find(Path::new(name), &folders);
        assert_eq!(found("confab"), Some(program));
        assert_eq!(found("another"), None);
        let here = env::current_dir().unwrap();
        assert_eq!(found("./confab"), Some(here.join("confab")));
        assert_eq!(found("target/debug/confab"), Some(here.join("target/debug/confab")));
        assert_eq!(found("/opt/confab/confab"), Some("/opt/confab/confab".into()));
    }

    #[test]
    fn the_path_that_was_named_is_tried_where_the_running_program_is_gone() {
        let path = |text: &str| Some(PathBuf::from(text));
        let named = path("/opt/confab/confab");
        assert_eq!(paths(named.clone(), named.clone()).len(), 1);
        let both = paths(path("/opt/confab/confab (deleted)"), named.clone());
        assert_eq!(both.last(), named.as_ref());
        assert_eq!(paths(None, named).len(), 1);
    }

    #[test]
    fn the_next_process_is_told_and_keeps_its_name() {
        let known = Revivals::parse("5 1").unwrap();
        let command = command(Path::new("/opt/confab/confab"), known);
        let told: Vec<_> = command.get_envs().collect();
        assert_eq!(told, [(OsStr::new(MEMORY), Some(OsStr::new("5 1")))]);
        assert_eq!(command.get_args().count(), env::args_os().count() - 1);
    }
}
