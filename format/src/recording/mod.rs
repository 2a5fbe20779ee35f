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
mod samples {
    use super::*;

    /// Of everything one.
    pub(super) fn recording() -> Recording {
        let head = |line: &str, headers: &[(&str, &str)]| {
            let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
            Some(Head {
                line: line.to_owned(),
                headers: headers.iter().map(owned).collect(),
            })
        };
        let host = ("Host", "127.0.0.1:80");
        let row = |socket, time, what| Row { socket, time, what };
        let received = |data, round_trip| What::Received { data, round_trip };
        Recording {
            dropped: 7,
            sockets: vec![
                Socket {
                    number: 2,
                    url: "ws://127.0.0.1:80/echo?a=b".to_owned(),
                    began: 1000.0,
                    date: "1970-01-01T00:00:01.000Z".to_owned(),
                    took: Some(2.5),
                    ended: Some(1010.0),
                    request: head("GET /echo?a=b HTTP/1.1", &[host, ("Upgrade", "websocket")]),
                    response: head(
                        "HTTP/1.1 101 Switching Protocols",
                        &[("upgrade", "websocket")],
                    ),
                },
                Socket {
                    number: 3,
                    url: "ws://example.org/".to_owned(),
                    began: 2000.0,
                    date: "1970-01-01T00:00:02.000Z".to_owned(),
                    took: None,
                    ended: None,
                    request: None,
                    response: None,
                },
            ],
            rows: vec![
                row(2, 1000.0, What::Connecting),
                row(
                    2,
                    1002.5,
                    What::Opened {
                        protocol: "p".into(),
                        extensions: "e".into(),
                    },
                ),
                row(
                    2,
                    1003.0,
                    What::Sent(Data::Text("\"gr\u{fc}ezi\"\n\0".into())),
                ),
                row(
                    2,
                    1004.5,
                    received(Data::Binary(vec![255, 0, 1]), Some(1.5)),
                ),
                row(
                    2,
                    1005.0,
                    received(
                        Data::Lost {
                            is_text: true,
                            size: 99,
                        },
                        None,
                    ),
                ),
                row(
                    2,
                    1010.0,
                    What::Closed {
                        code: 1000,
                        reason: "bye".into(),
                        was_clean: true,
                    },
                ),
                row(3, 2000.0, What::Connecting),
                row(3, 2000.0, What::Refused),
                row(1, 2001.0, What::Sent(Data::Binary(Vec::new()))),
            ],
        }
    }
}
