//! [`Export`]: all that was recorded, as a file.

use js_sys::Date;
use wasm_websocket::Bytes;
use wasm_websocket_demo_format::recording::{self, har, json, Data, Recording};

use super::{
    handshake::Handshake,
    log::{Log, Payload, Row, Socket, What},
};
use crate::blob::blob_of;

/// What is made of the recording.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Format {
    Har,
    Json,
}

impl Format {
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::Har => "websockets.har",
            Self::Json => "websockets.json",
        }
    }

    fn write(self, recording: &Recording) -> String {
        match self {
            Self::Har => har::write(recording),
            Self::Json => json::write(recording),
        }
    }
}

/// What there is to be exported, and when the page was opened, in milliseconds since 1970.
#[derive(Debug)]
pub(crate) struct Export {
    opened_at: f64,
    dropped: u64,
    rows: Vec<Row>,
    sockets: Vec<recording::Socket>,
}

impl Export {
    /// All that is in the log now.
    pub(crate) fn new(log: &Log, opened_at: f64) -> Self {
        Self {
            opened_at,
            dropped: log.rows().dropped(),
            rows: log.rows().iter().cloned().collect(),
            sockets: log.sockets().iter().map(|s| socket(s, opened_at)).collect(),
        }
    }

    /// A file of it, with these handshakes.
    pub(crate) async fn write(
        self,
        format: Format,
        handshakes: Vec<(u32, Handshake)>,
    ) -> Result<web_sys::Blob, String> {
        let mut sockets = self.sockets;
        for (number, handshake) in handshakes {
            if let Some(socket) = sockets.iter_mut().find(|s| s.number == number) {
                socket.request = handshake.request;
                socket.response = handshake.response;
            }
        }
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in self.rows {
            rows.push(recording::Row {
                socket: row.socket,
                time: self.opened_at + row.time,
                what: what(row.what).await?,
            });
        }
        let recording = Recording {
            sockets,
            rows,
            dropped: self.dropped,
        };
        blob_of(&Bytes::from(format.write(&recording).into_bytes()))
    }
}

fn socket(socket: &Socket, opened_at: f64) -> recording::Socket {
    let began = opened_at + socket.began;
    recording::Socket {
        number: socket.number,
        url: socket.url.to_string(),
        began,
        date: Date::new(&began.into()).to_iso_string().into(),
        took: socket.took,
        ended: socket.ended.map(|ended| opened_at + ended),
        request: None,
        response: None,
    }
}

async fn what(what: What) -> Result<recording::What, String> {
    Ok(match what {
        What::Connecting(_) => recording::What::Connecting,
        What::Opened {
            protocol,
            extensions,
        } => recording::What::Opened {
            protocol,
            extensions,
        },
        What::Sent(payload) => recording::What::Sent(data(payload).await?),
        What::Received {
            payload,
            round_trip,
        } => recording::What::Received {
            data: data(payload).await?,
            round_trip,
        },
        What::Closed(close) => recording::What::Closed {
            code: close.code.as_u16(),
            reason: close.reason,
            was_clean: close.was_clean,
        },
        What::Refused => recording::What::Refused,
    })
}

async fn data(payload: Payload) -> Result<Data, String> {
    Ok(match payload {
        Payload::Text(text) => Data::Text(text),
        Payload::Binary(bytes) => Data::Binary(bytes.into_vec()),
        Payload::Blob(blob) => {
            let bytes = blob.bytes().await.map_err(|error| error.to_string())?;
            Data::Binary(bytes.into_vec())
        }
        Payload::Lost { is_text, size } => Data::Lost { is_text, size },
    })
}
