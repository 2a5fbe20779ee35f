//! [`Transport`]: the ways on which frames come back.

/// A way to read a flipbook from the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    /// <https://websockets.spec.whatwg.org/#the-websocket-interface>
    WebSocket,
    /// <https://developer.mozilla.org/docs/Web/API/WebSocketStream>
    WebSocketStream,
    /// A request at each interval.
    ShortPolling,
    /// A request after the other, each answered when there is something.
    LongPolling,
}

impl Transport {
    pub(super) const ALL: [Self; 4] = [
        Self::WebSocket,
        Self::WebSocketStream,
        Self::ShortPolling,
        Self::LongPolling,
    ];

    /// What the server, the ids of elements, the styles and the table call it.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::WebSocketStream => "websocketstream",
            Self::ShortPolling => "short-polling",
            Self::LongPolling => "long-polling",
        }
    }

    /// What people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::WebSocket => "WebSocket",
            Self::WebSocketStream => "WebSocketStream",
            Self::ShortPolling => "Short polling",
            Self::LongPolling => "Long polling",
        }
    }

    pub(super) fn is_socket(self) -> bool {
        matches!(self, Self::WebSocket | Self::WebSocketStream)
    }

    pub(super) fn is_supported(self) -> bool {
        match self {
            Self::WebSocketStream => wasm_websocket::Transport::STREAM.is_supported(),
            _ => true,
        }
    }
}
