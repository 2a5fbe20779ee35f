//! [`Typed`]: values of one's own types in place of messages
//! ([RFC 6455, section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6)).
//!
//! [`encode`] and [`decoder`] know no socket: whatever carries messages can be typed with them.

mod buffer;
mod decoder;
mod encoded;
mod error;
#[cfg(feature = "json")]
mod finite;
#[cfg(feature = "msgpack")]
mod floats;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "msgpack")]
mod msgpack;
mod plain;
#[cfg(feature = "reconnect")]
mod reconnecting;
#[cfg(feature = "remote")]
mod remote;
mod typed;

use std::error::Error;

#[cfg(feature = "json")]
pub use self::json::Json;
#[cfg(feature = "msgpack")]
pub use self::msgpack::MessagePack;
pub use self::{
    error::CodecError,
    plain::{Binary, Plain},
    typed::Typed,
};

#[cfg(feature = "remote")]
pub use self::remote::RemoteTyped;
use crate::Message;

/// How values become messages, and messages values: a type that stands for a format.
///
/// [`Plain`] is for text and [`Binary`] for bytes, as they are. `Json` and `MessagePack` come with
/// the features of their names. A codec of one's own is a type without a value and these two
/// functions, for the types that it takes:
///
/// ```
/// use std::error::Error;
/// use wasm_websocket::{Codec, Message, Payload};
///
/// struct Decimal;
///
/// impl Codec<u32, u32> for Decimal {
///     fn decode(payload: Payload<'_>) -> Result<u32, Box<dyn Error + Send + Sync>> {
///         Ok(payload.text()?.parse()?)
///     }
///     fn encode(item: &u32) -> Result<Message, Box<dyn Error + Send + Sync>> {
///         Ok(item.to_string().into())
///     }
/// }
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "codec")))]
pub trait Codec<In, Out> {
    /// Makes a value of what arrived.
    ///
    /// # Errors
    ///
    /// Whatever `?` makes of the format's own error. It becomes the source of
    /// [`CodecError::Decode`], and the next message is read as if there had been none.
    fn decode(payload: Payload<'_>) -> Result<In, Box<dyn Error + Send + Sync>>;

    /// Makes a message of a value, best of a `String` or a `Vec<u8>`, which aren't copied.
    ///
    /// # Errors
    ///
    /// Whatever `?` makes of the format's own error. It becomes the source of
    /// [`CodecError::Encode`], and nothing is sent.
    fn encode(item: &Out) -> Result<Message, Box<dyn Error + Send + Sync>>;
}

/// What a message holds, in Rust's memory while it is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(docsrs, doc(cfg(feature = "codec")))]
pub enum Payload<'a> {
    /// Of a text message.
    Text(&'a str),
    /// Of a binary message, as bytes or as a Blob.
    Binary(&'a [u8]),
}

impl<'a> Payload<'a> {
    /// The text.
    ///
    /// # Errors
    ///
    /// If it is binary.
    pub fn text(self) -> Result<&'a str, Box<dyn Error + Send + Sync>> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Binary(_) => Err("binary where text is expected".into()),
        }
    }

    /// The bytes.
    ///
    /// # Errors
    ///
    /// If it is text.
    pub fn binary(self) -> Result<&'a [u8], Box<dyn Error + Send + Sync>> {
        match self {
            Self::Text(_) => Err("text where binary is expected".into()),
            Self::Binary(bytes) => Ok(bytes),
        }
    }

    /// The bytes, whatever it is; those of text are its UTF-8.
    pub fn as_bytes(self) -> &'a [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

type BoxError = Box<dyn Error + Send + Sync>;

/// The message that `item` becomes.
fn encode<C: Codec<In, Out>, In, Out>(item: &Out) -> Result<Message, CodecError> {
    C::encode(item).map_err(|source| CodecError::Encode { source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_text_or_binary_and_its_bytes_in_any_case() {
        let (text, binary) = (Payload::Text("ä"), Payload::Binary(&[1, 2]));
        assert_eq!(text.text().unwrap(), "ä");
        assert_eq!(binary.binary().unwrap(), [1, 2]);
        assert!(text.binary().is_err() && binary.text().is_err());
        assert_eq!(text.as_bytes(), "ä".as_bytes());
        assert_eq!(binary.as_bytes(), [1, 2]);
    }
}
