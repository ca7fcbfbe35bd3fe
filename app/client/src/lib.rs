//! The browser's entry point.

use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Fetches the code of the page that the server drew, and brings it to life.
///
/// # Errors
/// When it does not arrive: the page stays as the server drew it.
#[wasm_bindgen]
pub async fn hydrate() -> Result<(), JsError> {
    console_error_panic_hook::set_once();
    app::parts::fetch_for(&leptos::prelude::location().pathname().unwrap_or_default()).await?;
    leptos::mount::hydrate_body(app::App);
    Ok(())
}
