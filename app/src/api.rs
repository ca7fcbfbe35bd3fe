//! Server functions: how pages and forms ask the server. Their bodies parse, ask the [`backend`](crate::backend)
//! and say where to go next, nothing else.

pub mod administration;
pub mod bodies;
pub mod meetings;
pub mod people;
pub mod streams;

use std::fmt;

use domain::Problem;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::FromServerFnError;
use leptos::server_fn::error::ServerFnErrorErr;
use serde::Deserialize;
use serde::Serialize;

/// Why a server function did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Refusal(pub Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::text::of_problem(&self.0))
    }
}

impl FromServerFnError for Refusal {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self(Problem::Unreachable),
            ServerFnErrorErr::Args(why) | ServerFnErrorErr::MissingArg(why) => Self(Problem::BadMessage { why }),
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => Self(Problem::Failed),
        }
    }
}
