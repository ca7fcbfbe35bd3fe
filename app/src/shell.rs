//! The HTML document around the application, and how the client starts in it.

use std::collections::HashMap;

use leptos::WasmSplitManifest;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;
use crate::text;

/// The element that says that the client did not start.
const STRANDED: &str = "stranded";

/// How a phone lays the page out: the keyboard of the screen makes it lower instead of covering what is written.
const VIEWPORT: &str = "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";

/// The files of the site that a page links, as tools/site wrote them down.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub struct Release {
    /// The path of the style sheet.
    pub style: String,
    /// The path of the folder with the client: `confab.js`, `confab.wasm`, `parts.js`, and the parts of the client.
    pub client: String,
    /// The files of each part, without `.wasm`, in the order in which they are needed.
    pub parts: HashMap<String, Vec<String>>,
}

/// The document around [`App`]; without a release it comes without style and scripts.
pub fn shell(release: Option<Release>) -> AnyView {
    let release = release.map(|release| view! { <Links release /> });
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content=VIEWPORT />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="icon" href="/favicon.ico" sizes="32x32" />
                <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
                <link rel="manifest" href="/manifest.webmanifest" />
                {release}
                <MetaTags />
            </head>
            <body>
                <App />
                <Stranded />
            </body>
        </html>
    }
    .into_any()
}

/// Links the style sheet and the client, all that the first page needs at once, and starts the client.
#[component]
fn Links(release: Release) -> impl IntoView {
    let Release { style, client, parts } = release;
    // Leptos links the parts that the page asked for.
    provide_context(WasmSplitManifest(ArcStoredValue::new((client.clone(), parts, "parts.js".to_owned()))));
    let start = format!("({})({client:?}, {STRANDED:?})", include_str!("shell/start.js").trim_end());
    view! {
        <link rel="stylesheet" href=style />
        <link rel="modulepreload" href=format!("{client}/confab.js") />
        <link rel="modulepreload" href=format!("{client}/parts.js") />
        <link rel="preload" href=format!("{client}/confab.wasm") r#as="fetch" r#type="application/wasm" crossorigin="" />
        <script type="module" nonce=use_nonce()>
            {start}
        </script>
    }
}

/// Says that the client did not start, and offers to try again. Hidden until the script beside this file shows it.
#[component]
fn Stranded() -> impl IntoView {
    view! {
        <div class="stranded" id=STRANDED role="alert" hidden>
            <p>{text::STRANDED}</p>
            <button type="button" class="button button-small">
                {text::LOAD_AGAIN}
            </button>
        </div>
    }
}
