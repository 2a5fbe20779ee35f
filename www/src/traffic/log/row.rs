//! [`Row`]: one thing that happened to a socket.

use std::rc::Rc;

use wasm_websocket::{CloseCode, CloseEvent};

use super::Payload;

/// A row doesn't change any more once it is there.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The number of the socket.
    pub(crate) socket: u32,
    /// Milliseconds since the page was opened.
    pub(crate) time: f64,
    pub(crate) what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// The handshake begins.
    Connecting(Rc<str>),
    Opened {
        protocol: Rc<str>,
        extensions: Rc<str>,
    },
    Sent(Payload),
    Received {
        payload: Payload,
        /// Milliseconds, if it is an echo.
        round_trip: Option<f64>,
    },
    Closed(Close),
    /// The browser didn't begin the handshake.
    Refused,
}

/// How a connection ended, [RFC 6455, section 7.1](https://www.rfc-editor.org/rfc/rfc6455#section-7.1).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Close {
    pub(crate) code: CloseCode,
    pub(crate) reason: Rc<str>,
    pub(crate) was_clean: bool,
}

/// Which way something went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Direction {
    Sent,
    Received,
    /// It is no message.
    State,
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Text,
    Binary,
    State,
}

impl Row {
    /// What it is called in the list and in exports.
    pub(crate) fn name(&self) -> &'static str {
        match &self.what {
            What::Connecting(_) => "connecting",
            What::Opened { .. } => "open",
            What::Closed(_) => "close",
            What::Refused => "refused",
            What::Sent(payload) | What::Received { payload, .. } if payload.is_text() => "text",
            What::Sent(_) | What::Received { .. } => "binary",
        }
    }

    pub(crate) fn direction(&self) -> Direction {
        match self.what {
            What::Sent(_) => Direction::Sent,
            What::Received { .. } => Direction::Received,
            _ => Direction::State,
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self.payload() {
            Some(payload) if payload.is_text() => Kind::Text,
            Some(_) => Kind::Binary,
            None => Kind::State,
        }
    }

    /// What the message carried, if it is one.
    pub(crate) fn payload(&self) -> Option<&Payload> {
        match &self.what {
            What::Sent(payload) | What::Received { payload, .. } => Some(payload),
            _ => None,
        }
    }

    /// Milliseconds, if it is an echo.
    pub(crate) fn round_trip(&self) -> Option<f64> {
        match &self.what {
            What::Received { round_trip, .. } => *round_trip,
            _ => None,
        }
    }

    /// The bytes of payload that it keeps in memory.
    pub(super) fn weight(&self) -> u64 {
        match self.payload() {
            None | Some(Payload::Lost { .. }) => 0,
            Some(payload) => payload.size(),
        }
    }
}

impl Direction {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Received => "received",
            Self::State => "state",
        }
    }
}

impl From<&CloseEvent> for Close {
    fn from(event: &CloseEvent) -> Self {
        Self {
            code: event.code(),
            reason: event.reason().into(),
            was_clean: event.was_clean(),
        }
    }
}
