//! HAR 1.2 with the messages of WebSockets as Chrome's developer tools export them
//! ([the format](http://www.softwareishard.com/blog/har-12-spec/)).

use std::borrow::Cow;

use serde::Serialize;

use super::{Head, Recording, Row, Socket};

/// An entry for each socket, with its messages. A time that is no number counts as 1970.
pub fn write(recording: &Recording) -> String {
    let sockets = recording.sockets.iter();
    let mut entries: Vec<_> = sockets.clone().map(Entry::of).collect();
    for row in &recording.rows {
        let place = sockets.clone().position(|s| s.number == row.socket);
        let entry = place.and_then(|place| entries.get_mut(place));
        if let (Some(entry), Some(message)) = (entry, Message::of(row)) {
            entry.messages.push(message);
        }
    }
    let har = Har {
        log: Log {
            version: "1.2",
            creator: Creator {
                name: "wasm-websocket demo",
                version: env!("CARGO_PKG_VERSION"),
            },
            pages: [],
            entries,
        },
    };
    // No value here is one that JSON lacks.
    serde_json::to_string(&har).unwrap_or_default()
}

#[derive(Serialize)]
struct Har<'a> {
    log: Log<'a>,
}

#[derive(Serialize)]
struct Log<'a> {
    version: &'static str,
    creator: Creator,
    pages: [(); 0],
    entries: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Creator {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    started_date_time: &'a str,
    /// Milliseconds.
    time: f64,
    request: Request<'a>,
    response: Response<'a>,
    cache: Cache,
    timings: Timings,
    #[serde(rename = "_resourceType")]
    resource_type: &'static str,
    #[serde(rename = "_webSocketMessages")]
    messages: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct Cache {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    method: &'a str,
    url: &'a str,
    http_version: &'a str,
    cookies: [(); 0],
    headers: Vec<Pair<'a>>,
    query_string: Vec<Pair<'a>>,
    headers_size: i64,
    body_size: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    status: u16,
    status_text: &'a str,
    http_version: &'a str,
    cookies: [(); 0],
    headers: Vec<Pair<'a>>,
    content: Content,
    #[serde(rename = "redirectURL")]
    redirect_url: &'static str,
    headers_size: i64,
    body_size: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    size: u64,
    mime_type: &'static str,
}

/// Milliseconds; -1 where it isn't known.
#[derive(Serialize)]
struct Timings {
    send: f64,
    wait: f64,
    receive: f64,
}

#[derive(Serialize)]
struct Pair<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Seconds since 1970.
    time: f64,
    opcode: u8,
    data: Cow<'a, str>,
}

impl<'a> Entry<'a> {
    /// Without its messages. One that is open yet has no duration.
    fn of(socket: &'a Socket) -> Self {
        let ended = socket.ended.unwrap_or(socket.began);
        Self {
            started_date_time: &socket.date,
            time: number(ended - socket.began).max(0.0),
            request: Request::of(socket),
            response: Response::of(socket),
            cache: Cache {},
            timings: Timings {
                send: -1.0,
                wait: socket.took.map_or(-1.0, number),
                receive: -1.0,
            },
            resource_type: "websocket",
            messages: Vec::new(),
        }
    }
}

impl<'a> Request<'a> {
    fn of(socket: &'a Socket) -> Self {
        let mut words = words(&socket.request);
        let (method, _target, version) = (words.next(), words.next(), words.next());
        let query = socket.url.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        Self {
            method: method.unwrap_or("GET"),
            url: &socket.url,
            http_version: version.unwrap_or("HTTP/1.1"),
            cookies: [],
            headers: pairs_of(&socket.request),
            query_string: pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| Pair { name, value })
                .collect(),
            headers_size: -1,
            body_size: 0,
        }
    }
}

impl<'a> Response<'a> {
    /// One that isn't known is status 0, unless the socket was open.
    fn of(socket: &'a Socket) -> Self {
        let mut words = words(&socket.response);
        let (version, status) = (words.next(), words.next());
        let unknown = if socket.took.is_some() { 101 } else { 0 };
        Self {
            status: status
                .and_then(|status| status.parse().ok())
                .unwrap_or(unknown),
            status_text: words.next().unwrap_or_default(),
            http_version: version.unwrap_or("HTTP/1.1"),
            cookies: [],
            headers: pairs_of(&socket.response),
            content: Content {
                size: 0,
                mime_type: "x-unknown",
            },
            redirect_url: "",
            headers_size: -1,
            body_size: -1,
        }
    }
}

impl<'a> Message<'a> {
    fn of(row: &'a Row) -> Option<Self> {
        let (is_sent, data) = row.message()?;
        Some(Self {
            kind: if is_sent { "send" } else { "receive" },
            time: number(row.time / 1000.0),
            opcode: if data.is_text() { 1 } else { 2 },
            data: data.encode().unwrap_or_default(),
        })
    }
}

/// The three parts of the first line.
fn words(head: &Option<Head>) -> impl Iterator<Item = &str> {
    let line = head.iter().map(|head| head.line.as_str());
    line.flat_map(|line| line.splitn(3, ' '))
}

fn pairs_of(head: &Option<Head>) -> Vec<Pair<'_>> {
    let headers = head.iter().flat_map(|head| &head.headers);
    headers.map(|(name, value)| Pair { name, value }).collect()
}

fn number(number: f64) -> f64 {
    if number.is_finite() {
        number
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use har::Spec;
    use proptest::prelude::*;
    use serde_json::{json, Value};

    use super::*;
    use crate::recording::samples::{any_recording, recording};

    #[test]
    fn a_har_reader_finds_each_socket() {
        let har = har::from_str(&write(&recording())).unwrap();
        let Spec::V1_2(log) = har.log else {
            panic!("another version");
        };
        let [entry, unknown] = log.entries.as_slice() else {
            panic!("{:?}", log.entries);
        };
        assert_eq!(entry.started_date_time, "1970-01-01T00:00:01.000Z");
        assert_eq!(entry.time, 10.0);
        assert_eq!(entry.timings.wait, 2.5);
        assert_eq!(entry.request.url, "ws://127.0.0.1:80/echo?a=b");
        assert_eq!(entry.request.http_version, "HTTP/1.1");
        assert_eq!(entry.request.headers[1].value, "websocket");
        let query = &entry.request.query_string[0];
        assert_eq!((&*query.name, &*query.value), ("a", "b"));
        assert_eq!(entry.response.status, 101);
        assert_eq!(entry.response.status_text, "Switching Protocols");
        assert_eq!(entry.response.headers[0].name, "upgrade");
        assert_eq!(unknown.response.status, 0);
        assert!(unknown.request.headers.is_empty());
    }

    #[test]
    fn messages_are_as_chrome_exports_them() {
        let har: Value = serde_json::from_str(&write(&recording())).unwrap();
        let entries = &har["log"]["entries"];
        assert_eq!(entries[0]["_resourceType"], "websocket");
        assert_eq!(
            entries[0]["_webSocketMessages"],
            json!([
                {"type": "send", "time": 1.003, "opcode": 1, "data": "\"gr\u{fc}ezi\"\n\u{0}"},
                {"type": "receive", "time": 1.0045, "opcode": 2, "data": "/wAB"},
                {"type": "receive", "time": 1.005, "opcode": 1, "data": ""},
            ])
        );
        assert_eq!(entries[1]["_webSocketMessages"], json!([]));
    }

    proptest! {
        #[test]
        fn a_har_reader_takes_any_recording(recording in any_recording()) {
            let file = write(&recording);
            prop_assert!(har::from_str(&file).is_ok(), "{}", file);
            let har: Value = serde_json::from_str(&file).unwrap();
            let entries = har["log"]["entries"].as_array().unwrap();
            prop_assert_eq!(entries.len(), recording.sockets.len());
            let messages = entries.iter().map(|e| e["_webSocketMessages"].as_array().unwrap().len());
            let is_known = |row: &&Row| recording.sockets.iter().any(|s| s.number == row.socket);
            let known = recording.rows.iter().filter(is_known);
            let sent_or_received = known.filter(|row| row.message().is_some()).count();
            prop_assert_eq!(messages.sum::<usize>(), sent_or_received);
        }
    }

    #[test]
    fn times_that_are_none_break_nothing() {
        let mut recording = recording();
        for time in [f64::NAN, f64::INFINITY, -1e300, 1e300] {
            recording.sockets[0].began = time;
            recording.rows[2].time = time;
            let har: Value = serde_json::from_str(&write(&recording)).unwrap();
            let entry = &har["log"]["entries"][0];
            assert!(entry["time"].is_number(), "{time}: {entry}");
            let message = &entry["_webSocketMessages"][0];
            assert!(message["time"].is_number(), "{time}: {message}");
        }
    }
}
