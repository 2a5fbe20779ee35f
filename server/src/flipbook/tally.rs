//! [`Tally`]: what the frames cost over one transport.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use tokio_tungstenite::tungstenite::Bytes;

use crate::meter::{Counter, Meter};

/// The way in which a reader reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Transport {
    #[serde(rename = "websocket")]
    WebSocket,
    #[serde(rename = "websocketstream")]
    WebSocketStream,
    ShortPolling,
    LongPolling,
}

impl Transport {
    pub(super) fn is_socket(self) -> bool {
        matches!(self, Self::WebSocket | Self::WebSocketStream)
    }
}

/// Counts that only grow.
#[derive(Debug, Default)]
pub(super) struct Tally {
    requests: AtomicU64,
    /// All bytes on the TCP connections, both ways.
    wire: Counter,
    payload: AtomicU64,
    delivered: AtomicU64,
    skipped: AtomicU64,
}

/// Counts as they are now.
#[derive(Debug, Serialize)]
pub(super) struct Counts {
    requests: u64,
    header_bytes: u64,
    payload_bytes: u64,
    delivered: u64,
    skipped: u64,
}

impl Tally {
    /// A request of which the answer holds frames.
    pub(super) fn count_poll(&self, meter: &Meter) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        meter.count_answer(&self.wire);
    }

    /// A handshake after which frames follow.
    pub(super) fn count_socket(&self, meter: &Meter) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        meter.count_socket(&self.wire);
    }

    /// A frame is handed over, to a reader that has all up to number `before`.
    pub(super) fn deliver(&self, frame: &Bytes, number: u32, before: u32) {
        let skipped = number.saturating_sub(before).saturating_sub(1);
        self.skipped.fetch_add(skipped.into(), Ordering::Relaxed);
        self.delivered.fetch_add(1, Ordering::Relaxed);
        self.payload
            .fetch_add(frame.len() as u64, Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> Counts {
        let payload_bytes = self.payload.load(Ordering::Relaxed);
        let wire = self.wire.load(Ordering::Relaxed);
        Counts {
            requests: self.requests.load(Ordering::Relaxed),
            // A frame that is being written counts before its bytes do.
            header_bytes: wire.saturating_sub(payload_bytes),
            payload_bytes,
            delivered: self.delivered.load(Ordering::Relaxed),
            skipped: self.skipped.load(Ordering::Relaxed),
        }
    }
}

/// One of each transport.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    websocket: Tally,
    websocketstream: Tally,
    short_polling: Tally,
    long_polling: Tally,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct AllCounts {
    websocket: Counts,
    websocketstream: Counts,
    short_polling: Counts,
    long_polling: Counts,
}

impl Tallies {
    pub(super) fn of(&self, transport: Transport) -> &Tally {
        match transport {
            Transport::WebSocket => &self.websocket,
            Transport::WebSocketStream => &self.websocketstream,
            Transport::ShortPolling => &self.short_polling,
            Transport::LongPolling => &self.long_polling,
        }
    }

    pub(super) fn counts(&self) -> AllCounts {
        AllCounts {
            websocket: self.websocket.counts(),
            websocketstream: self.websocketstream.counts(),
            short_polling: self.short_polling.counts(),
            long_polling: self.long_polling.counts(),
        }
    }
}
