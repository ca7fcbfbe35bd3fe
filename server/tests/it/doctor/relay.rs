//! The doctor with a relay: Debian's coturn.

use std::io::BufRead;
use std::io::BufReader;
use std::net::TcpListener;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use tempfile::TempDir;

use super::Examined;
use super::folder;

const SECRET: &str = "a secret between two servers";

/// A relay on loopback that ends with the test.
struct Relay {
    process: Child,
    port: u16,
    _folder: TempDir,
}

impl Relay {
    fn start() -> Self {
        let folder = folder();
        let port = free_port();
        let file = |name: &str| folder.path().join(name).display().to_string();
        let mut process = Command::new("turnserver")
            .args(["-n", "--no-cli", "--no-tls", "--no-dtls", "--use-auth-secret", "--realm=confab.test"])
            .args(["--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", "--log-file=stdout"])
            .args([format!("--listening-port={port}"), format!("--static-auth-secret={SECRET}")])
            .args([format!("--userdb={}", file("users")), format!("--pidfile={}", file("pid"))])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("turnserver starts; `tools/setup test` installs it");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let relay = Self { process, port, _folder: folder };
        // Its listeners are open before those who check secrets begin.
        assert!(lines.any(|line| line.contains("auth thread")), "the relay ended");
        std::thread::spawn(move || lines.for_each(drop));
        relay
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // An error means that it ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What the doctor says of a relay at this port of loopback.
fn examined(scheme: &str, port: u16, query: &str, secret: &str) -> Examined {
    let url = format!("{scheme}:127.0.0.1:{port}{query}");
    Examined::with(folder().path(), &[("CONFAB_TURN_URLS", &url), ("CONFAB_TURN_SECRET", secret)])
}

#[test]
fn a_relay_is_asked_for_a_relayed_address_by_udp_and_tcp() {
    let relay = Relay::start();
    let by = |query| examined("turn", relay.port, query, SECRET);
    by("?transport=udp").check("relay", "ok", "relays by UDP from 127.0.0.1:");
    by("?transport=tcp").check("relay", "ok", "relays by TCP from 127.0.0.1:");
    let both = by("");
    both.check("relay", "warn", "relays by UDP");
    both.check("relay", "warn", "transport=tcp");
    assert!(both.passed);
}

#[test]
fn a_relay_with_another_secret_fails() {
    let relay = Relay::start();
    for query in ["?transport=udp", "?transport=tcp"] {
        let examined = examined("turn", relay.port, query, "another secret altogether");
        examined.check("relay", "fail", "static-auth-secret");
        assert!(!examined.passed);
    }
}

#[test]
fn where_no_relay_is_the_port_is_to_be_opened() {
    for (query, by) in [("?transport=udp", "for UDP"), ("?transport=tcp", "for TCP")] {
        examined("turn", free_port(), query, SECRET).check("relay", "fail", by);
    }
}
