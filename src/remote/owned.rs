//! [`OwnedMessage`]: a message without anything of the browser's in it
//! ([RFC 6455, section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6)).

use std::fmt;

use crate::{Error, Message};

/// A message in Rust's own memory, which any thread can have.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
pub enum OwnedMessage {
    /// Text.
    Text(String),
    /// Bytes; those of a Blob too.
    Binary(Vec<u8>),
}

impl OwnedMessage {
    pub(super) async fn read(message: Message) -> Result<Self, Error> {
        Ok(match message {
            Message::Text(text) => Self::Text(text.into_string()),
            Message::Binary(bytes) => Self::Binary(bytes.into_vec()),
            Message::Blob(blob) => Self::Binary(blob.bytes().await?.into_vec()),
        })
    }
}

impl From<OwnedMessage> for Message {
    fn from(message: OwnedMessage) -> Self {
        match message {
            OwnedMessage::Text(text) => text.into(),
            OwnedMessage::Binary(bytes) => bytes.into(),
        }
    }
}

impl From<String> for OwnedMessage {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for OwnedMessage {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<u8>> for OwnedMessage {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes)
    }
}

impl From<&[u8]> for OwnedMessage {
    fn from(bytes: &[u8]) -> Self {
        Self::Binary(bytes.to_vec())
    }
}

/// The kind and the length, not the content.
impl fmt::Debug for OwnedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Binary(bytes) => write!(f, "Binary({} bytes)", bytes.len()),
        }
    }
}
