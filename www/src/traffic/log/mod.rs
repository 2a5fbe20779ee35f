//! [`Log`]: what the page's sockets did. Pure, without a clock or a browser.

mod payload;
mod row;
mod rows;
mod socket;

use std::rc::Rc;

use wasm_websocket::ReadyState;

pub(crate) use self::{
    payload::Payload,
    row::{Close, Direction, Kind, Row, What},
    rows::{Bounds, Rows},
    socket::Socket,
};

/// The sockets known at the most; the oldest that is closed makes room for another.
const SOCKETS: usize = 500;

/// All sockets, and what happened to them in its order.
#[derive(Debug)]
pub(crate) struct Log {
    rows: Rows,
    sockets: Vec<Socket>,
    last: u32,
}

impl Log {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            rows: Rows::new(bounds),
            sockets: Vec::new(),
            last: 0,
        }
    }

    pub(crate) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Oldest first.
    pub(crate) fn sockets(&self) -> &[Socket] {
        &self.sockets
    }

    pub(crate) fn socket(&self, number: u32) -> Option<&Socket> {
        let index = self.index(number)?;
        self.sockets.get(index)
    }

    /// How many sockets were forgotten.
    pub(crate) fn forgotten(&self) -> usize {
        self.last as usize - self.sockets.len()
    }

    /// The number of the next socket.
    pub(crate) fn next(&self) -> u32 {
        self.last + 1
    }

    /// A socket begins its handshake.
    pub(crate) fn connect(&mut self, url: &str, is_own: bool, now: f64) -> u32 {
        self.last += 1;
        let (number, url) = (self.last, Rc::from(url));
        if self.sockets.len() >= SOCKETS {
            let closed = |socket: &Socket| socket.state == ReadyState::Closed;
            let oldest = self.sockets.iter().position(closed);
            self.sockets.remove(oldest.unwrap_or_default());
        }
        self.sockets
            .push(Socket::new(number, Rc::clone(&url), is_own, now));
        self.push(number, now, What::Connecting(url));
        number
    }

    pub(crate) fn opened(&mut self, number: u32, protocol: &str, extensions: &str, now: f64) {
        if let Some(socket) = self.socket_mut(number) {
            socket.state = ReadyState::Open;
            socket.took = Some(now - socket.began);
        }
        let (protocol, extensions) = (protocol.into(), extensions.into());
        let what = What::Opened {
            protocol,
            extensions,
        };
        self.push(number, now, what);
    }

    pub(crate) fn sent(&mut self, number: u32, payload: Payload, now: f64) {
        let payload = payload.within(self.rows.bounds().bytes);
        let row = self.push(number, now, What::Sent(payload));
        if let Some(index) = self.index(number) {
            self.sockets[index].sent(row, &self.rows);
        }
    }

    pub(crate) fn received(&mut self, number: u32, payload: Payload, now: f64) {
        let payload = payload.within(self.rows.bounds().bytes);
        let round_trip = self.index(number).and_then(|index| {
            let socket = &mut self.sockets[index];
            socket.received(&payload, now, &self.rows)
        });
        let what = What::Received {
            payload,
            round_trip,
        };
        self.push(number, now, what);
    }

    pub(crate) fn closed(&mut self, number: u32, close: Close, now: f64) {
        self.end(number, What::Closed(close), now);
    }

    /// The browser didn't begin the handshake.
    pub(crate) fn refused(&mut self, number: u32, now: f64) {
        self.end(number, What::Refused, now);
    }

    fn end(&mut self, number: u32, what: What, now: f64) {
        if let Some(socket) = self.socket_mut(number) {
            socket.closed(now);
        }
        self.push(number, now, what);
    }

    fn push(&mut self, socket: u32, time: f64, what: What) -> u64 {
        self.rows.push(Row { socket, time, what })
    }

    fn index(&self, number: u32) -> Option<usize> {
        let by_number = |socket: &Socket| socket.number;
        self.sockets.binary_search_by_key(&number, by_number).ok()
    }

    fn socket_mut(&mut self, number: u32) -> Option<&mut Socket> {
        let index = self.index(number)?;
        self.sockets.get_mut(index)
    }
}

#[cfg(test)]
mod tests {
    use wasm_websocket::{CloseCode, Message};

    use super::*;

    const BOUNDS: Bounds = Bounds {
        rows: 10,
        bytes: 100,
    };

    fn payload(message: impl Into<Message>) -> Payload {
        Payload::from(&message.into())
    }

    fn round_trips(log: &Log) -> Vec<Option<f64>> {
        let messages = log.rows().iter().filter(|row| row.payload().is_some());
        messages
            .filter(|row| row.direction() == Direction::Received)
            .map(Row::round_trip)
            .collect()
    }

    #[test]
    fn an_echo_of_the_oldest_message_has_its_round_trip() {
        let mut log = Log::new(BOUNDS);
        let (one, other) = (log.connect("a", true, 0.0), log.connect("b", true, 0.0));
        log.sent(one, payload("same"), 1.0);
        log.sent(one, payload("same"), 2.0);
        log.received(other, payload("same"), 3.0);
        log.received(one, payload("unasked"), 4.0);
        log.received(one, payload("same"), 5.0);
        log.received(one, payload("same"), 7.0);
        log.received(one, payload("same"), 9.0);
        let expected = [None, None, Some(4.0), Some(5.0), None];
        assert_eq!(round_trips(&log), expected);
    }

    #[test]
    fn what_was_dropped_does_not_come_back() {
        let mut log = Log::new(Bounds { rows: 2, ..BOUNDS });
        let socket = log.connect("a", true, 0.0);
        for text in ["1", "2", "3"] {
            log.sent(socket, payload(text), 0.0);
        }
        log.received(socket, payload("1"), 1.0);
        log.received(socket, payload("3"), 1.0);
        assert_eq!(round_trips(&log), [None, Some(1.0)]);
        let unanswered = log.sockets[0].unanswered.len();
        assert_eq!(unanswered, 0);
    }

    #[test]
    fn a_message_larger_than_the_bound_is_a_row_without_content() {
        let mut log = Log::new(BOUNDS);
        let socket = log.connect("a", true, 0.0);
        log.sent(socket, payload("small"), 0.0);
        log.received(socket, payload(vec![0; 101]), 0.0);
        assert_eq!(log.rows().dropped(), 0);
        let last = log.rows().iter().last().and_then(Row::payload);
        assert!(matches!(last, Some(Payload::Lost { size: 101, .. })));
    }

    #[test]
    fn a_socket_goes_through_its_states() {
        let mut log = Log::new(BOUNDS);
        let number = log.connect("a", true, 5.0);
        let state = |log: &Log| log.socket(number).map(|socket| socket.state);
        assert_eq!(state(&log), Some(ReadyState::Connecting));
        log.opened(number, "", "", 7.0);
        assert_eq!(state(&log), Some(ReadyState::Open));
        assert_eq!(log.socket(number).and_then(|s| s.took), Some(2.0));
        let close = Close {
            code: CloseCode::NORMAL,
            reason: "".into(),
            was_clean: true,
        };
        log.closed(number, close, 8.0);
        assert_eq!(state(&log), Some(ReadyState::Closed));
        let names: Vec<_> = log.rows().iter().map(Row::name).collect();
        assert_eq!(names, ["connecting", "open", "close"]);
    }

    #[test]
    fn the_oldest_closed_socket_is_forgotten_first() {
        let mut log = Log::new(BOUNDS);
        let open = log.connect("a", true, 0.0);
        let closed = log.connect("b", true, 0.0);
        log.refused(closed, 0.0);
        for _ in 2..=SOCKETS {
            log.connect("c", true, 0.0);
        }
        assert_eq!((log.sockets().len(), log.forgotten()), (SOCKETS, 1));
        assert!(log.socket(open).is_some() && log.socket(closed).is_none());
        log.connect("d", true, 0.0);
        assert!(log.socket(open).is_none());
    }
}
