//! The opening handshake of a socket, as the server saw and answered it
//! ([RFC 6455, section 1.3](https://www.rfc-editor.org/rfc/rfc6455#section-1.3)).

mod card;
mod check;
mod meaning;
mod told;

use wasm_websocket_demo_format::recording::Head;

pub(crate) use self::{card::Card, check::Check};

/// Both heads, as far as they are there.
#[derive(Clone, Debug)]
pub(crate) struct Handshake {
    pub(crate) request: Option<Head>,
    pub(crate) response: Option<Head>,
}

/// The value of the header with this name, in upper or lower case.
pub(crate) fn header<'a>(head: Option<&'a Head>, name: &str) -> Option<&'a str> {
    let mut headers = head?.headers.iter();
    let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}
