//! Builds what the browser downloads, into `target/site`.
//!
//! Owns the way from the sources to the files on the wire: the client compiled to WebAssembly, cut into parts and bound
//! to JavaScript, the style sheets in one, `public/` byte for byte, and next to every file that gains from it a `.br`
//! and a `.gz`. What changes with a build is named after its content; `site.json` tells the server the names.
//! It starts no program but cargo: wasm-split, wasm-bindgen and lightningcss are linked in. `wasm-opt` is left out on purpose; it
//! saves raw bytes but none on the wire (brotli: 178 KB before and after), and old versions break the module.
//!
//! A second run does only what the changed sources ask for. Start reading at [`build`].

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::json;

mod assets;
mod client;
mod compress;
mod names;
mod output;
mod style;

use output::Site;

/// What the files of the client and the style sheet are called.
const NAME: &str = "confab";

/// What the server links, in the form of `app::Release`.
const MANIFEST: &str = "site.json";

/// How the client is compiled and whether files are compressed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Quick to build, big to download, with names in backtraces.
    Dev,
    /// Small to download.
    Release,
}

fn main() -> ExitCode {
    match mode().and_then(build) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(&format!("site: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn mode() -> Result<Mode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(Mode::Release),
        ["--dev"] => Ok(Mode::Dev),
        _ => bail!("usage: site [--dev]"),
    }
}

fn build(mode: Mode) -> Result<()> {
    let root = workspace()?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut site = Site::open(&target.join("site"), mode)?;
    let client = client::build(&root, &target, mode, &mut site)?;
    let style = style::bundle(&root.join("style/main.css"), mode, &mut site)?;
    assets::copy(&root.join("public"), &mut site)?;
    // Last: it names what is there.
    let manifest =
        json!({ "client": format!("/{}", client.folder), "parts": client.parts, "style": format!("/{style}") });
    site.put(MANIFEST, manifest.to_string().as_bytes())?;
    site.sweep()?;
    output::say(&format!("site: {} is ready", site.root().display()));
    Ok(())
}

/// The folder of the workspace: two levels above this crate.
fn workspace() -> Result<PathBuf> {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("tools/site has no parent")?;
    Ok(tools.parent().context("tools has no parent")?.to_path_buf())
}
