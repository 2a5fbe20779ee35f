//! [`Limits`]: how much a connection holds
//! ([bufferedAmount](https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount)).

use super::{flow::Watermarks, inbox::Evict};
use crate::{close, CloseCode, Error, Message, WebSocket};

const MIB: u64 = 1 << 20;

/// How much a connection holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) receive_budget: u64,
    pub(super) overflow: Overflow,
    /// What evicts, and what closes with a code. Held here, so that an app pays for them, in size, only
    /// where they may be needed.
    pub(super) evict: Option<Evict<Message>>,
    pub(super) close_with: Option<fn(&WebSocket, CloseCode)>,
    pub(super) watermarks: Watermarks,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            receive_budget: 64 * MIB,
            overflow: Overflow::Fail,
            evict: None,
            close_with: None,
            watermarks: Watermarks {
                low: 2 * MIB,
                high: 4 * MIB,
            },
        }
    }
}

impl Limits {
    /// Finds a close code that can't be sent.
    pub(super) fn check(self) -> Result<(), Error> {
        match self.overflow {
            Overflow::Close(code) => close::check(code, ""),
            Overflow::Fail | Overflow::DropOldest => Ok(()),
        }
    }
}

/// What happens when more arrives than the [receive budget](crate::Builder::receive_budget) holds.
///
/// It is always told: the stream yields [`Error::Overflow`] at the place where messages are
/// missing. What had been queued before is delivered, whole and in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Overflow {
    /// The connection is closed without a code, and the error is the last thing it yields.
    #[default]
    Fail,
    /// The same with this code, which must be [sendable](CloseCode::is_sendable).
    Close(CloseCode),
    /// The oldest messages make room for the new one, and the stream goes on behind the error.
    DropOldest,
}
