//! Which of the people the page shows: the part of its address that its dialogs keep.

use domain::AccountId;
use leptos_router::location::Url;
use leptos_router::params::ParamsMap;

use crate::api::bodies::with_pair;

/// The page of all people.
pub const HERE: &str = "/people";

/// The most characters of a search: as many as the longest address has.
pub const MOST_SEARCHED: usize = domain::people::EmailAddress::MOST;

/// What was searched for, and which page of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// What names or addresses hold; empty for all.
    pub search: String,
    /// Counted from 0; the address counts from 1.
    pub page: u32,
}

impl Excerpt {
    /// Reads it in the page's address; what cannot be read is the beginning.
    pub fn of(query: &ParamsMap) -> Self {
        Self { search: query.get("search").unwrap_or_default(), page: counted_from_0(query.get_str("page")) }
    }

    /// The page's address without a dialog.
    pub fn address(&self) -> String {
        let mut address = HERE.to_owned();
        if !self.search.is_empty() {
            address = with_pair(address, "search", &Url::escape(&self.search));
        }
        if self.page > 0 {
            address = with_pair(address, "page", &self.page.saturating_add(1).to_string());
        }
        address
    }

    /// The address with the dialog of this name about `person`.
    pub fn with_dialog(&self, name: &str, person: &AccountId) -> String {
        with_pair(self.address(), name, person.as_str())
    }

    /// The address that confirms what was done.
    pub fn with_done(&self, done: &str) -> String {
        with_pair(self.address(), "done", done)
    }

    /// The people before.
    pub fn previous(&self) -> Option<Self> {
        Some(Self { page: self.page.checked_sub(1)?, ..self.clone() })
    }

    /// The people after.
    pub fn next(&self) -> Self {
        Self { page: self.page.saturating_add(1), ..self.clone() }
    }
}

fn counted_from_0(page: Option<&str>) -> u32 {
    page.and_then(|page| page.parse::<u32>().ok()).unwrap_or(1).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_page() {
        let first = Excerpt::default();
        assert_eq!((first.address().as_str(), first.previous()), ("/people", None));
        assert_eq!(first.next().address(), "/people?page=2");
        let third = first.next().next();
        assert_eq!(third.with_done("deleted"), "/people?page=3&done=deleted");
        assert_eq!(third.previous(), Some(first.next()));
    }

    #[test]
    fn a_page_that_cannot_be_read_is_the_first() {
        for (text, page) in [(None, 0), (Some("3"), 2), (Some("0"), 0), (Some("many"), 0), (Some("-1"), 0)] {
            assert_eq!(counted_from_0(text), page, "{text:?}");
        }
    }
}
