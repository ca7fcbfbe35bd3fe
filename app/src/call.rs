//! The browser's half of a call.
