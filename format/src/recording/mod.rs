//! What the page's sockets did, for files that other tools read: [`har`] and [`json`].

pub mod har;
pub mod json;

use std::{borrow::Cow, rc::Rc};

use base64ct::{Base64, Encoding};
use serde::Serialize;

/// Sockets, and what happened to them. Times are in milliseconds since 1970.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    pub sockets: Vec<Socket>,
    /// In their order.
    pub rows: Vec<Row>,
    /// How many older rows are missing.
    pub dropped: u64,
}

#[derive(Clone, Debug)]
pub struct Socket {
    pub number: u32,
    pub url: String,
    /// When the handshake began.
    pub began: f64,
    /// The same as a date, `2011-12-11T10:00:00.000Z`.
    pub date: String,
    /// How long it took, in milliseconds, if the socket came to be open.
    pub took: Option<f64>,
    /// When it ended, if it did.
    pub ended: Option<f64>,
    /// As far as they are known.
    pub request: Option<Head>,
    pub response: Option<Head>,
}

/// The head of an HTTP message: its request or status line, and its headers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    pub line: String,
    /// Names and values, in their order.
    pub headers: Vec<(String, String)>,
}

/// Something that happened to a socket.
#[derive(Clone, Debug)]
pub struct Row {
    /// The number of the socket.
    pub socket: u32,
    pub time: f64,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    Connecting,
    Opened {
        protocol: Rc<str>,
        extensions: Rc<str>,
    },
    Sent(Data),
    Received {
        data: Data,
        /// Milliseconds, if it was an echo.
        round_trip: Option<f64>,
    },
    Closed {
        code: u16,
        reason: Rc<str>,
        was_clean: bool,
    },
    /// No handshake began.
    Refused,
}

/// What a message carried.
#[derive(Clone, Debug)]
pub enum Data {
    Text(Rc<str>),
    Binary(Vec<u8>),
    /// It wasn't kept.
    Lost {
        is_text: bool,
        /// In bytes.
        size: u64,
    },
}

impl Row {
    /// Whether it was sent, and the data, if it is a message.
    fn message(&self) -> Option<(bool, &Data)> {
        match &self.what {
            What::Sent(data) => Some((true, data)),
            What::Received { data, .. } => Some((false, data)),
            _ => None,
        }
    }
}

impl Data {
    fn is_text(&self) -> bool {
        match self {
            Self::Text(_) => true,
            Self::Binary(_) => false,
            Self::Lost { is_text, .. } => *is_text,
        }
    }

    fn size(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Binary(bytes) => bytes.len() as u64,
            Self::Lost { size, .. } => *size,
        }
    }

    /// The text, or the bytes in base64.
    fn encode(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Binary(bytes) => Some(Base64::encode_string(bytes).into()),
            Self::Lost { .. } => None,
        }
    }
}

#[cfg(test)]
mod samples;
