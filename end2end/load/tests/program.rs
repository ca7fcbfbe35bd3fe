//! The program as the browser tests start it. That this file exists makes `cargo test` build it for them.
#![allow(clippy::unwrap_used, reason = "what goes wrong here fails the test")]

use std::process::Command;

/// Runs the program, which is to fail, and answers what it says.
fn complaint(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_load")).args(arguments).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_crowd_without_films_or_a_meeting_says_what_is_missing() {
    let empty = tempfile::tempdir().unwrap();
    let films = empty.path().to_str().unwrap();
    let said = complaint(&["crowd", "--meeting", "abc-defg-hij", "--films", films]);
    assert!(said.contains("there is no film"), "{said}");
    let said = complaint(&["crowd", "--meeting", "soup", "--films", films]);
    assert!(said.contains("not a meeting's ID"), "{said}");
}
