//! [`Socket`]: one of the page's sockets, and the echoes that it waits for.

use std::{collections::VecDeque, rc::Rc};

use wasm_websocket::ReadyState;

use super::{Payload, Rows};

#[derive(Debug)]
pub(crate) struct Socket {
    /// From one on.
    pub(crate) number: u32,
    pub(crate) url: Rc<str>,
    /// Whether the server knows it by its mark.
    pub(crate) is_own: bool,
    /// As far as it was told: of a close that is under way it isn't.
    pub(crate) state: ReadyState,
    /// When the handshake began, in milliseconds since the page was opened.
    pub(crate) began: f64,
    /// How long it took, in milliseconds, if it came to be open.
    pub(crate) took: Option<f64>,
    /// When it ended, in milliseconds since the page was opened.
    pub(crate) ended: Option<f64>,
    pub(crate) sent: u64,
    pub(crate) received: u64,
    /// The numbers of the rows that may come back.
    pub(super) unanswered: VecDeque<u64>,
}

impl Socket {
    pub(super) fn new(number: u32, url: Rc<str>, is_own: bool, now: f64) -> Self {
        Self {
            number,
            url,
            is_own,
            state: ReadyState::Connecting,
            began: now,
            took: None,
            ended: None,
            sent: 0,
            received: 0,
            unanswered: VecDeque::new(),
        }
    }

    pub(super) fn sent(&mut self, row: u64, rows: &Rows) {
        self.sent += 1;
        self.unanswered.push_back(row);
        self.forget_dropped(rows);
    }

    /// How long ago the oldest message was sent that hasn't come back yet, if this is it.
    pub(super) fn received(&mut self, payload: &Payload, now: f64, rows: &Rows) -> Option<f64> {
        self.received += 1;
        self.forget_dropped(rows);
        let sent = rows.get(*self.unanswered.front()?)?;
        if !sent.payload()?.is_like(payload) {
            return None;
        }
        self.unanswered.pop_front();
        Some(now - sent.time)
    }

    pub(super) fn closed(&mut self, now: f64) {
        self.state = ReadyState::Closed;
        self.ended = Some(now);
        self.unanswered = VecDeque::new();
    }

    fn forget_dropped(&mut self, rows: &Rows) {
        let first = rows.numbers().start;
        while self.unanswered.front().is_some_and(|row| *row < first) {
            self.unanswered.pop_front();
        }
    }
}
