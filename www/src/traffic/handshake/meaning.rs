//! What the lines of a handshake are for, in plain words
//! ([RFC 6455, section 4](https://www.rfc-editor.org/rfc/rfc6455#section-4)).

/// Which of both heads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Side {
    Request,
    Response,
}

/// What something is for, and the section of RFC 6455 about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Meaning {
    pub(super) words: &'static str,
    pub(super) section: &'static str,
}

const fn means(words: &'static str, section: &'static str) -> Option<Meaning> {
    Some(Meaning { words, section })
}

/// What the first line says.
pub(super) fn of_line(side: Side, line: &str) -> Option<Meaning> {
    match side {
        Side::Request => means(
            "It begins as an ordinary request of HTTP, for the resource at this path.",
            "4.1",
        ),
        Side::Response if line.split(' ').nth(1) == Some("101") => means(
            "101 is yes: from here on, this connection carries messages of a WebSocket.",
            "4.2.2",
        ),
        Side::Response => means("Anything but 101 is no: there is no WebSocket.", "4.2.2"),
    }
}

/// What a header is for; `None` for those that have nothing to do with WebSockets.
pub(super) fn of_header(side: Side, name: &str) -> Option<Meaning> {
    let is_request = side == Side::Request;
    match name.to_ascii_lowercase().as_str() {
        "host" if is_request => means(
            "Which server is meant, in case many live at one address.",
            "4.1",
        ),
        "upgrade" if is_request => means(
            "Asks to go on in another protocol, WebSocket, over the same connection.",
            "4.1",
        ),
        "upgrade" => means("The server goes on in this protocol.", "4.2.2"),
        "connection" if is_request => means(
            "Says that Upgrade is for the server that reads this, and not to be passed on.",
            "4.1",
        ),
        "connection" => means("Says the same of the answer.", "4.2.2"),
        "origin" => means(
            "Which page asks. The browser writes it, and no script can change it, so that a \
             server can turn foreign pages away.",
            "10.2",
        ),
        "sec-websocket-key" => means(
            "16 random bytes in base64, other ones each time. No secret: the server must compute \
             its answer from it.",
            "11.3.1",
        ),
        "sec-websocket-version" if is_request => means(
            "The version of the protocol: 13 is the one in use.",
            "11.3.5",
        ),
        "sec-websocket-version" => means("The version that the server knows.", "11.3.5"),
        "sec-websocket-protocol" if is_request => means(
            "Subprotocols that the page offers, the dearest first: what the messages mean.",
            "11.3.4",
        ),
        "sec-websocket-protocol" => means("The subprotocol that the server chose.", "11.3.4"),
        "sec-websocket-extensions" if is_request => means(
            "Extensions that the browser offers: this one would compress messages.",
            "11.3.2",
        ),
        "sec-websocket-extensions" => means("The extensions that the server chose.", "11.3.2"),
        "sec-websocket-accept" => means(
            "The server's proof that it speaks WebSocket: computed from the key of the request.",
            "11.3.3",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_means_something_else_in_the_answer() {
        let of = |side, name| of_header(side, name).map(|meaning| meaning.words);
        let (asked, answered) = (of(Side::Request, "UPGRADE"), of(Side::Response, "upgrade"));
        assert!(asked.is_some() && answered.is_some());
        assert_ne!(asked, answered);
        assert_eq!(of(Side::Request, "User-Agent"), None);
    }

    #[test]
    fn only_101_is_a_yes() {
        let of = |line| of_line(Side::Response, line).map(|meaning| &meaning.words[..3]);
        assert_eq!(of("HTTP/1.1 101 Switching Protocols"), Some("101"));
        assert_eq!(of("HTTP/1.1 503 Service Unavailable"), Some("Any"));
    }
}
