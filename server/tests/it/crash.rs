//! The process dies, the disk fills up: what was acknowledged is there.

use std::collections::HashMap;
use std::io::BufRead;
use std::io::BufReader;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::Browser;
use crate::harness::PASSWORD;

/// The program in a process of its own.
pub(crate) struct Program {
    child: Child,
    pub(crate) base: String,
}

impl Program {
    /// Starts the program on a folder and waits until it says that it is ready.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::run(Command::new(env!("CARGO_BIN_EXE_confab")).arg("serve"), folder)
    }

    /// The same, in a shell that allows no file to grow beyond so many blocks of 512 octets.
    fn start_on_a_full_disk(folder: &Path, blocks: u32) -> Self {
        // A file that reaches the limit answers like a disk that is full, once the signal for it is ignored.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec {} serve", env!("CARGO_BIN_EXE_confab"));
        Self::run(Command::new("sh").args(["-c", &script]), folder)
    }

    fn run(command: &mut Command, folder: &Path) -> Self {
        let mut child = command
            .current_dir(folder)
            .env("CONFAB_LISTEN", "127.0.0.1:0")
            .env("CONFAB_DATA_DIR", folder.join("data"))
            .env("CONFAB_MEDIA_LISTEN", "127.0.0.1")
            .env("CONFAB_MEDIA_FIRST_PORT", "0")
            .env("CONFAB_LOG", "off")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = "Confab is ready at ";
        let base = lines.find_map(|line| line.unwrap().strip_prefix(ready).map(str::to_owned)).unwrap();
        // Nobody reads on, but the pipe stays open: the program may still print.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, base }
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; answers the exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let pid = nix::unistd::Pid::from_raw(self.child.id().try_into().unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        self.child.wait().unwrap().code()
    }
}

/// What one writer has been told is saved, and what it last asked without an answer.
#[derive(Default)]
struct Told {
    saved: HashMap<String, String>,
    asked: HashMap<String, String>,
}

async fn write_titles(browser: Browser, meeting: String, round: usize, told: Arc<Mutex<Told>>) {
    for count in 0.. {
        let title = format!("round {round} change {count}");
        told.lock().unwrap().asked.insert(meeting.clone(), title.clone());
        let answer = browser.try_call("save-options", &[("id", &meeting), ("title", &title), ("password", "")]).await;
        match answer {
            Ok(answer) if answer.status == 200 => {
                told.lock().unwrap().saved.insert(meeting.clone(), title);
            }
            _ => return,
        }
    }
}

async fn titles(browser: &Browser) -> HashMap<String, String> {
    let cards: Value = browser.call("my-meetings", &[]).await.json();
    let card = |card: &Value| {
        let meeting = &card["meeting"];
        (meeting["id"].as_str().unwrap().to_owned(), meeting["settings"]["title"].as_str().unwrap().to_owned())
    };
    cards.as_array().unwrap().iter().map(card).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_every_acknowledged_setting_is_there() {
    let folder = TempDir::new().unwrap();
    let program = Program::start(folder.path());
    let mut ann = Browser::new(program.base.clone());
    assert_eq!(ann.sign_up("ann", "ann@example.org", PASSWORD).await.status, 200);
    let mut meetings = Vec::new();
    for writer in 0..4 {
        meetings.push(ann.meeting(&format!("Meeting {writer}"), "").await);
    }
    program.kill();
    let told = Arc::new(Mutex::new(Told::default()));
    for round in 0..20 {
        let program = Program::start(folder.path());
        ann.base = program.base.clone();
        check(&ann, &told).await;
        let writers: Vec<_> = meetings
            .iter()
            .map(|meeting| tokio::spawn(write_titles(ann.clone(), meeting.clone(), round, Arc::clone(&told))))
            .collect();
        // Another moment in every round: after so many acknowledged changes.
        let before = format!("round {round} change {}", round % 7);
        let reached = async {
            while !told.lock().unwrap().saved.values().any(|title| *title == before) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), reached).await.unwrap();
        program.kill();
        for writer in writers {
            writer.await.unwrap();
        }
    }
    let program = Program::start(folder.path());
    ann.base = program.base.clone();
    check(&ann, &told).await;
    assert_eq!(program.terminate(), Some(0));
}

/// What is there is what was acknowledged last, or what was asked after it.
async fn check(browser: &Browser, told: &Mutex<Told>) {
    let there = titles(browser).await;
    let told = told.lock().unwrap();
    for (meeting, saved) in &told.saved {
        let (there, asked) = (&there[meeting], &told.asked[meeting]);
        assert!(there == saved || there == asked, "{there} instead of {saved}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_nothing_is_acknowledged_that_is_not_there_afterwards() {
    let folder = TempDir::new().unwrap();
    let program = Program::start_on_a_full_disk(folder.path(), 1024);
    let mut ann = Browser::new(program.base.clone());
    assert_eq!(ann.sign_up("ann", "ann@example.org", PASSWORD).await.status, 200);
    let mut made = Vec::new();
    let refused = loop {
        let answer = ann.call("create-meeting", &[("title", &*"x".repeat(100)), ("password", "")]).await;
        if answer.status != 200 {
            break answer;
        }
        made.push(answer.json::<Value>()["id"].as_str().unwrap().to_owned());
        assert!(made.len() < 5000, "the disk never fills up");
    };
    assert_eq!((refused.status, refused.problem().as_str()), (503, "not_saved"));
    // Still full: refused again, and what can be read is read.
    let again = ann.call("create-meeting", &[("title", "x"), ("password", "")]).await;
    assert_eq!(again.status, 503, "{again:?}");
    program.kill();
    let program = Program::start(folder.path());
    ann.base = program.base.clone();
    let there = titles(&ann).await;
    for meeting in &made {
        assert!(there.contains_key(meeting), "{meeting} was acknowledged");
    }
    assert_eq!(ann.call("create-meeting", &[("title", "Space again"), ("password", "")]).await.status, 200);
    program.kill();
}

#[test]
fn sigterm_ends_the_program_in_peace() {
    let folder = TempDir::new().unwrap();
    assert_eq!(Program::start(folder.path()).terminate(), Some(0));
}
