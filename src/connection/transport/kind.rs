//! [`Transport`]: the browser's interface that a connection uses.

use std::fmt;

/// The browser's interface that a connection uses.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Transport(pub(in crate::connection) Kind);

#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(in crate::connection) enum Kind {
    #[default]
    Events,
    #[cfg(feature = "stream")]
    Stream,
}

impl Transport {
    /// The standard's `WebSocket` and its events, in every browser. A server that sends faster
    /// than the app reads fills the [receive budget](crate::Builder::receive_budget).
    pub const EVENTS: Self = Self(Kind::Events);

    /// `WebSocketStream`, in browsers that have it. An app that falls behind by the
    /// [receive budget](crate::Builder::receive_budget) slows the server down.
    ///
    /// Chromium 156, the first browser with it, has two defects here. When the server closes, the
    /// browser discards what it received and has not yet handed over, so that the last messages are
    /// certain only within the receive budget. When the connection breaks while a message waits to
    /// be sent, the page crashes.
    #[cfg(feature = "stream")]
    #[cfg_attr(docsrs, doc(cfg(feature = "stream")))]
    pub const STREAM: Self = Self(Kind::Stream);

    /// The best choice for most apps: today [`EVENTS`](Self::EVENTS) in every browser.
    pub const AUTO: Self = Self::EVENTS;

    /// Returns whether this browser has it.
    pub fn is_supported(self) -> bool {
        match self.0 {
            Kind::Events => crate::sys::has_socket(),
            #[cfg(feature = "stream")]
            Kind::Stream => super::is_supported(),
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Events => "EVENTS",
            #[cfg(feature = "stream")]
            Kind::Stream => "STREAM",
        })
    }
}
