//! The program from the command line: what is wrong is said in one sentence.

use std::net::TcpListener;
use std::net::UdpSocket;
use std::process::Command;
use std::process::Output;

use tempfile::TempDir;

use crate::tls::certificate;

/// Runs `confab` in a folder of its own with nothing but these variables.
fn confab(folder: &TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_confab"))
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn refused(folder: &TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output = confab(folder, arguments, variables);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{said}");
    let sentences: Vec<_> = said.lines().filter(|line| line.starts_with("confab: ")).collect();
    assert_eq!(sentences.len(), 1, "{said}");
    assert!(!said.contains("backtrace") && !said.contains("panicked"), "{said}");
    sentences[0].to_owned()
}

#[test]
fn nothing_configured_is_a_good_configuration() {
    let folder = tempfile::tempdir().unwrap();
    assert!(confab(&folder, &["check-config"], &[]).status.success());
    let version = confab(&folder, &["version"], &[]).stdout;
    assert_eq!(String::from_utf8(version).unwrap().trim(), concat!("confab ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_key_that_nobody_knows_and_a_bad_value_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for (text, names) in
        [("lisen = \"x\"", "lisen"), ("listen = \"here\"", "listen"), ("[tls]\nkey = \"k\"", "tls.key")]
    {
        std::fs::write(folder.path().join("confab.toml"), text).unwrap();
        for task in ["check-config", "serve"] {
            let said = refused(&folder, &[task], &[]);
            assert!(said.contains("confab.toml") || said.contains(names), "{said}");
            assert!(said.contains(names), "{said}");
        }
    }
    std::fs::remove_file(folder.path().join("confab.toml")).unwrap();
    assert!(refused(&folder, &["check-config"], &[("CONFAB_LISEN", "x")]).contains("CONFAB_LISEN"));
    assert!(refused(&folder, &["check-config", "--config", "none.toml"], &[]).contains("none.toml"));
}

#[test]
fn a_port_that_is_in_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let _taken = TcpListener::bind(taken).unwrap();
    let said = refused(&folder, &["serve"], &[("CONFAB_LISTEN", &taken.to_string())]);
    assert!(said.contains(&taken.to_string()) && said.contains("in use"), "{said}");
}

#[test]
fn a_media_port_that_is_in_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let variables = [
        ("CONFAB_LISTEN", "127.0.0.1:0"),
        ("CONFAB_MEDIA_LISTEN", "127.0.0.1"),
        ("CONFAB_MEDIA_FIRST_PORT", port.as_str()),
    ];
    let said = refused(&folder, &["serve"], &variables);
    assert!(said.contains("media.first_port") && said.contains(&format!("UDP 127.0.0.1:{port}")), "{said}");
    assert!(said.contains("in use"), "{said}");
}

#[test]
fn a_data_folder_that_another_process_has_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("data/store")).unwrap();
    let lock = std::fs::File::create(folder.path().join("data/store.lock")).unwrap();
    lock.lock().unwrap();
    let said = refused(&folder, &["serve"], &[("CONFAB_LISTEN", "127.0.0.1:0")]);
    assert!(said.contains("data/store") && said.contains("in use by another process"), "{said}");
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("data"), "a file").unwrap();
    let said = refused(&folder, &["serve"], &[("CONFAB_LISTEN", "127.0.0.1:0")]);
    assert!(said.contains("data"), "{said}");
}

#[test]
fn a_certificate_that_is_missing_or_not_of_its_key_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (good, _) = certificate(folder.path());
    let other = tempfile::tempdir().unwrap();
    let (_, foreign) = certificate(other.path());
    let said = |certificate: &str, key: &str| {
        let listen = ("CONFAB_LISTEN", "127.0.0.1:0");
        refused(&folder, &["serve"], &[listen, ("CONFAB_TLS_CERTIFICATE", certificate), ("CONFAB_TLS_KEY", key)])
    };
    assert!(said("none.pem", &foreign).contains("tls.certificate = none.pem"));
    assert!(said(&good, &foreign).contains("tls.key"));
}
