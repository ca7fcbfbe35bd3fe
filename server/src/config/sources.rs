//! Where decisions are written down, and what can be wrong with them.

use std::path::Path;
use std::path::PathBuf;

use super::keys;
use super::keys::Keys;

/// The beginning of every variable that is ours.
const PREFIX: &str = "CONFAB_";

/// The variable that names the file; it decides nothing by itself.
const FILE_VARIABLE: &str = "CONFAB_CONFIG";

/// What is wrong, in one sentence for the administrator.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("the configuration {path} cannot be read: {why}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        why: std::io::Error,
    },
    /// The file is not TOML.
    #[error("the configuration {path} is not TOML, line {line}: {why}")]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// Where.
        line: usize,
        /// What the parser said.
        why: String,
    },
    /// Nobody knows this key.
    #[error("{0} is not a key of the configuration")]
    Unknown(String),
    /// A value cannot be used.
    #[error("{key} = {value:?} cannot be used: {want}")]
    Value {
        /// Where it stands.
        key: String,
        /// What was written.
        value: String,
        /// What would be right.
        want: String,
    },
    /// A key needs another one.
    #[error("{key} needs {other} beside it")]
    Alone {
        /// Which key.
        key: String,
        /// What is missing.
        other: String,
    },
}

impl Error {
    pub(super) fn value(key: &str, value: &str, want: String) -> Self {
        Self::Value { key: key.to_owned(), value: value.to_owned(), want }
    }

    pub(super) fn alone(key: &str, other: &str) -> Self {
        Self::Alone { key: key.to_owned(), other: other.to_owned() }
    }
}

/// Takes over what a file says.
pub(super) fn read_file(path: &Path, keys: &mut Keys) -> Result<(), Error> {
    let text = std::fs::read_to_string(path).map_err(|why| Error::File { path: path.to_path_buf(), why })?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| Error::Syntax {
        path: path.to_path_buf(),
        line: error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1)),
        why: error.message().replace('\n', ", "),
    })?;
    flatten(path, "", table, keys)
}

fn flatten(path: &Path, above: &str, table: toml::Table, keys: &mut Keys) -> Result<(), Error> {
    for (name, value) in table {
        let key = if above.is_empty() { name } else { format!("{above}.{name}") };
        match value {
            toml::Value::Table(below) => flatten(path, &key, below, keys)?,
            value if keys::ALL.contains(&key.as_str()) => {
                let shown = format!("{}: {key}", path.display());
                keys.put(&key, shown, text_of(value));
            }
            _ => return Err(Error::Unknown(format!("{}: {key}", path.display()))),
        }
    }
    Ok(())
}

/// A value as text, so that file and environment are read by the same eyes. Lists become their elements with commas.
fn text_of(value: toml::Value) -> String {
    match value {
        toml::Value::String(text) => text,
        toml::Value::Array(values) => values.into_iter().map(text_of).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// Takes over what the environment says: `CONFAB_TLS_KEY` is `tls.key`.
pub(super) fn read_environment(
    environment: impl IntoIterator<Item = (String, String)>,
    keys: &mut Keys,
) -> Result<(), Error> {
    for (variable, value) in environment {
        if !variable.starts_with(PREFIX) || variable == FILE_VARIABLE {
            continue;
        }
        match keys::ALL.iter().find(|key| variable_of(key) == variable) {
            Some(key) => keys.put(key, variable, value),
            None => return Err(Error::Unknown(variable)),
        }
    }
    Ok(())
}

fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}
