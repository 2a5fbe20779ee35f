//! What the demo's page and its server say to each other in binary messages
//! ([RFC 6455, section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6)), and the files that
//! the page exports.
//!
//! Integers are little-endian.

pub mod flipbook;
pub mod recording;
pub mod room;
