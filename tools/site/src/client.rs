//! The client: compiled by cargo, bound to JavaScript by wasm-bindgen.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::output::{self, Site, files_below};
use crate::{Mode, NAME};

const TARGET: &str = "wasm32-unknown-unknown";

/// Puts `pkg/confab.js`, `pkg/confab.wasm` and the scripts that they import.
pub(crate) fn build(root: &Path, target: &Path, mode: Mode, site: &mut Site) -> Result<()> {
    let module = compile(root, target, mode)?;
    let module = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let stamp = Stamp::of(target, &module, mode);
    if stamp.names().is_some_and(|names| !names.is_empty() && names.iter().all(|name| site.keep(name))) {
        output::say(&format!("site: pkg/{NAME}.js and pkg/{NAME}.wasm are up to date"));
        return Ok(());
    }
    let bound = target.join("site-bound");
    bind(module, mode, &bound)?;
    let mut names = Vec::new();
    for path in files_below(&bound)? {
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        // Leptos links `confab.wasm`, wasm-bindgen calls it `confab_bg.wasm`.
        let name = path.strip_prefix(&bound)?.to_string_lossy().replace("_bg.wasm", ".wasm");
        let name = format!("pkg/{name}");
        site.put(&name, &bytes)?;
        names.push(name);
    }
    stamp.write(&names)
}

fn compile(root: &Path, target: &Path, mode: Mode) -> Result<PathBuf> {
    let (profile, folder) = match mode {
        Mode::Dev => ("dev", "debug"),
        Mode::Release => ("wasm-release", "wasm-release"),
    };
    output::say(&format!("site: compiling the client, profile {profile}"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--locked", "--package", "client", "--target", TARGET, "--profile", profile])
        .current_dir(root)
        .status()
        .context("cannot start cargo")?;
    ensure!(status.success(), "the client does not compile (is the target there? rustup target add {TARGET})");
    Ok(target.join(TARGET).join(folder).join("client.wasm"))
}

fn bind(module: Vec<u8>, mode: Mode, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let release = mode == Mode::Release;
    Bindgen::new()
        .input_bytes(NAME, module)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .debug(!release)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(folder)
        .context("wasm-bindgen cannot bind the client")
}

/// Remembers which module the bound files in the site came from: binding takes seconds.
struct Stamp {
    path: PathBuf,
    hash: String,
}

impl Stamp {
    fn of(target: &Path, module: &[u8], mode: Mode) -> Self {
        let mut hasher = DefaultHasher::new();
        module.hash(&mut hasher);
        (mode == Mode::Release).hash(&mut hasher);
        Self { path: target.join("site.stamp"), hash: format!("{:016x}", hasher.finish()) }
    }

    /// The files that the same module gave last time; none if another one was bound last.
    fn names(&self) -> Option<Vec<String>> {
        let text = fs::read_to_string(&self.path).ok()?;
        let mut lines = text.lines();
        (lines.next()? == self.hash).then(|| lines.map(str::to_owned).collect())
    }

    fn write(&self, names: &[String]) -> Result<()> {
        output::write(&self.path, format!("{}\n{}\n", self.hash, names.join("\n")).as_bytes())
    }
}
