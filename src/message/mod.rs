//! [`Message`]: what is sent and received
//! ([RFC 6455, section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6)).
//!
//! Text and bytes are lazy: they hold either Rust's data or the browser's object, and convert
//! when asked.

mod blob;
mod bytes;
mod copy;
mod outgoing;
mod text;

use js_sys::{ArrayBuffer, JsString};
use wasm_bindgen::{JsCast, JsValue};

use crate::Error;
#[cfg(any(feature = "stream", feature = "test-util"))]
use crate::{sys::HAS_JAVASCRIPT, BinaryType};

pub use self::{
    blob::{Blob, ObjectUrl},
    bytes::Bytes,
    outgoing::{Content, Outgoing},
    text::Text,
};

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
/// What arrived stays in the browser until it is asked for: nothing was copied into
/// WebAssembly's memory, and sending it on copies nothing either. A clone of such a message
/// stands for the same object; one that was made of Rust's data is cloned with it.
///
/// Made with `From` of all that can be sent:
///
/// | from | becomes | copied |
/// |---|---|---|
/// | `String`, `Vec<u8>` | text, binary | no |
/// | `&str`, `&[u8]`, `[u8; N]` | text, binary | yes |
/// | [`JsString`], [`ArrayBuffer`], typed arrays, [`DataView`](js_sys::DataView) | text, binary | no |
/// | [`web_sys::Blob`] | Blob, sent as binary | no |
///
/// ```
/// use wasm_websocket::Message;
///
/// let message = Message::from("grüezi");
/// assert!(message.is_text());
/// assert_eq!(message, "grüezi");
/// assert_eq!(Message::from(vec![1, 2, 3]), [1, 2, 3]);
/// ```
#[derive(Clone, Debug)]
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
    /// Whether it is text.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// Whether it is binary, as bytes or as a Blob.
    pub fn is_binary(&self) -> bool {
        !self.is_text()
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The bytes, if it is binary and no Blob.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Binary(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The Blob, if it is one.
    pub fn as_blob(&self) -> Option<&Blob> {
        match self {
            Self::Blob(blob) => Some(blob),
            _ => None,
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

    /// Its bytes: those of binary data, read if it is a Blob, and those of text in UTF-8.
    ///
    /// Reading a Blob takes a while. To read a stream of them in order, read one after the
    /// other, as [`StreamExt::then`](futures::StreamExt::then) does.
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

/// Every type that is a message of one kind, by way of that kind.
macro_rules! message_from {
    ($($kind:ident($part:ident) <- $($source:ty),+;)+) => {
        $(
            impl From<$part> for Message {
                fn from(part: $part) -> Self {
                    Self::$kind(part)
                }
            }

            $(
                impl From<$source> for Message {
                    fn from(source: $source) -> Self {
                        Self::$kind(source.into())
                    }
                }
            )+
        )+
    };
}

message_from! {
    Text(Text) <- &str, String, JsString;
    Binary(Bytes) <- &[u8], Vec<u8>, ArrayBuffer,
        js_sys::Int8Array, js_sys::Uint8Array, js_sys::Uint8ClampedArray,
        js_sys::Int16Array, js_sys::Uint16Array, js_sys::Float16Array,
        js_sys::Int32Array, js_sys::Uint32Array, js_sys::Float32Array,
        js_sys::BigInt64Array, js_sys::BigUint64Array, js_sys::Float64Array,
        js_sys::DataView;
    Blob(Blob) <- web_sys::Blob;
}

impl<const N: usize> From<[u8; N]> for Message {
    fn from(bytes: [u8; N]) -> Self {
        Self::Binary(bytes.into())
    }
}

impl<const N: usize> From<&[u8; N]> for Message {
    fn from(bytes: &[u8; N]) -> Self {
        Self::Binary(bytes.into())
    }
}

/// True for text of these characters.
impl PartialEq<str> for Message {
    fn eq(&self, other: &str) -> bool {
        self.as_text().is_some_and(|text| text == other)
    }
}

impl PartialEq<&str> for Message {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

/// True for these bytes; a Blob can't be compared.
impl PartialEq<[u8]> for Message {
    fn eq(&self, other: &[u8]) -> bool {
        self.as_bytes().is_some_and(|bytes| bytes == other)
    }
}

impl PartialEq<&[u8]> for Message {
    fn eq(&self, other: &&[u8]) -> bool {
        self == *other
    }
}

impl<const N: usize> PartialEq<[u8; N]> for Message {
    fn eq(&self, other: &[u8; N]) -> bool {
        self == other.as_slice()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_equal_to_its_characters_and_to_no_bytes() {
        let text = Message::from("grüezi");
        assert!(text.is_text() && !text.is_binary());
        assert_eq!(text, "grüezi");
        assert_ne!(text, "gruezi");
        assert_ne!(text, *"grüezi".as_bytes());
        assert!(text.as_bytes().is_none() && text.as_blob().is_none());
    }

    #[test]
    fn bytes_are_equal_to_their_bytes_and_to_no_text() {
        for binary in [
            Message::from(vec![1, 2, 3]),
            Message::from([1, 2, 3]),
            Message::from(&[1, 2, 3]),
            Message::from([1, 2, 3].as_slice()),
        ] {
            assert!(binary.is_binary() && !binary.is_text());
            assert_eq!(binary, [1, 2, 3]);
            assert_ne!(binary, [1, 2]);
            assert_ne!(binary, "\u{1}\u{2}\u{3}");
            assert!(binary.as_text().is_none() && binary.as_blob().is_none());
        }
    }

    #[test]
    fn debug_says_kind_and_length_but_not_the_content() {
        assert_eq!(
            format!("{:?}", Message::from("secret")),
            "Text(Text(6 bytes))"
        );
        assert_eq!(
            format!("{:?}", Message::from(vec![0; 1 << 20])),
            "Binary(Bytes(1048576 bytes))"
        );
    }
}
