//! Programs that publish to a meeting or watch it.

/// The card of the tokens.
pub const STREAMS: &str = "Streaming programs";
/// What a token is.
pub const STREAMS_LEAD: &str = "Programs that speak WHIP or WHEP can publish to this meeting or watch it without a browser. Each shows a token. Whoever has one needs no account and no password; a program that watches is not shown in the meeting.";
/// The field of a token's name.
pub const LABEL: &str = "Name of the program";
/// What the name is for.
pub const LABEL_HINT: &str = "Others see it under the picture, unless the program gives another name.";
/// What a token is good for.
pub const GRANT: &str = "What it may do";
/// One thing.
pub const MAY_PUBLISH: &str = "Publish: be seen and heard in the meeting";
/// The other.
pub const MAY_WATCH: &str = "Watch: see and hear others";
/// Makes one.
pub const MAKE: &str = "Make a token";
/// The token that was made.
pub const TOKEN: &str = "New token";
/// It will not be seen again.
pub const TOKEN_ONCE: &str = "Copy it now: it is shown only this once. Whoever has it gets in.";
/// Copies it.
pub const COPY_TOKEN: &str = "Copy token";
/// It is in the clipboard.
pub const TOKEN_COPIED: &str = "Token copied";
/// Where the program goes.
pub const ADDRESS: &str = "Address for the program";
/// How to publish.
pub const PUBLISH_NOTE: &str =
    "Give the program this address (in OBS: Settings, Stream, Service WHIP, Server) and the token as Bearer token.";
/// How to watch.
pub const WATCH_NOTE: &str = "Put in place of NAME the name of whom to watch, and give the program the token as Bearer token. For several at once: all?publishers=NAME,NAME";
/// Copies it.
pub const COPY_ADDRESS: &str = "Copy address";
/// It is in the clipboard.
pub const ADDRESS_COPIED: &str = "Address copied";
/// What a token of the list does.
pub const PUBLISHES: &str = "Publishes";
/// What a token of the list does.
pub const WATCHES: &str = "Watches";
/// Before the time when a token was made.
pub const MADE_AT: &str = "made";
/// Takes a token back.
pub const REVOKE: &str = "Revoke";

/// The button that takes a token back, for screen readers.
pub fn revoke(name: &str) -> String {
    format!("{REVOKE}: {name}")
}
