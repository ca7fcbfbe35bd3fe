//! Why a browser does not give a microphone, a camera or a screen.

/// The reason, from the name of the browser's exception (Media Capture and Streams §10.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The person, the browser or the system said no.
    Blocked,
    /// There is none.
    Missing,
    /// It was there, and was pulled out or taken away by the system.
    Gone,
    /// Another program holds it, or it is broken.
    InUse,
    /// The chosen one is not there.
    Unsuitable,
    /// The page did not come over a secure connection.
    Insecure,
    /// This browser cannot do it.
    Unsupported,
    /// The person closed the browser's question.
    Dismissed,
    /// Anything else.
    Failed,
}

impl Refusal {
    /// Reads the `name` of the exception.
    pub fn of_name(name: &str) -> Self {
        match name {
            "NotAllowedError" | "PermissionDeniedError" => Self::Blocked,
            "NotFoundError" | "DevicesNotFoundError" => Self::Missing,
            "NotReadableError" | "TrackStartError" => Self::InUse,
            "OverconstrainedError" | "ConstraintNotSatisfiedError" => Self::Unsuitable,
            "SecurityError" => Self::Insecure,
            "NotSupportedError" | "TypeError" => Self::Unsupported,
            "AbortError" | "InvalidStateError" => Self::Dismissed,
            _ => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_names_are_understood() {
        let check = |name: &str, want: Refusal| assert_eq!(Refusal::of_name(name), want, "{name}");
        check("NotAllowedError", Refusal::Blocked);
        check("NotFoundError", Refusal::Missing);
        check("NotReadableError", Refusal::InUse);
        check("OverconstrainedError", Refusal::Unsuitable);
        check("", Refusal::Failed);
    }
}
