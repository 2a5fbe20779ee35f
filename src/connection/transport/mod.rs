//! The ways in which a browser speaks WebSocket, behind one face: by events and, with the feature
//! `stream`, by streams; and with the feature `test-util` a peer in memory
//! ([WebSocket](https://websockets.spec.whatwg.org/),
//! [WebSocketStream](https://github.com/ricea/websocketstream-explainer)).

use std::rc::Rc;

pub(super) mod events;
mod kind;
#[cfg(feature = "test-util")]
pub(super) mod memory;
#[cfg(feature = "stream")]
mod raw;
#[cfg(feature = "stream")]
pub(super) mod stream;

pub(super) use self::kind::Kind;
pub use self::kind::Transport;
#[cfg(feature = "stream")]
pub(super) use self::raw::is_supported;
use super::queues::Queues;
use crate::{end::End, BinaryType, CloseCode, Error, Outgoing, ReadyState};

/// What a connection needs of its socket. All methods may be called in any state.
#[derive(Clone)]
pub(super) enum AnyTransport {
    Events(Rc<events::EventTransport>),
    #[cfg(feature = "stream")]
    Stream(stream::StreamTransport),
    #[cfg(feature = "test-util")]
    Memory(memory::MemoryTransport),
}

/// Calls the same method of whichever transport it is: of the socket itself, or of the transport.
macro_rules! forward {
    ($self:ident, $transport:ident => $events:expr, $stream:expr, $memory:expr) => {
        match $self {
            AnyTransport::Events($transport) => $events,
            #[cfg(feature = "stream")]
            AnyTransport::Stream($transport) => $stream,
            #[cfg(feature = "test-util")]
            AnyTransport::Memory($transport) => $memory,
        }
    };
    ($self:ident, $transport:ident => $events:expr, $others:expr) => {
        forward!($self, $transport => $events, $others, $others)
    };
    ($self:ident, $transport:ident => $all:expr) => {
        forward!($self, $transport => $all, $all, $all)
    };
}

impl AnyTransport {
    pub(super) fn queues(&self) -> &Queues {
        forward!(self, transport => transport.queues())
    }

    pub(super) fn end(&self) -> &End {
        forward!(self, transport => transport.socket().end(), transport.end())
    }

    pub(super) fn ready_state(&self) -> ReadyState {
        forward!(self, transport => transport.socket().ready_state(), transport.ready_state())
    }

    pub(super) fn binary_type(&self) -> BinaryType {
        forward!(self, transport => transport.socket().binary_type(), transport.binary_type())
    }

    pub(super) fn set_binary_type(&self, binary_type: BinaryType) {
        forward!(
            self, transport => transport.socket().set_binary_type(binary_type),
            transport.set_binary_type(binary_type)
        );
    }

    /// From now on discards what arrives.
    pub(super) fn stop_receiving(&self) {
        forward!(self, transport => transport.stop_receiving());
    }

    /// Whether all that the browser received is in the inbox, once the connection has ended.
    pub(super) fn is_drained(&self) -> bool {
        forward!(self, _transport => true, _transport.is_drained(), true)
    }

    /// Takes more from the browser, now that there is room in the inbox.
    pub(super) fn receive_more(&self) {
        forward!(self, _transport => {}, _transport.receive_more(), {});
    }

    /// Gives the message back, if it can't be sent.
    pub(super) fn start_send<M: Outgoing>(&self, message: M) -> Result<(), (M, Error)> {
        forward!(self, transport => transport.start_send(message))
    }

    /// What fills the buffer, as [`Flow`](super::flow::Flow) counts it.
    pub(super) fn unsent(&self) -> u64 {
        forward!(self, transport => transport.socket().buffered_amount(), transport.unsent())
    }

    /// Has those who wait for room in the buffer woken when there is some.
    pub(super) fn watch_buffer(&self) {
        forward!(self, transport => transport.watch_buffer());
    }

    /// Does what a browser does by itself, now that a task looks.
    pub(super) fn advance(&self) {
        forward!(self, _transport => {}, {}, _transport.advance());
    }

    /// Starts the close handshake after what was sent. The code is valid.
    pub(super) fn close(&self, code: Option<(CloseCode, &str)>) {
        forward!(self, transport => match code {
            // It was checked, so it can't be refused.
            Some((code, reason)) => drop(transport.socket().close_with(code, reason)),
            None => transport.socket().close(),
        }, transport.close(code));
        // Nothing more can be sent, so nobody waits to do so.
        self.queues().senders.wake_all();
    }

    pub(super) fn url(&self) -> String {
        forward!(self, transport => transport.socket().url(), transport.url())
    }

    pub(super) fn protocol(&self) -> String {
        forward!(self, transport => transport.socket().protocol(), transport.protocol())
    }

    pub(super) fn extensions(&self) -> String {
        forward!(self, transport => transport.socket().extensions(), transport.extensions())
    }

    /// The bytes that were sent and have not yet been handed to the network.
    pub(super) fn buffered_amount(&self) -> u64 {
        forward!(self, transport => transport.socket().buffered_amount(), transport.buffered_amount())
    }
}
