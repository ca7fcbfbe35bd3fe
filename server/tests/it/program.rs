//! The program in a process of its own.

use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::channel;
use std::time::Duration;

use rustix::process::Pid;
use rustix::process::Resource;
use rustix::process::Rlimit;
use rustix::process::getrlimit;
use rustix::process::prlimit;

/// Where the program listens: on a free port, for this machine alone or for everybody.
pub(crate) const HERE: &str = "127.0.0.1:0";
pub(crate) const EVERYWHERE: &str = "0.0.0.0:0";

/// A program that takes longer to get ready does not get ready.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running `confab`.
pub(crate) struct Program {
    child: Child,
    /// Where it answers.
    pub(crate) base: String,
    /// The link that makes the first administrator, if one was printed.
    pub(crate) set_up_link: Option<String>,
    /// What it prints after that.
    printed: Receiver<String>,
}

impl Program {
    /// Starts the program on a folder and waits until it says that it is ready.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::run(Command::new(env!("CARGO_BIN_EXE_confab")).arg("serve"), folder, HERE, "off")
    }

    /// The same, and the program writes what an administrator reads of it into the file `log`.
    pub(crate) fn start_logging(folder: &Path, listen: &str, log: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_confab"));
        let command = command.arg("serve").stderr(File::create(log).unwrap());
        Self::run(command, folder, listen, "warn,server=info")
    }

    /// The same, in a shell that allows no file to grow beyond so many blocks of 512 octets.
    pub(crate) fn start_on_a_full_disk(folder: &Path, blocks: u32) -> Self {
        // A file that reaches the limit answers like a disk that is full, once the signal for it is ignored.
        let script = format!("trap '' XFSZ; ulimit -S -f {blocks}; exec {} serve", env!("CARGO_BIN_EXE_confab"));
        Self::run(Command::new("sh").args(["-c", &script]), folder, HERE, "off")
    }

    /// Makes room on the full disk.
    pub(crate) fn make_room(&self) {
        let own = getrlimit(Resource::Fsize);
        let room = Rlimit { current: own.maximum, ..own };
        prlimit(Some(Pid::from_child(&self.child)), Resource::Fsize, room).unwrap();
    }

    fn run(command: &mut Command, folder: &Path, listen: &str, log: &str) -> Self {
        let mut child = command
            .current_dir(folder)
            .env("CONFAB_LISTEN", listen)
            .env("CONFAB_DATA_DIR", folder.join("data"))
            .env("CONFAB_MEDIA_LISTEN", "127.0.0.1")
            .env("CONFAB_MEDIA_FIRST_PORT", "0")
            .env("CONFAB_LOG", log)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (heard, printed) = channel();
        // Everything is read, whether the test wants to know it or not: the pipe must neither fill up nor close.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = heard.send(line);
            }
        });
        let (base, set_up_link) = ready(&printed);
        Self { child, base, set_up_link, printed }
    }

    /// Waits until it is ready once more: it started itself anew, and may listen on another port.
    pub(crate) fn come_back(&mut self) {
        (self.base, self.set_up_link) = ready(&self.printed);
    }

    /// The address that it listens on.
    pub(crate) fn addr(&self) -> SocketAddr {
        let (_, port) = self.base.rsplit_once(':').unwrap();
        SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()))
    }

    /// `kill -9`.
    pub(crate) fn kill(self) {
        drop(self);
    }

    /// SIGTERM; answers the exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let pid = nix::unistd::Pid::from_raw(self.child.id().try_into().unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        self.child.wait().unwrap().code()
    }
}

/// Reads until the program says where it is ready: that, and the link that makes the first administrator.
fn ready(printed: &Receiver<String>) -> (String, Option<String>) {
    let mut set_up_link = None;
    loop {
        let line = printed.recv_timeout(PATIENCE).expect("the program does not get ready");
        if let Some(link) = line.strip_prefix("Open this link once to make the first administrator: ") {
            set_up_link = Some(link.to_owned());
        }
        if let Some(base) = line.strip_prefix("Confab is ready at ") {
            return (base.to_owned(), set_up_link);
        }
    }
}

/// A test that fails leaves no process behind.
impl Drop for Program {
    fn drop(&mut self) {
        // An error means that it ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
