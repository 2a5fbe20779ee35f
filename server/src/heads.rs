//! The heads of requests and responses, byte for byte as they went over the wire,
//! <https://www.rfc-editor.org/rfc/rfc9112#section-2.1>.

use std::sync::Arc;

use parking_lot::Mutex;
use wasm_websocket_demo_format::recording;

/// What of a head is beyond this isn't kept.
const LONGEST_HEAD: usize = 8 << 10;

const END: &[u8] = b"\r\n\r\n";

/// A head, as much of it as has passed.
#[derive(Debug, Default)]
pub(crate) struct Head {
    bytes: Vec<u8>,
    whole: bool,
}

/// A request and the answer to it.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    pub(crate) request: Head,
    pub(crate) response: Head,
}

/// Watches the exchanges of a connection, which come one after another.
#[derive(Debug, Default)]
pub(crate) struct Tap(Mutex<Arc<Mutex<Exchange>>>);

impl Tap {
    /// The latest exchange; its response is still to come when its request is handled.
    pub(crate) fn latest(&self) -> Arc<Mutex<Exchange>> {
        Arc::clone(&self.0.lock())
    }

    /// What comes after an answer belongs to another request.
    pub(crate) fn read(&self, bytes: &[u8]) {
        let mut latest = self.0.lock();
        if !latest.lock().response.bytes.is_empty() {
            *latest = Arc::default();
        }
        latest.lock().request.pass(bytes);
    }

    pub(crate) fn written(&self, bytes: &[u8]) {
        self.0.lock().lock().response.pass(bytes);
    }
}

impl Head {
    /// Takes what belongs to it of the bytes that pass.
    fn pass(&mut self, bytes: &[u8]) {
        if self.whole {
            return;
        }
        // The end may be in two parts.
        let from = self.bytes.len().saturating_sub(END.len() - 1);
        let room = LONGEST_HEAD.saturating_sub(self.bytes.len());
        self.bytes
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
        let end = self.bytes[from..].windows(END.len()).position(|w| w == END);
        if let Some(end) = end {
            self.bytes.truncate(from + end);
        }
        self.whole = end.is_some() || self.bytes.len() >= LONGEST_HEAD;
    }

    /// Its lines, once it is whole.
    pub(crate) fn lines(&self) -> Option<recording::Head> {
        if !self.whole {
            return None;
        }
        let text = String::from_utf8_lossy(&self.bytes);
        let mut lines = text.split("\r\n");
        let line = lines.next().unwrap_or_default().to_owned();
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        Some(recording::Head { line, headers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(line: &str, headers: &[(&str, &str)]) -> Option<recording::Head> {
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        Some(recording::Head {
            line: line.to_owned(),
            headers: headers.iter().map(owned).collect(),
        })
    }

    #[test]
    fn a_head_ends_at_its_empty_line_however_it_comes() {
        let bytes = b"GET / HTTP/1.1\r\nhOST: a\r\nX-b:c : d \r\n\r\nbody\r\n\r\n";
        let expected = lines("GET / HTTP/1.1", &[("hOST", "a"), ("X-b", "c : d")]);
        for size in 1..bytes.len() {
            let mut head = Head::default();
            for part in bytes.chunks(size) {
                head.pass(part);
            }
            assert_eq!(head.lines(), expected, "in parts of {size}");
        }
    }

    #[test]
    fn a_head_that_is_not_whole_has_no_lines() {
        let mut head = Head::default();
        head.pass(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n");
        assert_eq!(head.lines(), None);
    }

    #[test]
    fn of_an_endless_head_the_beginning_is_kept() {
        let mut head = Head::default();
        for _ in 0..LONGEST_HEAD {
            head.pass(b"a: b\r\n");
        }
        assert_eq!(head.bytes.len(), LONGEST_HEAD);
        assert!(head.lines().is_some());
    }

    #[test]
    fn a_request_after_an_answer_is_another_exchange() {
        let tap = Tap::default();
        tap.read(b"GET /a HTTP/1.1\r\n\r\n");
        let first = tap.latest();
        tap.written(b"HTTP/1.1 200 OK\r\n\r\nGET /c");
        tap.read(b"GET /b HTTP/1.1\r\n\r\n");
        let second = tap.latest();
        let of = |exchange: &Mutex<Exchange>| {
            let exchange = exchange.lock();
            (exchange.request.lines(), exchange.response.lines())
        };
        let (request, response) = of(&first);
        assert_eq!(request, lines("GET /a HTTP/1.1", &[]));
        assert_eq!(response, lines("HTTP/1.1 200 OK", &[]));
        assert_eq!(of(&second), (lines("GET /b HTTP/1.1", &[]), None));
    }
}
