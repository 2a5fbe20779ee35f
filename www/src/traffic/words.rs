//! What a row says, in words.

use super::{
    log::{Close, Direction, What},
    trace::unmarked,
};
use crate::{close_code::meaning, units};

/// Which way, with an arrow.
pub(crate) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Sent => "↑ sent",
        Direction::Received => "↓ received",
        Direction::State => "state",
    }
}

/// A moment, in seconds since the page was opened.
pub(crate) fn moment(milliseconds: f64) -> String {
    format!("{} s", units::decimal(milliseconds / 1000.0, 3))
}

/// Nothing of a message, which speaks for itself.
pub(crate) fn words(what: &What) -> String {
    match what {
        What::Connecting(url) => format!("Handshake with {}", unmarked(url)),
        What::Opened {
            protocol,
            extensions,
        } => {
            let protocol = or(protocol, "no subprotocol");
            let extensions = or(extensions, "no extension");
            format!("Open, with {protocol} and {extensions}")
        }
        What::Closed(close) => closed(close),
        What::Refused => "The browser didn't begin a handshake".to_owned(),
        What::Sent(_) | What::Received { .. } => String::new(),
    }
}

fn closed(close: &Close) -> String {
    let (code, meaning) = (close.code.as_u16(), meaning(close.code));
    let mut words = format!("{code}, {meaning}");
    if !close.reason.is_empty() {
        words.push_str(&format!(": “{}”", close.reason));
    }
    if !close.was_clean {
        words.push_str(" (without a closing handshake)");
    }
    words
}

fn or<'a>(words: &'a str, none: &'a str) -> &'a str {
    if words.is_empty() {
        none
    } else {
        words
    }
}

#[cfg(test)]
mod tests {
    use wasm_websocket::CloseCode;

    use super::*;

    #[test]
    fn states_are_said_in_words() {
        let opened = |protocol: &str, extensions: &str| What::Opened {
            protocol: protocol.into(),
            extensions: extensions.into(),
        };
        let closed = |code, reason: &str, was_clean| {
            What::Closed(Close {
                code: CloseCode::new(code),
                reason: reason.into(),
                was_clean,
            })
        };
        for (what, expected) in [
            (
                What::Connecting("ws://a/?trace=0.1".into()),
                "Handshake with ws://a/",
            ),
            (opened("", ""), "Open, with no subprotocol and no extension"),
            (opened("p", "e"), "Open, with p and e"),
            (closed(1000, "bye", true), "1000, normal closure: “bye”"),
            (
                closed(1006, "", false),
                "1006, abnormal closure (without a closing handshake)",
            ),
        ] {
            assert_eq!(words(&what), expected);
        }
    }
}
