//! The page's own JSON, with all that it knows:
//!
//! ```json
//! {
//!   "dropped": 0,
//!   "sockets": [{
//!     "number": 1, "url": "ws://127.0.0.1:8080/echo", "began": 1.5, "took": 2.5, "ended": null,
//!     "request": {"line": "GET /echo HTTP/1.1", "headers": [["Host", "127.0.0.1:8080"]]},
//!     "response": null
//!   }],
//!   "rows": [
//!     {"socket": 1, "time": 1.5, "event": "connecting"},
//!     {"socket": 1, "time": 4, "event": "open", "protocol": "", "extensions": ""},
//!     {"socket": 1, "time": 5, "event": "sent", "kind": "text", "size": 5, "data": "Hello"},
//!     {"socket": 1, "time": 6, "event": "received", "kind": "binary", "size": 3, "data": "AQID", "roundTrip": 1},
//!     {"socket": 1, "time": 7, "event": "close", "code": 1000, "reason": "", "wasClean": true}
//!   ]
//! }
//! ```
//!
//! Times are in milliseconds since 1970, and durations in milliseconds. A socket that didn't open
//! has no `took`, and a head that isn't known is null. Binary data is in base64; what wasn't kept
//! has no `data`. An event may also be `refused`: no handshake began.

use std::borrow::Cow;

use serde::Serialize;

use super::{Data, Head, Recording, Row, Socket, What};

/// All of it. A time that is no number is null.
pub fn write(recording: &Recording) -> String {
    let file = File {
        dropped: recording.dropped,
        sockets: recording.sockets.iter().map(OneSocket::of).collect(),
        rows: recording.rows.iter().map(OneRow::of).collect(),
    };
    // No value here is one that JSON lacks.
    serde_json::to_string(&file).unwrap_or_default()
}

#[derive(Serialize)]
struct File<'a> {
    dropped: u64,
    sockets: Vec<OneSocket<'a>>,
    rows: Vec<OneRow<'a>>,
}

#[derive(Serialize)]
struct OneSocket<'a> {
    number: u32,
    url: &'a str,
    began: f64,
    took: Option<f64>,
    ended: Option<f64>,
    request: Option<&'a Head>,
    response: Option<&'a Head>,
}

#[derive(Serialize)]
struct OneRow<'a> {
    socket: u32,
    time: f64,
    #[serde(flatten)]
    event: Event<'a>,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Event<'a> {
    Connecting,
    Open {
        protocol: &'a str,
        extensions: &'a str,
    },
    Sent(Message<'a>),
    Received(Message<'a>),
    #[serde(rename_all = "camelCase")]
    Close {
        code: u16,
        reason: &'a str,
        was_clean: bool,
    },
    Refused,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    kind: &'static str,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    round_trip: Option<f64>,
}

impl<'a> OneSocket<'a> {
    fn of(socket: &'a Socket) -> Self {
        Self {
            number: socket.number,
            url: &socket.url,
            began: socket.began,
            took: socket.took,
            ended: socket.ended,
            request: socket.request.as_ref(),
            response: socket.response.as_ref(),
        }
    }
}

impl<'a> OneRow<'a> {
    fn of(row: &'a Row) -> Self {
        Self {
            socket: row.socket,
            time: row.time,
            event: match &row.what {
                What::Connecting => Event::Connecting,
                What::Opened {
                    protocol,
                    extensions,
                } => Event::Open {
                    protocol,
                    extensions,
                },
                What::Sent(data) => Event::Sent(Message::of(data, None)),
                What::Received { data, round_trip } => {
                    Event::Received(Message::of(data, *round_trip))
                }
                What::Closed {
                    code,
                    reason,
                    was_clean,
                } => Event::Close {
                    code: *code,
                    reason,
                    was_clean: *was_clean,
                },
                What::Refused => Event::Refused,
            },
        }
    }
}

impl<'a> Message<'a> {
    fn of(data: &'a Data, round_trip: Option<f64>) -> Self {
        Self {
            kind: if data.is_text() { "text" } else { "binary" },
            size: data.size(),
            data: data.encode(),
            round_trip,
        }
    }
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding};
    use proptest::prelude::*;
    use serde_json::{json, Value};

    use super::*;
    use crate::recording::samples::{any_recording, recording};

    #[test]
    fn a_file_has_sockets_and_rows() {
        let file: Value = serde_json::from_str(&write(&recording())).unwrap();
        assert_eq!(file["dropped"], 7);
        assert_eq!(
            file["sockets"],
            json!([
                {
                    "number": 2, "url": "ws://127.0.0.1:80/echo?a=b", "began": 1000.0, "took": 2.5,
                    "ended": 1010.0,
                    "request": {
                        "line": "GET /echo?a=b HTTP/1.1",
                        "headers": [["Host", "127.0.0.1:80"], ["Upgrade", "websocket"]],
                    },
                    "response": {
                        "line": "HTTP/1.1 101 Switching Protocols",
                        "headers": [["upgrade", "websocket"]],
                    },
                },
                {
                    "number": 3, "url": "ws://example.org/", "began": 2000.0, "took": null,
                    "ended": null, "request": null, "response": null,
                },
            ])
        );
        assert_eq!(
            file["rows"],
            json!([
                {"socket": 2, "time": 1000.0, "event": "connecting"},
                {"socket": 2, "time": 1002.5, "event": "open", "protocol": "p", "extensions": "e"},
                {
                    "socket": 2, "time": 1003.0, "event": "sent", "kind": "text", "size": 11,
                    "data": "\"gr\u{fc}ezi\"\n\u{0}",
                },
                {
                    "socket": 2, "time": 1004.5, "event": "received", "kind": "binary", "size": 3,
                    "data": "/wAB", "roundTrip": 1.5,
                },
                {
                    "socket": 2, "time": 1005.0, "event": "received", "kind": "text", "size": 99,
                },
                {
                    "socket": 2, "time": 1010.0, "event": "close", "code": 1000, "reason": "bye",
                    "wasClean": true,
                },
                {"socket": 3, "time": 2000.0, "event": "connecting"},
                {"socket": 3, "time": 2000.0, "event": "refused"},
                {"socket": 1, "time": 2001.0, "event": "sent", "kind": "binary", "size": 0, "data": ""},
            ])
        );
    }

    proptest! {
        #[test]
        fn any_recording_keeps_what_it_has(recording in any_recording()) {
            let file: Value = serde_json::from_str(&write(&recording)).unwrap();
            for (socket, told) in recording.sockets.iter().zip(file["sockets"].as_array().unwrap()) {
                prop_assert_eq!(&told["url"], &socket.url);
                prop_assert_eq!(&told["request"], &json!(socket.request));
            }
            let rows = file["rows"].as_array().unwrap();
            prop_assert_eq!(rows.len(), recording.rows.len());
            for (row, told) in recording.rows.iter().zip(rows) {
                match row.message() {
                    Some((_, Data::Text(text))) => prop_assert_eq!(&told["data"], &**text),
                    Some((_, Data::Binary(bytes))) => {
                        let data = Base64::decode_vec(told["data"].as_str().unwrap());
                        prop_assert_eq!(data.as_ref(), Ok(bytes));
                    }
                    _ => prop_assert!(told["data"].is_null()),
                }
            }
        }
    }
}
