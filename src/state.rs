//! [`ReadyState`] and [`BinaryType`]: the two enumerations of the
//! [WebSocket interface](https://websockets.spec.whatwg.org/#the-websocket-interface).

use std::fmt;

/// The state of a socket:
/// [`readyState`](https://websockets.spec.whatwg.org/#dom-websocket-readystate).
///
/// It displays as the standard writes it: `CONNECTING`, `OPEN`, `CLOSING`, `CLOSED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadyState {
    /// The connection is being established. Nothing can be sent yet.
    Connecting = 0,
    /// The connection is established, and communication is possible.
    Open = 1,
    /// The connection is going through the closing handshake, or `close` was called.
    Closing = 2,
    /// The connection is closed, or could not be opened.
    Closed = 3,
}

impl ReadyState {
    /// The standard has no fifth state; a number that it doesn't know can only mean that
    /// the socket is of no use.
    pub(crate) fn from_u16(state: u16) -> Self {
        match state {
            0 => Self::Connecting,
            1 => Self::Open,
            2 => Self::Closing,
            _ => Self::Closed,
        }
    }
}

impl fmt::Display for ReadyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Connecting => "CONNECTING",
            Self::Open => "OPEN",
            Self::Closing => "CLOSING",
            Self::Closed => "CLOSED",
        })
    }
}

/// What the browser makes of a binary message that arrives:
/// [`binaryType`](https://websockets.spec.whatwg.org/#dom-websocket-binarytype).
///
/// It displays as the standard writes it: `blob`, `arraybuffer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryType {
    /// A [`Blob`](crate::Blob), which the browser may keep out of memory: right for what is
    /// handed on (to an image, to a file) without being looked at. This is what a new
    /// [`WebSocket`](crate::WebSocket) has.
    Blob,
    /// [`Bytes`](crate::Bytes) in an `ArrayBuffer`: right for what is read at once. This is
    /// what [`connect`](crate::connect) sets.
    ArrayBuffer,
}

impl BinaryType {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::ArrayBuffer => "arraybuffer",
        }
    }
}

impl fmt::Display for BinaryType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl From<BinaryType> for web_sys::BinaryType {
    fn from(binary_type: BinaryType) -> Self {
        match binary_type {
            BinaryType::Blob => Self::Blob,
            BinaryType::ArrayBuffer => Self::Arraybuffer,
        }
    }
}

impl From<web_sys::BinaryType> for BinaryType {
    fn from(binary_type: web_sys::BinaryType) -> Self {
        match binary_type {
            web_sys::BinaryType::Blob => Self::Blob,
            // Bun has `nodebuffer` besides, which is a subclass of `Uint8Array`.
            _ => Self::ArrayBuffer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_the_numbers_and_names_of_the_standard() {
        for (number, state, name) in [
            (0, ReadyState::Connecting, "CONNECTING"),
            (1, ReadyState::Open, "OPEN"),
            (2, ReadyState::Closing, "CLOSING"),
            (3, ReadyState::Closed, "CLOSED"),
        ] {
            assert_eq!(ReadyState::from_u16(number), state);
            assert_eq!(state as u16, number);
            assert_eq!(state.to_string(), name);
        }
        assert_eq!(ReadyState::from_u16(4), ReadyState::Closed);
    }

    #[test]
    fn binary_types_survive_the_way_through_the_browser_and_are_named_as_in_the_standard() {
        for (binary_type, name) in [
            (BinaryType::Blob, "blob"),
            (BinaryType::ArrayBuffer, "arraybuffer"),
        ] {
            let raw = web_sys::BinaryType::from(binary_type);
            assert_eq!(BinaryType::from(raw), binary_type);
            assert_eq!(binary_type.to_string(), name);
        }
    }
}
