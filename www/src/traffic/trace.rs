//! [`Session`]: what the addresses of the page's sockets are marked with, so that the server can
//! tell the page, and nobody else, how their handshakes went
//! ([RFC 6455, section 1.3](https://www.rfc-editor.org/rfc/rfc6455#section-1.3)).

use std::fmt::Write;

use web_sys::{Url, Window};

/// A secret of this page, until it is loaded again.
#[derive(Debug)]
pub(crate) struct Session {
    name: String,
    host: String,
    base: String,
}

impl Session {
    /// Draws 128 random bits.
    pub(crate) fn new(window: &Window) -> Self {
        let mut bits = [0; 16];
        let drawn = window
            .crypto()
            .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bits));
        let location = window.location();
        Self {
            // Without a secret there is no trace.
            name: drawn.map(|_| hex(&bits)).unwrap_or_default(),
            host: location.host().unwrap_or_default(),
            base: location.href().unwrap_or_default(),
        }
    }

    /// The address with the mark of this socket, if it is of the page's own server.
    pub(crate) fn mark(&self, address: &str, socket: u32) -> Option<String> {
        let url = Url::new_with_base(address, &self.base).ok()?;
        (url.host() == self.host && !self.name.is_empty())
            .then(|| marked(address, &self.name, socket))
    }

    /// Where the server tells of the handshake of this socket.
    pub(crate) fn path(&self, socket: u32) -> String {
        format!("/handshakes/{}/{socket}", self.name)
    }
}

fn marked(address: &str, session: &str, socket: u32) -> String {
    let (address, fragment) = match address.find('#') {
        Some(at) => address.split_at(at),
        None => (address, ""),
    };
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}trace={session}.{socket}{fragment}")
}

/// The address as it was before it was marked.
pub(crate) fn unmarked(address: &str) -> &str {
    match address.rsplit_once(['?', '&']) {
        Some((before, last)) if last.starts_with("trace=") => before,
        _ => address,
    }
}

/// In hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // A string has room.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_put_behind_the_query_and_taken_away_again() {
        for (address, expected) in [
            ("ws://a/echo", "ws://a/echo?trace=5e.7"),
            ("ws://a/echo?b=c", "ws://a/echo?b=c&trace=5e.7"),
            ("/echo", "/echo?trace=5e.7"),
        ] {
            let marked = marked(address, "5e", 7);
            assert_eq!(marked, expected);
            assert_eq!(unmarked(&marked), address);
        }
        assert_eq!(marked("ws://a/#x", "5e", 7), "ws://a/?trace=5e.7#x");
        assert_eq!(unmarked("ws://a/?b=c"), "ws://a/?b=c");
    }

    #[test]
    fn bytes_are_two_digits_each() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
