//! [`Outgoing`]: what can be sent, from where it lies
//! ([`send()`](https://websockets.spec.whatwg.org/#dom-websocket-send)).

use std::fmt;

use js_sys::JsString;
use wasm_bindgen::JsValue;

use super::{bytes, Blob, Bytes, Message, Text};
use crate::sys::{Any, RawSocket};

/// What can be sent: text, bytes, Blobs, and any [`Message`].
///
/// Data of Rust's goes to the browser from where it lies, without a copy into a message. Only what
/// keeps a message for later, such as [`Transport::STREAM`](crate::Transport), makes one of it.
///
/// # Implementing it
///
/// A type that wraps one of these needs its content, and a conversion into a message of the same
/// content:
///
/// ```
/// use wasm_websocket::{Content, Message, Outgoing};
///
/// struct Line(String);
///
/// impl Outgoing for Line {
///     fn content(&self) -> Content<'_> {
///         self.0.as_str().into()
///     }
/// }
///
/// impl From<Line> for Message {
///     fn from(line: Line) -> Self {
///         line.0.into()
///     }
/// }
///
/// # async fn example(connection: wasm_websocket::Connection) -> Result<(), wasm_websocket::Error> {
/// connection.send(Line("hello".to_owned())).await?;
/// # Ok(())
/// # }
/// ```
pub trait Outgoing: Into<Message> {
    /// Returns the content, borrowed.
    fn content(&self) -> Content<'_>;
}

/// The borrowed content of what is sent, made by `From` of text, bytes, Blobs and messages.
#[derive(Clone, Copy)]
pub struct Content<'a>(pub(super) Kind<'a>);

#[derive(Clone, Copy)]
pub(super) enum Kind<'a> {
    Text(&'a str),
    Bytes(&'a [u8]),
    JsText(&'a JsString),
    JsBytes(&'a Any),
    Blob(&'a web_sys::Blob),
}

impl Content<'_> {
    /// The bytes of the payload, at least and at most. Text of the browser is measured in UTF-16
    /// units, which take up to three bytes of UTF-8: the browser counts those, but has no way to
    /// ask for them.
    pub(crate) fn size(self) -> (u64, u64) {
        let size = match self.0 {
            Kind::Text(text) => text.len() as u64,
            Kind::Bytes(bytes) => bytes.len() as u64,
            Kind::JsText(text) => {
                let units = u64::from(text.length());
                return (units, units * 3);
            }
            Kind::JsBytes(object) => bytes::byte_length(object) as u64,
            Kind::Blob(blob) => super::blob::size(blob),
        };
        (size, size)
    }

    pub(crate) fn is_blob(self) -> bool {
        matches!(self.0, Kind::Blob(_))
    }

    /// Hands it to the browser.
    pub(crate) fn send_to(self, socket: &RawSocket) -> Result<(), JsValue> {
        match self.0 {
            Kind::Text(text) => socket.send_text(text),
            Kind::Bytes(bytes) => bytes::send_slice(bytes, socket),
            Kind::JsText(text) => socket.send(text),
            Kind::JsBytes(object) => bytes::send_object(object, socket),
            Kind::Blob(blob) => socket.send(blob),
        }
    }
}

/// Its size, and not what it says.
impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.size().0)
    }
}

impl<'a> From<&'a str> for Content<'a> {
    fn from(text: &'a str) -> Self {
        Self(Kind::Text(text))
    }
}

impl<'a> From<&'a [u8]> for Content<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(Kind::Bytes(bytes))
    }
}

impl<'a> From<&'a Blob> for Content<'a> {
    fn from(blob: &'a Blob) -> Self {
        blob.as_raw().into()
    }
}

impl<'a> From<&'a Text> for Content<'a> {
    fn from(text: &'a Text) -> Self {
        text.content()
    }
}

impl<'a> From<&'a Bytes> for Content<'a> {
    fn from(bytes: &'a Bytes) -> Self {
        bytes.content()
    }
}

impl<'a> From<&'a Message> for Content<'a> {
    fn from(message: &'a Message) -> Self {
        match message {
            Message::Text(text) => text.into(),
            Message::Binary(bytes) => bytes.into(),
            Message::Blob(blob) => blob.into(),
        }
    }
}

/// Of objects of the browser that hold bytes.
pub(super) fn of_object(object: &Any) -> Content<'_> {
    Content(Kind::JsBytes(object))
}

macro_rules! outgoing {
    ($($type:ty),+) => {$(
        impl Outgoing for $type {
            fn content(&self) -> Content<'_> {
                self.into()
            }
        }
    )+};
}

outgoing!(Message, Text, Bytes, Blob);
