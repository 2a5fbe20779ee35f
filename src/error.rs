//! [`Error`]: all that can go wrong, as far as a browser says.

use std::fmt;

use wasm_bindgen::{JsCast, JsValue};

use crate::{
    sys::{self, Any},
    CloseCode, CloseEvent, Message, ReadyState,
};

/// What went wrong.
///
/// A browser never tells a page why a connection failed: whether the host wasn't found, the
/// server refused, or the network broke. All of these are [`Closed`](Self::Closed) with code
/// 1006, and this crate invents nothing beyond. Only Firefox tells of a certificate that it
/// doesn't trust, by [1015](CloseCode::TLS_HANDSHAKE).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The URL can't be parsed, its scheme isn't `ws`, `wss`, `http` or `https`, or it has a
    /// fragment.
    InvalidUrl(String),
    /// The page's security policy forbids to connect to this URL, such as `ws:` from a page
    /// that came by `https:`, or what its Content-Security-Policy doesn't name. The latter is
    /// [`Closed`](Self::Closed) on [`Transport::STREAM`](crate::Transport::STREAM).
    Security(String),
    /// The subprotocol isn't a token
    /// ([RFC 6455, section 4.1](https://www.rfc-editor.org/rfc/rfc6455#section-4.1)).
    InvalidProtocol(String),
    /// The subprotocol is asked for more than once.
    DuplicateProtocol(String),
    /// An application can't send this close code, only 1000 and 3000 to 4999.
    InvalidCloseCode(CloseCode),
    /// The reason has this many bytes of UTF-8; a close frame holds at most 123.
    ReasonTooLong(usize),
    /// The socket is in this state, and only an open one can do what was asked.
    NotOpen(ReadyState),
    /// The connection was not open within the [connect timeout](crate::Builder::connect_timeout).
    Timeout,
    /// The connection ended without a closing handshake, before it opened, or before what was
    /// sent had left.
    Closed(CloseEvent),
    /// More messages arrived than the [receive budget](crate::Builder::receive_budget) holds.
    Overflow {
        /// How many messages are missing at this place of the stream.
        dropped: u64,
    },
    /// This browser doesn't have the interface of this name.
    Unsupported(&'static str),
    /// The browser threw an exception that the standard doesn't foresee here, or failed to
    /// read a Blob.
    Exception {
        /// The exception's name, such as `NotReadableError`; empty if it has none.
        name: String,
        /// What the browser says about it.
        message: String,
    },
}

impl Error {
    /// What was thrown, kept as text.
    pub(crate) fn from_exception(exception: &JsValue) -> Self {
        let object: &Any = exception.unchecked_ref();
        let message = object.get("message");
        let message = match &message {
            Ok(message) if message.is_string() => message,
            _ => exception,
        };
        Self::Exception {
            name: sys::string(object.get("name")),
            message: message.as_string().unwrap_or_default(),
        }
    }

    /// What the constructor of a socket for this URL threw, its protocols being valid.
    pub(crate) fn from_constructor(url: &str, exception: &JsValue) -> Self {
        let name = sys::string(exception.unchecked_ref::<Any>().get("name"));
        match name.as_str() {
            "SyntaxError" => Self::InvalidUrl(url.to_owned()),
            // The second is Firefox's, where a Content-Security-Policy forbids it.
            "SecurityError" | "NS_ERROR_CONTENT_BLOCKED" => Self::Security(url.to_owned()),
            // Where there is none, or it is undefined. The browser's throws neither for two strings.
            "ReferenceError" | "TypeError" => Self::Unsupported("WebSocket"),
            _ => Self::from_exception(exception),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidUrl(url) => write!(f, "{url:?} is not a WebSocket URL"),
            Self::Security(url) => {
                write!(
                    f,
                    "the security policy of this page forbids to connect to {url:?}"
                )
            }
            Self::InvalidProtocol(protocol) => {
                write!(f, "{protocol:?} is not a valid subprotocol")
            }
            Self::DuplicateProtocol(protocol) => {
                write!(
                    f,
                    "the subprotocol {protocol:?} is asked for more than once"
                )
            }
            Self::InvalidCloseCode(code) => write!(
                f,
                "close code {} can't be sent, only 1000 and 3000 to 4999",
                code.as_u16()
            ),
            Self::ReasonTooLong(len) => write!(
                f,
                "the close reason has {len} bytes of UTF-8, and at most 123 can be sent"
            ),
            Self::NotOpen(state) => write!(f, "the socket is not open but {state}"),
            Self::Timeout => f.write_str("the connection was not open within the connect timeout"),
            Self::Closed(event) => write!(f, "the connection was closed: {event}"),
            Self::Overflow { dropped } => {
                write!(
                    f,
                    "{dropped} messages were dropped, more than could be queued"
                )
            }
            Self::Unsupported(interface) => write!(f, "this browser has no {interface}"),
            Self::Exception { name, message } if name.is_empty() => f.write_str(message),
            Self::Exception { name, message } => write!(f, "{name}: {message}"),
        }
    }
}

impl std::error::Error for Error {}

/// A message that couldn't be sent at once, and why.
///
/// Returned by [`Sender::try_send`](crate::Sender::try_send) and the methods of that name of the other
/// handles. [`into_message`](Self::into_message) gives the message back.
#[derive(Clone, Debug)]
pub struct TrySendError<M = Message> {
    message: M,
    /// `None` if there was no room.
    error: Option<Error>,
}

impl<M> TrySendError<M> {
    pub(crate) fn new(message: M, error: Option<Error>) -> Self {
        Self { message, error }
    }

    /// Returns whether the connection is open and had no room, or other calls wait already, so that a
    /// later attempt can succeed.
    pub fn is_full(&self) -> bool {
        self.error.is_none()
    }

    /// Returns why a later attempt can't succeed either; `None` if [`is_full`](Self::is_full).
    ///
    /// [`Error::NotOpen`] if there is no open connection, and otherwise why the browser refused the
    /// message.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Returns the message.
    pub fn message(&self) -> &M {
        &self.message
    }

    /// Returns the message, to be sent later.
    pub fn into_message(self) -> M {
        self.message
    }

    #[cfg(any(feature = "codec", feature = "reconnect"))]
    pub(crate) fn into_parts(self) -> (M, Option<Error>) {
        (self.message, self.error)
    }
}

impl<M> fmt::Display for TrySendError<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.error {
            None => f.write_str("the connection has no room for another message"),
            Some(error) => error.fmt(f),
        }
    }
}

impl<M: fmt::Debug> std::error::Error for TrySendError<M> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_shown_in_words() {
        for (error, words) in [
            (
                Error::InvalidUrl("ftp://x".to_owned()),
                "\"ftp://x\" is not a WebSocket URL",
            ),
            (
                Error::DuplicateProtocol("chat".to_owned()),
                "the subprotocol \"chat\" is asked for more than once",
            ),
            (
                Error::InvalidCloseCode(CloseCode::ABNORMAL_CLOSURE),
                "close code 1006 can't be sent, only 1000 and 3000 to 4999",
            ),
            (
                Error::ReasonTooLong(124),
                "the close reason has 124 bytes of UTF-8, and at most 123 can be sent",
            ),
            (
                Error::NotOpen(ReadyState::Closing),
                "the socket is not open but CLOSING",
            ),
            (
                Error::Exception {
                    name: "NotReadableError".to_owned(),
                    message: "gone".to_owned(),
                },
                "NotReadableError: gone",
            ),
        ] {
            assert_eq!(error.to_string(), words);
        }
    }

    #[test]
    fn errors_can_cross_threads_and_be_boxed() {
        fn assert_error<E: std::error::Error + Send + Sync + 'static>() {}
        assert_error::<Error>();
        // With threads a message belongs to its own.
        #[cfg(not(target_feature = "atomics"))]
        assert_error::<TrySendError>();
    }
}
