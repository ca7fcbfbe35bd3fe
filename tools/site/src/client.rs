//! The client: compiled by cargo, cut into parts by wasm-split, bound to JavaScript by wasm-bindgen.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};
use serde::{Deserialize, Serialize};
use walrus::ModuleConfig;
use wasm_bindgen_cli_support::Bindgen;

use crate::output::{self, Site, files_below};
use crate::{Mode, NAME, names};

const TARGET: &str = "wasm32-unknown-unknown";

/// The script between the client and its parts.
const PARTS: &str = "parts.js";

/// What was put of the client, and under which names.
#[derive(Serialize, Deserialize)]
pub(crate) struct Client {
    /// The folder, in an address: named after the content of all its files, because none of them fits another build.
    pub(crate) folder: String,
    /// The files of each part, without `.wasm`, in the order in which they are needed.
    pub(crate) parts: BTreeMap<String, Vec<String>>,
    files: Vec<String>,
}

/// Puts the client with its parts into a folder of its own below `pkg`.
pub(crate) fn build(root: &Path, target: &Path, mode: Mode, site: &mut Site) -> Result<Client> {
    let module = compile(root, target, mode)?;
    let module = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let stamp = Stamp::of(target, &module, mode);
    if let Some(client) = stamp.read().filter(|client| client.files.iter().all(|name| site.keep(name))) {
        output::say(&format!("site: {} is up to date", client.folder));
        return Ok(client);
    }
    let work = target.join("site-work");
    if work.exists() {
        fs::remove_dir_all(&work).with_context(|| format!("cannot empty {}", work.display()))?;
    }
    let main = work.join(format!("{NAME}.wasm"));
    let bound = work.join("bound");
    let parts = cut(&module, &main, &bound)?;
    tighten(&bound, mode)?;
    bind(&main, mode, &bound)?;
    let client = put(&bound, parts, site)?;
    stamp.write(&client)?;
    Ok(client)
}

/// Compiles the client, with relocations left in for [`cut`].
///
/// The flag goes to the last link only: in `RUSTFLAGS` it would compile every dependency once more.
fn compile(root: &Path, target: &Path, mode: Mode) -> Result<PathBuf> {
    let (profile, folder) = match mode {
        Mode::Dev => ("dev", "debug"),
        Mode::Release => ("wasm-release", "wasm-release"),
    };
    output::say(&format!("site: compiling the client, profile {profile}"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["rustc", "--locked", "--package", "client", "--target", TARGET, "--profile", profile])
        .args(["--", "-C", "link-arg=--emit-relocs"])
        .current_dir(root)
        .status()
        .context("cannot start cargo")?;
    ensure!(status.success(), "the client does not compile (is the target there? rustup target add {TARGET})");
    Ok(target.join(TARGET).join(folder).join("client.wasm"))
}

/// Cuts the module where app/src/parts.rs says: what every part shares into `main`, the parts and the script that
/// loads them into `folder`.
fn cut(module: &[u8], main: &Path, folder: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let (link, bound) = (format!("./{PARTS}"), format!("./{NAME}.js"));
    let mut options = wasm_split_cli_support::Options::new(module);
    options.output_dir = folder;
    options.main_out_path = main;
    options.link_name = &link;
    options.main_module = &bound;
    let split = wasm_split_cli_support::transform(options).map_err(|why| anyhow!("cannot cut the client: {why:#}"))?;
    Ok(split.prefetch_map.into_iter().collect())
}

/// Takes the room for relocations out of the parts and, from a release, the names. wasm-bindgen does it for the main
/// module.
fn tighten(folder: &Path, mode: Mode) -> Result<()> {
    for path in files_below(folder)?.iter().filter(|path| path.extension().is_some_and(|kind| kind == "wasm")) {
        let mut module = ModuleConfig::new()
            .generate_name_section(mode == Mode::Dev)
            .generate_producers_section(false)
            .parse_file(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        module.emit_wasm_file(path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn bind(main: &Path, mode: Mode, folder: &Path) -> Result<()> {
    let release = mode == Mode::Release;
    let mut bound = Bindgen::new()
        .input_path(main)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        // The parts call what the linker exports, by its name.
        .keep_lld_exports(true)
        .demangle(false)
        .debug(!release)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate_output()
        .context("wasm-bindgen cannot bind the client")?;
    let script = bound.js().to_owned();
    let script = if release { names::shorten(bound.wasm_mut(), &script) } else { script };
    bound.emit(folder).context("wasm-bindgen cannot write the client")?;
    output::write(&folder.join(format!("{NAME}.js")), script.as_bytes())
}

fn put(bound: &Path, parts: BTreeMap<String, Vec<String>>, site: &mut Site) -> Result<Client> {
    let mut files = Vec::new();
    let mut hasher = DefaultHasher::new();
    for path in files_below(bound)? {
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        // wasm-bindgen calls the main module `confab_bg.wasm`.
        let name = path.strip_prefix(bound)?.to_string_lossy().replace("_bg.wasm", ".wasm");
        (&name, &bytes).hash(&mut hasher);
        files.push((name, bytes));
    }
    let folder = format!("pkg/{:016x}", hasher.finish());
    let mut names = Vec::new();
    for (name, bytes) in files {
        let name = format!("{folder}/{name}");
        site.put(&name, &bytes)?;
        names.push(name);
    }
    Ok(Client { folder, parts, files: names })
}

/// Remembers which module the client in the site came from: cutting and binding takes seconds.
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

    /// What the same module gave last time; nothing if another one was bound last.
    fn read(&self) -> Option<Client> {
        let text = fs::read_to_string(&self.path).ok()?;
        let (hash, client) = text.split_once('\n')?;
        if hash == self.hash { serde_json::from_str(client).ok() } else { None }
    }

    fn write(&self, client: &Client) -> Result<()> {
        output::write(&self.path, format!("{}\n{}", self.hash, serde_json::to_string(client)?).as_bytes())
    }
}
