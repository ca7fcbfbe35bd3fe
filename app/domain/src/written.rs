//! What the types around checked text have in common: they are read from plain text and written as it.

/// Reads a type from text by `$parse`, a `fn(String) -> Result<$name, Problem>`, and writes it back; serde goes the
/// same ways (`try_from = "String", into = "String"`).
macro_rules! written {
    ($name:ident, $parse:expr) => {
        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::Problem;

            fn try_from(text: String) -> Result<Self, $crate::Problem> {
                let parse: fn(String) -> Result<Self, $crate::Problem> = $parse;
                parse(text)
            }
        }
    };
}

/// Shows a type as its text. Secrets have no such thing.
macro_rules! shown {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// Reads an identifier from borrowed text.
macro_rules! read_from_str {
    ($name:ident) => {
        impl std::str::FromStr for $name {
            type Err = $crate::Problem;

            fn from_str(text: &str) -> Result<Self, $crate::Problem> {
                Self::try_from(text.to_owned())
            }
        }
    };
}

pub(crate) use read_from_str;
pub(crate) use shown;
pub(crate) use written;
