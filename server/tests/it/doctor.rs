//! `confab doctor`, asked on the command line.

mod relay;

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::Program;
use crate::tls::certificate;

/// What the doctor found, and whether it was content.
struct Examined {
    passed: bool,
    findings: Vec<Value>,
}

impl Examined {
    /// Asks in a folder with these variables.
    fn with(folder: &Path, variables: &[(&str, &str)]) -> Self {
        let output = command(folder, variables).arg("--json").output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let report: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
        Self { passed: output.status.success(), findings: report["findings"].as_array().unwrap().clone() }
    }

    /// The worst verdict of a check, and everything that was found by it.
    fn of(&self, check: &str) -> (String, String) {
        let of_check: Vec<&Value> = self.findings.iter().filter(|finding| finding["check"] == check).collect();
        let worst =
            ["fail", "warn", "ok"].into_iter().find(|v| of_check.iter().any(|finding| finding["verdict"] == *v));
        (worst.unwrap_or("nothing").to_owned(), of_check.iter().map(|finding| finding.to_string()).collect())
    }

    #[track_caller]
    fn check(&self, check: &str, verdict: &str, words: &str) {
        let (found, said) = self.of(check);
        assert_eq!(found, verdict, "{check}: {said}");
        assert!(said.contains(words), "{words:?} is not in {said}");
    }
}

fn command(folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_confab"));
    command.arg("doctor").current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("CONFAB_MEDIA_LISTEN", "127.0.0.1").env("CONFAB_MEDIA_FIRST_PORT", "0");
    command.env("CONFAB_LISTEN", "127.0.0.1:0").envs(variables.iter().copied());
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_machine_on_which_confab_could_start_passes() {
    let folder = folder();
    let examined = Examined::with(folder.path(), &[]);
    for (check, verdict, words) in [
        ("configuration", "ok", "can be used"),
        ("listen", "ok", "is free"),
        ("media ports", "warn", "media.first_port"),
        ("public_url", "warn", "is not set"),
        ("data folder", "ok", "first start"),
        ("store", "ok", "nothing is stored yet"),
    ] {
        examined.check(check, verdict, words);
    }
    assert!(examined.passed, "{:?}", examined.findings);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "it leaves nothing behind");
    let output = command(folder.path(), &[]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("ok   configuration: can be used.\n"), "{said}");
    assert_eq!(said.lines().count(), examined.findings.len(), "{said}");
}

#[test]
fn a_configuration_that_cannot_be_used_fails_by_name() {
    let folder = folder();
    let examined = Examined::with(folder.path(), &[("CONFAB_LISEN", "x")]);
    examined.check("configuration", "fail", "CONFAB_LISEN");
    assert!(!examined.passed && examined.findings.len() == 1);
}

#[test]
fn what_another_program_has_fails() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let port = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let first_port = port.local_addr().unwrap().port().to_string();
    // It accepts, says nothing and closes: no Confab.
    let closing = std::thread::spawn(move || taken.incoming().take(1).for_each(drop));
    let variables = [
        ("CONFAB_LISTEN", &*listen),
        ("CONFAB_MEDIA_FIRST_PORT", &first_port),
        ("CONFAB_MEDIA_WORKERS", "1"),
        ("CONFAB_PUBLIC_URL", "https://localhost"),
    ];
    let examined = Examined::with(folder.path(), &variables);
    examined.check("listen", "fail", &listen);
    examined.check("media ports", "fail", &first_port);
    examined.check("public_url", "fail", "trust_proxy");
    assert!(!examined.passed);
    closing.join().unwrap();
}

#[test]
fn beside_a_serving_confab_everything_is_in_its_hands() {
    let folder = folder();
    let program = Program::start(folder.path());
    let listen = format!("127.0.0.1:{}", program.base.rsplit_once(':').unwrap().1);
    let variables = [("CONFAB_LISTEN", &*listen)];
    let examined = Examined::with(folder.path(), &variables);
    examined.check("listen", "ok", "Confab is serving");
    examined.check("store", "ok", "the serving Confab has it");
    examined.check("data folder", "ok", "can be written");
    assert!(examined.passed, "{:?}", examined.findings);
    assert_eq!(program.terminate(), Some(0));
    Examined::with(folder.path(), &variables).check("store", "ok", "it opens");
}

#[test]
fn a_certificate_is_looked_at_from_all_sides() {
    let folder = folder();
    let (own, key) = certificate(folder.path());
    let other = tempfile::tempdir().unwrap();
    let (_, foreign) = certificate(other.path());
    let with = |certificate: &str, key: &str, url: &str| {
        let tls = [("CONFAB_TLS_CERTIFICATE", certificate), ("CONFAB_TLS_KEY", key), ("CONFAB_PUBLIC_URL", url)];
        Examined::with(folder.path(), &tls)
    };
    with(&own, &key, "https://localhost").check("certificate", "warn", "nobody but itself");
    with(&own, &foreign, "https://localhost").check("certificate", "fail", "tls.key does not belong");
    with(&own, &key, "https://127.0.0.1").check("certificate", "fail", "not for 127.0.0.1");
    with("none.pem", &key, "https://localhost").check("certificate", "fail", "tls.certificate = none.pem");
}
