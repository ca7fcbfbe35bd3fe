//! Drives the SFU.
