//! The style sheets in one file.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions};
use lightningcss::targets::{Browsers, Targets};

use crate::output::Site;
use crate::{Mode, NAME};

/// Follows the `@import`s of the entry sheet, writes one sheet that the oldest supported browsers read, and returns its
/// name.
///
/// # Errors
///
/// A rule that cannot be parsed fails the build with its file and line: passing it on would lose it silently.
pub(crate) fn bundle(entry: &Path, mode: Mode, site: &mut Site) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(|error| anyhow!("style: {error}"))?;
    let targets = oldest_browsers();
    sheet.minify(MinifyOptions { targets, ..MinifyOptions::default() }).map_err(|error| anyhow!("style: {error}"))?;
    let printer = PrinterOptions { minify: mode == Mode::Release, targets, ..PrinterOptions::default() };
    let css = sheet.to_css(printer).map_err(|error| anyhow!("style: {error}"))?;
    let mut hasher = DefaultHasher::new();
    css.code.hash(&mut hasher);
    let name = format!("pkg/{NAME}.{:016x}.css", hasher.finish());
    site.put(&name, css.code.as_bytes())?;
    Ok(name)
}

/// The browsers of 2023: the first with `oklch()` and simulcast that we can rely on.
fn oldest_browsers() -> Targets {
    let version = |major: u32, minor: u32| Some(major << 16 | minor << 8);
    Targets::from(Browsers {
        chrome: version(111, 0),
        edge: version(111, 0),
        firefox: version(115, 0),
        ios_saf: version(16, 4),
        safari: version(16, 4),
        ..Browsers::default()
    })
}
