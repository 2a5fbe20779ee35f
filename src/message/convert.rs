//! [`TryFromMessageError`]: a message of another kind than was asked for, and the conversions that
//! return it.

use std::{error::Error, fmt};

use js_sys::{ArrayBuffer, JsString};
use wasm_bindgen::{JsCast, JsValue};

use super::{Blob, Bytes, Message, Text};
use crate::sys::{self, HAS_JAVASCRIPT};

/// The error of a conversion from a [`Message`] of another kind. It has the message.
///
/// ```
/// use wasm_websocket::Message;
///
/// let error = String::try_from(Message::from([1, 2, 3])).unwrap_err();
/// assert_eq!(error.to_string(), "expected text, got binary data");
/// assert_eq!(error.into_message(), [1, 2, 3]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TryFromMessageError {
    message: Message,
    expected: &'static str,
}

impl TryFromMessageError {
    /// Returns the message.
    #[must_use]
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// Converts the error into the message.
    #[must_use = "`self` will be dropped if the result is not used"]
    pub fn into_message(self) -> Message {
        self.message
    }
}

impl fmt::Display for TryFromMessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.message {
            Message::Text(_) => TEXT,
            Message::Binary(_) => BINARY,
            Message::Blob(_) => BLOB,
        };
        write!(f, "expected {}, got {kind}", self.expected)
    }
}

impl Error for TryFromMessageError {}

const TEXT: &str = "text";
const BINARY: &str = "binary data";
const BLOB: &str = "a Blob";

/// The opposite of `From`: each part of a message from a message of its kind.
macro_rules! try_from_message {
    ($($kind:ident($part:ident), $expected:ident => $($(#[$attribute:meta])* $target:ty),+;)+) => {$($(
        $(#[$attribute])*
        impl TryFrom<Message> for $target {
            type Error = TryFromMessageError;

            fn try_from(message: Message) -> Result<Self, TryFromMessageError> {
                match message {
                    Message::$kind($part) => Ok($part.into()),
                    message => Err(TryFromMessageError { message, expected: $expected }),
                }
            }
        }
    )+)+};
}

try_from_message! {
    Text(text), TEXT => Text, String;
    Binary(bytes), BINARY => Bytes, Vec<u8>,
        #[cfg(feature = "bytes")]
        #[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
        bytes::Bytes;
    Blob(blob), BLOB => Blob, web_sys::Blob;
}

/// Recognizes what can be sent: strings, buffers, views and Blobs, also those of another realm. Any
/// other value is given back.
///
/// ```no_run
/// # use wasm_bindgen::JsValue;
/// use wasm_websocket::Message;
///
/// # fn example(value: JsValue) {
/// match Message::try_from(value) {
///     Ok(message) => println!("{message:?}"),
///     Err(value) => println!("{value:?} can't be sent"),
/// }
/// # }
/// ```
impl TryFrom<JsValue> for Message {
    type Error = JsValue;

    fn try_from(value: JsValue) -> Result<Self, JsValue> {
        if !HAS_JAVASCRIPT {
            return Err(value);
        }
        if value.is_string() {
            return Ok(value.unchecked_into::<JsString>().into());
        }
        if is_buffer_or_view(&value) {
            return Ok(Bytes::from_object(value).into());
        }
        match web_sys::Blob::new() {
            Ok(blob) if is_like(&blob, "size", &value) => {
                Ok(value.unchecked_into::<web_sys::Blob>().into())
            }
            _ => Err(value),
        }
    }
}

/// Returns whether the getter of this property of `sample` takes `value` for an object of its class,
/// as it does with one of any realm.
///
/// Having the property isn't enough, unlike for the data of an event: a `Map` has a size too, and the
/// browser would send it as text.
fn is_like(sample: &JsValue, property: &str, value: &JsValue) -> bool {
    sys::get_of(sample, property, value).is_ok()
}

fn is_buffer_or_view(value: &JsValue) -> bool {
    sys::is_view(value).unwrap_or_default()
        || is_like(&ArrayBuffer::new(0), "byteLength", value)
        // Of the buffers, only this recognizes those that threads share.
        || sys::AnyDataView::new(value).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_becomes_its_parts() {
        let text = || Message::from("grüezi");
        assert_eq!(Text::try_from(text()).unwrap(), "grüezi");
        assert_eq!(String::try_from(text()).unwrap(), "grüezi");
        let binary = || Message::from([1, 2]);
        assert_eq!(Bytes::try_from(binary()).unwrap(), [1, 2]);
        assert_eq!(Vec::try_from(binary()).unwrap(), [1, 2]);
        #[cfg(feature = "bytes")]
        assert_eq!(bytes::Bytes::try_from(binary()).unwrap(), [1, 2].as_slice());
    }

    #[test]
    fn a_message_of_another_kind_comes_back_with_the_error() {
        let error = String::try_from(Message::from([1, 2])).unwrap_err();
        assert_eq!(error.to_string(), "expected text, got binary data");
        assert_eq!(*error.message(), [1, 2]);
        assert_eq!(error.into_message(), [1, 2]);

        let error = Vec::<u8>::try_from(Message::from("a")).unwrap_err();
        assert_eq!(error.to_string(), "expected binary data, got text");
        assert_eq!(error.into_message(), "a");
        let error = Blob::try_from(Message::from("a")).unwrap_err();
        assert_eq!(error.to_string(), "expected a Blob, got text");
    }

    // With threads a message belongs to its own.
    #[cfg(not(target_feature = "atomics"))]
    #[test]
    fn the_error_can_cross_threads_and_be_boxed() {
        let error = Text::try_from(Message::from([1])).unwrap_err();
        let boxed: Box<dyn Error + Send + Sync> = error.into();
        assert!(boxed.source().is_none());
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn without_javascript_no_value_is_a_message() {
        assert!(Message::try_from(JsValue::NULL).is_err());
        assert!(Message::try_from(JsValue::UNDEFINED).is_err());
    }
}
