//! [`OwnedMessage`]: a message without anything of the browser's in it
//! ([RFC 6455, section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6)).

use std::{borrow::Cow, fmt, rc::Rc, sync::Arc};

use crate::{
    message::{equal_to, for_rust_types},
    Error, Message,
};

/// A message in Rust's own memory, for any thread.
///
/// Created with `From` from everything of Rust's that a [`Message`] can be created from.
///
/// ```
/// use std::{borrow::Cow, sync::Arc};
/// use wasm_websocket::OwnedMessage;
///
/// assert_eq!(OwnedMessage::from(Arc::<str>::from("grüezi")), "grüezi");
/// assert_eq!(OwnedMessage::from(Cow::Borrowed(&[1, 2, 3][..])), [1, 2, 3]);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
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

macro_rules! owned_from_rust {
    ($($kind:ident($part:ident, $content:ty) {
        $($(#[$attribute:meta])* $(const $n:ident)? $source:ty: $value:ident => $owned:expr;)+
    })+) => {$($(
        $(#[$attribute])*
        impl$(<const $n: usize>)? From<$source> for OwnedMessage {
            fn from($value: $source) -> Self {
                Self::$kind($owned)
            }
        }
    )+)+};
}

for_rust_types!(owned_from_rust);

/// True for text of these characters.
impl PartialEq<str> for OwnedMessage {
    fn eq(&self, other: &str) -> bool {
        matches!(self, Self::Text(text) if text == other)
    }
}

/// True for binary data of these bytes.
impl PartialEq<[u8]> for OwnedMessage {
    fn eq(&self, other: &[u8]) -> bool {
        matches!(self, Self::Binary(bytes) if bytes == other)
    }
}

equal_to!(OwnedMessage, str: &str; String);
equal_to!(OwnedMessage, [u8]: &[u8]; Vec<u8>; const N [u8; N]; const N &[u8; N]);

/// Shows the text, or how many bytes a binary message has.
impl fmt::Display for OwnedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.pad(text),
            Self::Binary(bytes) => f.pad(&format!("{} bytes", bytes.len())),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_text_of_rust_becomes_text() {
        const TEXT: &str = "grüezi";
        for message in [
            OwnedMessage::from(TEXT),
            TEXT.to_owned().into(),
            (&TEXT.to_owned()).into(),
            Box::<str>::from(TEXT).into(),
            Cow::Borrowed(TEXT).into(),
            Rc::<str>::from(TEXT).into(),
            Arc::<str>::from(TEXT).into(),
        ] {
            assert_eq!(message, TEXT);
            assert_eq!(TEXT, message);
            assert_ne!(message, *TEXT.as_bytes());
            assert_eq!(message.to_string(), TEXT);
        }
    }

    #[test]
    fn all_bytes_of_rust_become_binary() {
        const BYTES: &[u8] = &[1, 2, 3];
        for message in [
            OwnedMessage::from(BYTES),
            BYTES.to_vec().into(),
            (&BYTES.to_vec()).into(),
            [1, 2, 3].into(),
            (&[1, 2, 3]).into(),
            Box::<[u8]>::from(BYTES).into(),
            Cow::Borrowed(BYTES).into(),
            Rc::<[u8]>::from(BYTES).into(),
            Arc::<[u8]>::from(BYTES).into(),
            #[cfg(feature = "bytes")]
            bytes::Bytes::from_static(BYTES).into(),
            #[cfg(feature = "bytes")]
            bytes::BytesMut::from(BYTES).into(),
        ] {
            assert_eq!(message, BYTES);
            assert_eq!(BYTES, message);
            assert_ne!(message, "\u{1}\u{2}\u{3}");
            assert_eq!(message.to_string(), "3 bytes");
        }
    }
}
