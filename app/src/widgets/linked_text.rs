//! Text that people wrote, with its web addresses clickable.

use leptos::prelude::*;

use crate::erase::Served;

/// A stretch of text, or an address in it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Words(String),
    Address(String),
}

/// Draws text as it was written. Addresses open in a new tab and learn nothing about the page they were on.
#[component]
pub fn LinkedText(#[prop(into)] text: String) -> impl IntoView {
    let draw = |part| match part {
        Part::Words(words) => words.served(),
        Part::Address(address) => {
            let href = address.clone();
            view! {
                <a href=href target="_blank" rel="noopener noreferrer nofollow">
                    {address}
                </a>
            }
            .served()
        }
    };
    split(&text).into_iter().map(draw).collect_view()
}

/// Splits at `https://` and `http://`; no other scheme becomes a link, so none can run a script.
fn split(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut words = String::new();
    for piece in text.split_inclusive(char::is_whitespace) {
        let start = ["https://", "http://"].iter().filter_map(|scheme| piece.find(scheme)).min();
        let Some((before, rest)) = start.and_then(|start| piece.split_at_checked(start)) else {
            words.push_str(piece);
            continue;
        };
        let address = trimmed(rest);
        if address.ends_with("://") {
            words.push_str(piece);
            continue;
        }
        words.push_str(before);
        if !words.is_empty() {
            parts.push(Part::Words(std::mem::take(&mut words)));
        }
        parts.push(Part::Address(address.to_owned()));
        words.push_str(rest.strip_prefix(address).unwrap_or_default());
    }
    if !words.is_empty() {
        parts.push(Part::Words(words));
    }
    parts
}

/// The address without the punctuation of the sentence that it stands in.
fn trimmed(rest: &str) -> &str {
    let address = rest.trim_end_matches(|c: char| c.is_whitespace() || ".,;:!?'\"»“”’>".contains(c));
    match address.strip_suffix(')') {
        Some(inner) if !inner.contains('(') => trimmed(inner),
        Some(_) | None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &[Part]) {
        assert_eq!(split(text), want, "{text}");
    }

    fn words(text: &str) -> Part {
        Part::Words(text.to_owned())
    }

    fn address(text: &str) -> Part {
        Part::Address(text.to_owned())
    }

    #[test]
    fn addresses_are_found_in_sentences() {
        check("no address", &[words("no address")]);
        check(
            "See https://example.org/a?b=1#c, then\nhttp://x.org.",
            &[
                words("See "),
                address("https://example.org/a?b=1#c"),
                words(", then\n"),
                address("http://x.org"),
                words("."),
            ],
        );
        check("(https://example.org/x)", &[words("("), address("https://example.org/x"), words(")")]);
        check("https://en.example.org/Rust_(game)", &[address("https://en.example.org/Rust_(game)")]);
    }

    #[test]
    fn nothing_else_becomes_a_link() {
        for text in ["javascript:alert(1)", "https://", "data:text/html,x", "//example.org", "<b>bold</b>"] {
            check(text, &[words(text)]);
        }
    }
}
