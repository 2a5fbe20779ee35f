//! [`Event`] and [`State`]: what is told of a socket that comes back
//! ([feedback from the protocol](https://websockets.spec.whatwg.org/#feedback-from-the-protocol)).

use std::{error::Error as StdError, fmt, mem, sync::Arc, time::Duration};

use super::clock;
use crate::{CloseCode, CloseEvent, Error, Message};

/// What happens to a [`Reconnecting`](super::Reconnecting), in its order; with messages, or what
/// they become where it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<M = Message> {
    /// A connection is open, the first or another one.
    Opened,
    /// A message arrived.
    Message(M),
    /// So many messages are missing here: more arrived than the
    /// [receive budget](crate::Builder::receive_budget) holds.
    Overflow {
        /// How many.
        dropped: u64,
    },
    /// There is no connection any more, or an attempt failed.
    Down {
        /// Why.
        cause: Cause,
        /// When the next attempt is made; `None` while the browser is offline, or the page is
        /// hidden away in the browser's cache.
        retry_in: Option<Duration>,
    },
    /// A message that was sent through the sink, and that no connection took, with the reason. What
    /// was given to `send` comes back from there.
    Returned(SendError),
    /// The last event: there will be no other attempt.
    GaveUp {
        /// Why the last one failed.
        cause: Cause,
    },
}

#[cfg(feature = "codec")]
impl Event {
    /// The message, or the event, which has none.
    pub(crate) fn into_message<M>(self) -> Result<Message, Event<M>> {
        Err(match self {
            Self::Message(message) => return Ok(message),
            Self::Opened => Event::Opened,
            Self::Overflow { dropped } => Event::Overflow { dropped },
            Self::Down { cause, retry_in } => Event::Down { cause, retry_in },
            Self::Returned(error) => Event::Returned(error),
            Self::GaveUp { cause } => Event::GaveUp { cause },
        })
    }
}

/// Why a connection is gone, or an attempt failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Cause {
    /// The connection was closed, or never opened, as the close event tells.
    Closed(CloseEvent),
    /// The browser refused, or the connection failed otherwise.
    Failed(Error),
    /// No address was to be had: the error of the function that should give one.
    NoAddress(Arc<dyn StdError + Send + Sync>),
    /// It wasn't open within the
    /// [connect timeout](super::ReconnectingBuilder::connect_timeout).
    ConnectTimeout,
    /// The server was silent, see [`Heartbeat`](super::Heartbeat).
    HeartbeatTimeout,
    /// More arrived than the [receive budget](crate::Builder::receive_budget) holds, and by
    /// its policy that ends the connection.
    Overflow,
    /// The machine slept for long, and nothing asks whether the server is still there: there is no
    /// [`Heartbeat`](super::Heartbeat).
    Slept,
    /// The page was left for another one, and may come back from the browser's cache.
    PageHidden,
    /// [`reconnect_now`](super::Reconnecting::reconnect_now) was called.
    Requested,
}

impl Cause {
    /// The code with which the connection was closed, if that is why.
    pub fn close_code(&self) -> Option<CloseCode> {
        match self {
            Self::Closed(event) => Some(event.code()),
            _ => None,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(event) => write!(f, "the connection was closed: {event}"),
            Self::Failed(error) => error.fmt(f),
            Self::NoAddress(_) => f.write_str("the function for the address failed"),
            Self::ConnectTimeout => f.write_str("the connection didn't open in time"),
            Self::HeartbeatTimeout => f.write_str("the server was silent for too long"),
            Self::Overflow => f.write_str("more messages arrived than could be queued"),
            Self::Slept => f.write_str("the machine slept"),
            Self::PageHidden => f.write_str("the page was left"),
            Self::Requested => f.write_str("another connection was asked for"),
        }
    }
}

/// Two errors of the function for the address are equal if they are the same object.
impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Closed(this), Self::Closed(other)) => this == other,
            (Self::Failed(this), Self::Failed(other)) => this == other,
            (Self::NoAddress(this), Self::NoAddress(other)) => Arc::ptr_eq(this, other),
            _ => mem::discriminant(self) == mem::discriminant(other),
        }
    }
}

impl Eq for Cause {}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            Self::NoAddress(error) => Some(&**error),
            _ => None,
        }
    }
}

impl From<Error> for Cause {
    fn from(error: Error) -> Self {
        match error {
            Error::Closed(event) => Self::Closed(event),
            Error::Timeout => Self::ConnectTimeout,
            error => Self::Failed(error),
        }
    }
}

/// What to do about the end of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// Try again after the delay of the [`Policy`](super::Policy).
    #[default]
    Backoff,
    /// Try again after this delay, within the tries of the policy.
    After(Duration),
    /// Give up.
    Never,
}

/// What a [`Reconnecting`](super::Reconnecting) is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum State {
    /// It tries to connect.
    Connecting {
        /// For this time in a row, from 1 on.
        attempt: u32,
    },
    /// It is connected.
    Open,
    /// It waits before it tries again.
    Waiting {
        /// Until this moment, in milliseconds since 1970, as `Date.now()` counts them.
        until: f64,
    },
    /// It waits for the page to be shown again, or for the browser to be online; there it tries
    /// seldom, since a browser may be wrong about that.
    Offline,
    /// It is over.
    Closed,
}

impl State {
    /// How long it still waits; zero if it doesn't.
    pub fn remaining(&self) -> Duration {
        match self {
            Self::Waiting { until } => clock::until(*until),
            _ => Duration::ZERO,
        }
    }
}

/// A message that wasn't sent, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendError {
    message: Message,
    reason: NotSent,
}

/// Why a message wasn't sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSent {
    /// There is no connection, and the [backlog](super::ReconnectingBuilder::backlog) is full.
    BacklogFull,
    /// It waited in the backlog, and made room for a newer one.
    MadeRoom,
    /// The socket is closed, or was given up, for good.
    Closed,
    /// The browser didn't take it.
    Refused(Error),
}

impl SendError {
    /// Creates the error, for tests of code that handles one.
    ///
    /// ```
    /// use wasm_websocket::{NotSent, SendError};
    ///
    /// let error = SendError::new("hello", NotSent::BacklogFull);
    /// assert_eq!(error.message(), "hello");
    /// assert_eq!(error.reason(), &NotSent::BacklogFull);
    /// ```
    pub fn new(message: impl Into<Message>, reason: NotSent) -> Self {
        Self {
            message: message.into(),
            reason,
        }
    }

    /// Returns the message.
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// Converts the error into the message, to send it in another way.
    #[must_use = "`self` will be dropped if the result is not used"]
    pub fn into_message(self) -> Message {
        self.message
    }

    /// Returns why the message wasn't sent.
    pub fn reason(&self) -> &NotSent {
        &self.reason
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            NotSent::BacklogFull => f.write_str("too many messages wait for a connection"),
            NotSent::MadeRoom => f.write_str("the message made room for a newer one"),
            NotSent::Closed => f.write_str("the socket is closed for good"),
            NotSent::Refused(error) => error.fmt(f),
        }
    }
}

impl StdError for SendError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.reason {
            // What is shown is the error itself.
            NotSent::Refused(error) => error.source(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReadyState;

    #[test]
    fn causes_are_equal_if_they_say_the_same() {
        let address = |error: &Arc<dyn StdError + Send + Sync>| Cause::NoAddress(error.clone());
        let errors: [Arc<dyn StdError + Send + Sync>; 2] = [
            Arc::new(Error::Unsupported("a")),
            Arc::new(Error::Unsupported("a")),
        ];
        let closed = |reason| Cause::Closed(CloseEvent::new(CloseCode::NORMAL, reason, true));
        let causes: [fn() -> Cause; 3] = [
            || Cause::Slept,
            || Cause::Requested,
            || Cause::Failed(Error::Unsupported("a")),
        ];
        for (place, cause) in causes.iter().enumerate() {
            for (other_place, other) in causes.iter().enumerate() {
                assert_eq!(cause() == other(), place == other_place);
            }
        }
        assert_eq!(closed("a"), closed("a"));
        assert_ne!(closed("a"), closed("b"));
        assert_eq!(address(&errors[0]), address(&errors[0]));
        assert_ne!(address(&errors[0]), address(&errors[1]));
        assert_eq!(Event::<u8>::Opened, Event::Opened);
    }

    #[test]
    fn no_error_is_told_twice() {
        let refused = Error::NotOpen(ReadyState::Closed);
        let words = refused.to_string();
        let error = SendError::new("a", NotSent::Refused(refused.clone()));
        assert_eq!(error.to_string(), words);
        assert!(error.source().is_none());
        assert!(Cause::from(refused.clone()).source().is_none());
        let address = Cause::NoAddress(Arc::new(refused));
        assert_eq!(address.source().unwrap().to_string(), words);
        assert_ne!(address.to_string(), words);
    }

    // With threads a message belongs to its own.
    #[cfg(not(target_feature = "atomics"))]
    #[test]
    fn errors_can_cross_threads_and_be_boxed() {
        fn assert_error<E: StdError + Send + Sync + 'static>() {}
        assert_error::<Cause>();
        assert_error::<SendError>();
    }
}
