//! The names by which the main module and its script know each other.
//!
//! wasm-bindgen makes them up out of types and hashes, each stands in both files, and hashes do not shrink: 8 KB on the
//! wire say nothing but which is which.

use std::collections::HashMap;

use walrus::Module;

/// How the names begin that wasm-bindgen and the compiler made up; all others are asked for by somebody else.
const MADE_UP: [&str; 4] = ["__wbg_", "__wbindgen_", "wasm_bindgen__", "_ZN"];

/// Renames what the module imports and exports, and returns the script with the same names.
pub(crate) fn shorten(module: &mut Module, script: &str) -> String {
    let mut short = HashMap::new();
    let imports = module.imports.iter_mut().map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    for name in imports.chain(exports).filter(|name| MADE_UP.iter().any(|start| name.starts_with(start))) {
        let next = short.len();
        let new: &mut String = short.entry(name.clone()).or_insert_with(|| format!("${next}"));
        name.clone_from(new);
    }
    words(script).map(|word| short.get(word).map_or(word, String::as_str)).collect()
}

/// The names of a script, whole, and what stands between them.
fn words(script: &str) -> impl Iterator<Item = &str> {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    script.split_inclusive(move |c| !is_of_name(c)).flat_map(move |piece| {
        let (name, rest) = piece.split_at(piece.find(|c| !is_of_name(c)).unwrap_or(piece.len()));
        [name, rest]
    })
}

#[cfg(test)]
mod tests {
    use walrus::FunctionBuilder;
    use walrus::ModuleConfig;

    use super::*;

    #[test]
    fn made_up_names_are_shortened_in_both_files_and_others_stay() {
        let mut module = Module::with_config(ModuleConfig::new());
        let kind = module.types.add(&[], &[]);
        module.add_import_func("./confab_bg.js", "__wbg_log_17", kind);
        let function = FunctionBuilder::new(&mut module.types, &[], &[]).finish(vec![], &mut module.funcs);
        module.exports.add("_ZN3app17h0E", function);
        module.exports.add("hydrate", function);
        let script = "{ __wbg_log_17: () => wasm._ZN3app17h0E(), __wbg_log_170: wasm.hydrate }";
        assert_eq!(shorten(&mut module, script), "{ $0: () => wasm.$1(), __wbg_log_170: wasm.hydrate }");
        let names: Vec<&str> = module.exports.iter().map(|export| export.name.as_str()).collect();
        assert_eq!((module.imports.iter().next().unwrap().name.as_str(), names), ("$0", vec!["$1", "hydrate"]));
    }
}
