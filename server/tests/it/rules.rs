//! The rules of the house that no compiler knows.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && name != "node_modules" && !name.starts_with('.') {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file except this one, with its path below the workspace.
fn house() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    sources(root, &mut found);
    let read =
        |path: PathBuf| (path.strip_prefix(root).unwrap().display().to_string(), fs::read_to_string(&path).unwrap());
    found.into_iter().map(read).filter(|(path, _)| path != "server/tests/it/rules.rs").collect()
}

#[test]
fn features_are_for_manifests() {
    let gated: Vec<_> =
        house().into_iter().filter(|(_, text)| text.contains("cfg(feature")).map(|(path, _)| path).collect();
    assert!(gated.is_empty(), "{gated:?}");
}

#[test]
fn surrealql_is_for_the_store() {
    let words = ["surrealdb::", "type::record(", "DEFINE TABLE"];
    let outside = house().into_iter().filter(|(path, _)| !path.starts_with("server/store/"));
    let found: Vec<_> =
        outside.filter(|(_, text)| words.iter().any(|word| text.contains(word))).map(|(path, _)| path).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn modules_have_names() {
    let nameless: Vec<_> = house().into_iter().map(|(path, _)| path).filter(|path| path.ends_with("/mod.rs")).collect();
    assert!(nameless.is_empty(), "{nameless:?}");
}
