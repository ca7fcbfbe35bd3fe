//! `public/`, served byte for byte at the root of the site.

use std::fs;
use std::path::{Component, Path};

use anyhow::{Context, Result, bail};

use crate::output::{Site, files_below};

/// Copies every file except the notes for whoever reads the folder.
pub(crate) fn copy(public: &Path, site: &mut Site) -> Result<()> {
    for path in files_below(public)? {
        if path.file_name().is_some_and(|name| name == "README.md") {
            continue;
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        site.put(&address(path.strip_prefix(public)?)?, &bytes)?;
    }
    Ok(())
}

/// The path of a file in an address: segments with `/` between them.
fn address(relative: &Path) -> Result<String> {
    let mut segments = Vec::new();
    for component in relative.components() {
        match component {
            Component::Normal(segment) => segments.push(segment.to_str().context("a file name is not UTF-8")?),
            Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => {
                bail!("{} is not below public/", relative.display())
            }
        }
    }
    Ok(segments.join("/"))
}
