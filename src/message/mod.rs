//! [`Message`]: what is sent and received
//! ([RFC 6455, section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6)).
//!
//! Text and bytes are lazy: they hold either Rust's data or the browser's object, and convert
//! when asked.

mod blob;
mod bytes;
mod compare;
mod convert;
mod copy;
mod from;
mod outgoing;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;

use js_sys::JsString;
use wasm_bindgen::{JsCast, JsValue};

use crate::Error;
#[cfg(any(feature = "stream", feature = "test-util"))]
use crate::{sys::HAS_JAVASCRIPT, BinaryType};

pub use self::{
    blob::{Blob, ObjectUrl},
    bytes::Bytes,
    convert::TryFromMessageError,
    outgoing::{Content, Outgoing},
    text::Text,
};

pub(crate) use self::compare::equal_to;
#[cfg(feature = "remote")]
pub(crate) use self::from::for_rust_types;

#[cfg(any(feature = "codec", feature = "io", feature = "tokio"))]
pub(crate) use self::blob::ReadBlob;

/// What a queued message costs beyond its data, in bytes: its place in a queue that doubles when it
/// grows, an allocation, and a receipt. It bounds a queue of empty messages too.
pub(crate) const MESSAGE_COST: u64 = 128;

/// What a browser needs besides for the object that it makes of a received message. Chromium 156
/// takes 250 bytes for a text and 520 for an ArrayBuffer, more than its JavaScript heap shows.
const OBJECT_COST: u64 = 384;

/// The same for a Blob, which Chromium 156 manages in another process: 5.5 KB there, and 700 bytes.
const BLOB_COST: u64 = 6 << 10;

/// A message, sent or received.
///
/// The content of a received message stays in the browser until it is asked for: nothing is copied
/// into WebAssembly's memory, and sending the message on copies nothing either. A clone of such a
/// message shares the content. A message that was made from Rust's data is cloned with its data.
///
/// Created with `From` from everything that can be sent:
///
/// | from | becomes | copied |
/// |---|---|---|
/// | `String`, `Box<str>`, an owned `Cow<str>` | text | no |
/// | `&str`, `&String`, a borrowed `Cow<str>`, `Rc<str>`, `Arc<str>` | text | yes |
/// | [`JsString`], `&JsString` | text | no |
/// | `Vec<u8>`, `Box<[u8]>`, an owned `Cow<[u8]>` | binary | no |
/// | `&[u8]`, `&Vec<u8>`, `[u8; N]`, `&[u8; N]`, a borrowed `Cow<[u8]>`, `Rc<[u8]>`, `Arc<[u8]>` | binary | yes |
/// | `Bytes` and `BytesMut` of the crate [bytes](https://docs.rs/bytes), with the feature `bytes` | binary | only if shared |
/// | [`ArrayBuffer`](js_sys::ArrayBuffer), typed arrays, [`DataView`](js_sys::DataView) | binary | no |
/// | [`web_sys::Blob`] | Blob, sent as binary | no |
///
/// `TryFrom` is the way back, to `String`, `Vec<u8>`, [`Text`], [`Bytes`] and [`Blob`]. If the
/// message is of another kind, the [error](TryFromMessageError) gives it back. A [`JsValue`] that
/// can be sent becomes a message with `TryFrom` too.
///
/// ```
/// use wasm_websocket::Message;
///
/// let message = Message::from("grüezi");
/// assert!(message.is_text());
/// assert_eq!(message, "grüezi");
/// assert_eq!(Message::from(vec![1, 2, 3]), [1, 2, 3]);
///
/// let text = String::try_from(message)?;
/// assert_eq!(text, "grüezi");
/// # Ok::<(), wasm_websocket::TryFromMessageError>(())
/// ```
///
/// Messages are equal if they are of the same kind and have the same content, wherever that is held.
/// The content of a Blob can't be compared: two Blobs are equal if they are the same object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Text, sent with the opcode for text.
    Text(Text),
    /// Bytes, sent with the opcode for binary.
    Binary(Bytes),
    /// Bytes that the browser keeps for itself, sent with the opcode for binary. Received only
    /// where the binary type is [`BinaryType::Blob`](crate::BinaryType::Blob).
    Blob(Blob),
}

impl Message {
    /// Returns `true` if the message is text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// Returns `true` if the message is binary, as bytes or as a Blob.
    #[must_use]
    pub fn is_binary(&self) -> bool {
        !self.is_text()
    }

    /// Returns the text if the message is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the bytes if the message is binary and not a Blob.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Binary(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Returns the Blob if the message is one.
    #[must_use]
    pub fn as_blob(&self) -> Option<&Blob> {
        match self {
            Self::Blob(blob) => Some(blob),
            _ => None,
        }
    }

    /// Converts the message into its text, without copying it.
    ///
    /// # Errors
    ///
    /// Gives the message back if it is binary.
    ///
    /// ```
    /// use wasm_websocket::Message;
    ///
    /// match Message::from("grüezi").into_text() {
    ///     Ok(text) => println!("{text}"),
    ///     Err(message) => println!("not text: {message}"),
    /// }
    /// ```
    pub fn into_text(self) -> Result<Text, Self> {
        match self {
            Self::Text(text) => Ok(text),
            message => Err(message),
        }
    }

    /// Converts the message into its bytes without waiting: the bytes of binary data, or the UTF-8
    /// of text. They are copied only if the browser holds them.
    ///
    /// # Errors
    ///
    /// Gives a Blob back, which can only be read with [`Blob::bytes`].
    ///
    /// ```
    /// use wasm_websocket::Message;
    ///
    /// # async fn example(message: Message) -> Result<(), wasm_websocket::Error> {
    /// let bytes = match message.try_into_vec() {
    ///     Ok(bytes) => bytes,
    ///     Err(blob) => blob.bytes().await?.into_vec(),
    /// };
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_into_vec(self) -> Result<Vec<u8>, Blob> {
        match self {
            Self::Text(text) => Ok(text.into_string().into_bytes()),
            Self::Binary(bytes) => Ok(bytes.into_vec()),
            Self::Blob(blob) => Err(blob),
        }
    }

    /// The data of a message event; `None` for one that a script made up of other data.
    ///
    /// What it is shows by its shape, not by its class: it may be of another realm, and a polyfill
    /// may have taken the place of the class.
    pub(crate) fn from_data(data: JsValue) -> Option<Self> {
        // As in every event but a message: the property of another would throw.
        if data.is_undefined() {
            return None;
        }
        if data.is_string() {
            return Some(data.unchecked_into::<JsString>().into());
        }
        // Of anything else a property can't be asked for, and wasm-bindgen keeps a handle for each
        // exception that it catches.
        if !data.is_object() {
            return None;
        }
        match Bytes::from_js(data) {
            Ok(bytes) => Some(bytes.into()),
            Err(data) => Blob::from_js(data).map(Self::from),
        }
    }

    /// Its size in bytes; that of the browser's text in UTF-16 units.
    pub(crate) fn size(&self) -> u64 {
        Content::from(self).size().0
    }

    /// The same, and what the browser needs besides if it was received.
    pub(crate) fn received_size(&self) -> u64 {
        let object = match self {
            Self::Blob(_) => BLOB_COST,
            Self::Text(_) | Self::Binary(_) => OBJECT_COST,
        };
        self.size().saturating_add(object)
    }

    /// Converts the message into its bytes: the bytes of binary data, which are read if it is a
    /// Blob, or the UTF-8 of text.
    ///
    /// Blobs that are read concurrently may finish in any order. To read a stream of them in order,
    /// read one after the other, as [`StreamExt::then`](futures::StreamExt::then) does.
    ///
    /// # Errors
    ///
    /// Those of [`Blob::bytes`].
    pub async fn into_bytes(self) -> Result<Bytes, Error> {
        match self {
            Self::Text(text) => Ok(text.into_string().into_bytes().into()),
            Self::Binary(bytes) => Ok(bytes),
            Self::Blob(blob) => blob.read().await,
        }
    }

    /// The same in memory that nobody else writes to.
    #[cfg(any(feature = "reconnect", feature = "stream", feature = "test-util"))]
    pub(crate) fn snapshot(self) -> Self {
        match self {
            Self::Binary(bytes) => Self::Binary(bytes.snapshot()),
            other => other,
        }
    }

    /// The same as the browser would have received it with this binary type, except that a Blob stays
    /// one, since it can't be read at once.
    #[cfg(any(feature = "stream", feature = "test-util"))]
    pub(crate) fn into_type(self, binary_type: BinaryType) -> Self {
        match &self {
            Self::Binary(bytes) if HAS_JAVASCRIPT && binary_type == BinaryType::Blob => {
                let parts = js_sys::Array::of1(&bytes.as_js());
                let blob = web_sys::Blob::new_with_u8_array_sequence(&parts);
                // Should the browser have no room for it, the bytes are still there.
                blob.map_or(self, Self::from)
            }
            _ => self,
        }
    }
}

/// True for text of these characters.
impl PartialEq<str> for Message {
    fn eq(&self, other: &str) -> bool {
        self.as_text().is_some_and(|text| text == other)
    }
}

/// True for these bytes; a Blob can't be compared.
impl PartialEq<[u8]> for Message {
    fn eq(&self, other: &[u8]) -> bool {
        self.as_bytes().is_some_and(|bytes| bytes == other)
    }
}

equal_to!(Message, str: &str; String);
equal_to!(Message, [u8]: &[u8]; Vec<u8>; const N [u8; N]; const N &[u8; N]);

/// Shows the text, or how many bytes a binary message has.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text.fmt(f),
            Self::Binary(bytes) => f.pad(&format!("{} bytes", bytes.len())),
            Self::Blob(blob) => f.pad(&format!("{} bytes in a Blob", blob.size())),
        }
    }
}
