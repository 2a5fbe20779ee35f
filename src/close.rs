//! [`CloseCode`] and [`CloseEvent`]: how a connection ended
//! ([RFC 6455, section 7.4](https://www.rfc-editor.org/rfc/rfc6455#section-7.4),
//! [the close event](https://websockets.spec.whatwg.org/#the-closeevent-interface)).

use std::fmt;

use wasm_bindgen::{JsCast, JsValue};

use crate::{
    sys::{self, Any},
    Error,
};

/// A reason may be this long, in bytes of UTF-8: a control frame holds 125 bytes, and the
/// code takes two of them.
const MAX_REASON_LEN: usize = 123;

/// The number that says why a connection was closed.
///
/// Any `u16` is one, since any can arrive. The constants are those of
/// [IANA's registry](https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number).
/// An application sends 1000, or one of its own from 3000 to 4999, see [`is_sendable`].
///
/// [`is_sendable`]: Self::is_sendable
///
/// ```
/// use wasm_websocket::CloseCode;
///
/// let code = CloseCode::new(1009);
/// assert_eq!(code, CloseCode::MESSAGE_TOO_BIG);
/// assert_eq!(code.to_string(), "1009 message too big");
/// assert!(!code.is_sendable());
/// assert!(CloseCode::new(3001).is_sendable());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloseCode(u16);

macro_rules! close_codes {
    ($($(#[$doc:meta])+ $name:ident = $code:literal, $meaning:literal;)+) => {
        impl CloseCode {
            $($(#[$doc])+ pub const $name: Self = Self($code);)+

            /// What the code means by the registry, in a few words; `None` for a code that
            /// isn't in it.
            pub const fn meaning(self) -> Option<&'static str> {
                match self.0 {
                    $($code => Some($meaning),)+
                    _ => None,
                }
            }
        }
    };
}

close_codes! {
    /// 1000: the purpose of the connection was fulfilled.
    NORMAL = 1000, "normal closure";
    /// 1001: the server goes down, or the page was left.
    GOING_AWAY = 1001, "going away";
    /// 1002: an endpoint broke the protocol.
    PROTOCOL_ERROR = 1002, "protocol error";
    /// 1003: a kind of data came that the endpoint can't take.
    UNSUPPORTED_DATA = 1003, "unsupported data";
    /// 1005: the close frame had no code. Never sent, only reported.
    NO_STATUS_RECEIVED = 1005, "no status received";
    /// 1006: the connection ended, or never opened, without a close frame. Never sent, only
    /// reported.
    ABNORMAL_CLOSURE = 1006, "abnormal closure";
    /// 1007: a message's data didn't fit its type, such as text that isn't UTF-8.
    INVALID_PAYLOAD = 1007, "invalid payload data";
    /// 1008: a message violated the endpoint's policy.
    POLICY_VIOLATION = 1008, "policy violation";
    /// 1009: a message was too big to process.
    MESSAGE_TOO_BIG = 1009, "message too big";
    /// 1010: the client missed an extension in the handshake's answer.
    MANDATORY_EXTENSION = 1010, "mandatory extension missing";
    /// 1011: the server met an unexpected condition.
    INTERNAL_ERROR = 1011, "internal error";
    /// 1012: the service restarts.
    SERVICE_RESTART = 1012, "service restart";
    /// 1013: the server is overloaded; try again later.
    TRY_AGAIN_LATER = 1013, "try again later";
    /// 1014: a gateway got an invalid response from the server behind it.
    BAD_GATEWAY = 1014, "bad gateway";
    /// 1015: the TLS handshake failed. Never sent, only reported.
    TLS_HANDSHAKE = 1015, "TLS handshake failed";
    /// 3000: the server wants to know who asks.
    UNAUTHORIZED = 3000, "unauthorized";
    /// 3003: the server knows who asks, and refuses.
    FORBIDDEN = 3003, "forbidden";
    /// 3008: the endpoint waited too long.
    TIMEOUT = 3008, "timeout";
}

impl CloseCode {
    /// The code of this number.
    pub const fn new(code: u16) -> Self {
        Self(code)
    }

    /// The number of this code.
    pub const fn as_u16(self) -> u16 {
        self.0
    }

    /// Whether [`close_with`](crate::WebSocket::close_with) takes this code: 1000, or 3000
    /// to 4999. The standard keeps all others for the browser and the server.
    pub const fn is_sendable(self) -> bool {
        matches!(self.0, 1000 | 3000..=4999)
    }
}

impl From<u16> for CloseCode {
    fn from(code: u16) -> Self {
        Self(code)
    }
}

impl From<CloseCode> for u16 {
    fn from(code: CloseCode) -> Self {
        code.0
    }
}

impl PartialEq<u16> for CloseCode {
    fn eq(&self, other: &u16) -> bool {
        self.0 == *other
    }
}

impl fmt::Debug for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The number, and behind it what the registry says of it.
impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.meaning() {
            Some(meaning) => write!(f, "{} {meaning}", self.0),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

/// What the browser would refuse to send in a close frame, found before it is asked.
pub(crate) fn check(code: CloseCode, reason: &str) -> Result<(), Error> {
    if !code.is_sendable() {
        Err(Error::InvalidCloseCode(code))
    } else if reason.len() > MAX_REASON_LEN {
        Err(Error::ReasonTooLong(reason.len()))
    } else {
        Ok(())
    }
}

/// How a connection ended: the last thing that a socket reports
/// ([the CloseEvent interface](https://websockets.spec.whatwg.org/#the-closeevent-interface)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseEvent {
    code: CloseCode,
    reason: String,
    was_clean: bool,
}

impl CloseEvent {
    /// The code of the server's close frame; [`NO_STATUS_RECEIVED`] if that had none, and
    /// [`ABNORMAL_CLOSURE`] if there was no close frame at all.
    ///
    /// [`NO_STATUS_RECEIVED`]: CloseCode::NO_STATUS_RECEIVED
    /// [`ABNORMAL_CLOSURE`]: CloseCode::ABNORMAL_CLOSURE
    pub fn code(&self) -> CloseCode {
        self.code
    }

    /// The reason in the server's close frame, often empty.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Whether both sides went through the closing handshake. If not, messages may have been
    /// lost in either direction.
    pub fn was_clean(&self) -> bool {
        self.was_clean
    }
}

impl CloseEvent {
    /// The end of a socket that fired no close event.
    pub(crate) fn abnormal() -> Self {
        Self {
            code: CloseCode::ABNORMAL_CLOSURE,
            reason: String::new(),
            was_clean: false,
        }
    }

    /// The end after a close handshake.
    #[cfg(feature = "test-util")]
    pub(crate) fn clean(code: Option<(CloseCode, &str)>) -> Self {
        let (code, reason) = code.unwrap_or((CloseCode::NO_STATUS_RECEIVED, ""));
        Self {
            code,
            reason: reason.to_owned(),
            was_clean: true,
        }
    }

    /// What it means to who waited for the end: an error, if it was not clean.
    pub(crate) fn into_result(self) -> Result<(), Error> {
        match self.was_clean {
            true => Ok(()),
            false => Err(Error::Closed(self)),
        }
    }

    /// Reads what `WebSocketStream.closed` came to: the close, or the error that it was.
    #[cfg(feature = "stream")]
    pub(crate) fn from_info(info: &JsValue, was_clean: bool) -> Self {
        let info: &Any = info.unchecked_ref();
        let code = sys::number(info.get("closeCode"));
        let without_code = match was_clean {
            true => CloseCode::NO_STATUS_RECEIVED,
            false => CloseCode::ABNORMAL_CLOSURE,
        };
        Self {
            code: code.map_or(without_code, |code| CloseCode(code as u16)),
            reason: sys::string(info.get("reason")),
            was_clean,
        }
    }

    /// Reads a close event of any realm; `None` for an event of another kind.
    pub(crate) fn from_event(event: &JsValue) -> Option<Self> {
        let event: &Any = event.unchecked_ref();
        let code = sys::number(event.get("code"))? as u16;
        let was_clean = event.get("wasClean").is_ok_and(|clean| clean.is_truthy());
        let code = match code {
            // What Deno says of a connection that failed.
            0 if !was_clean => CloseCode::ABNORMAL_CLOSURE,
            code => CloseCode(code),
        };
        Some(Self {
            code,
            reason: sys::string(event.get("reason")),
            was_clean,
        })
    }
}

/// For instance `3001 (done for today), clean` or `1006 abnormal closure, not clean`.
impl fmt::Display for CloseEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.code, f)?;
        if !self.reason.is_empty() {
            write!(f, " ({})", self.reason)?;
        }
        f.write_str(if self.was_clean {
            ", clean"
        } else {
            ", not clean"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(not(target_arch = "wasm32"))]
    use proptest::prelude::*;

    #[test]
    fn only_1000_and_3000_to_4999_can_be_sent() {
        let sendable: Vec<u16> = (0..=u16::MAX)
            .filter(|&code| CloseCode::new(code).is_sendable())
            .collect();
        let expected: Vec<u16> = std::iter::once(1000).chain(3000..=4999).collect();
        assert_eq!(sendable, expected);
    }

    #[test]
    fn an_unsendable_code_is_named_before_the_reason_is_looked_at() {
        let too_long = "x".repeat(124);
        assert_eq!(
            check(CloseCode::ABNORMAL_CLOSURE, &too_long),
            Err(Error::InvalidCloseCode(CloseCode::ABNORMAL_CLOSURE))
        );
    }

    #[test]
    fn a_reason_holds_123_bytes_not_characters() {
        let fits = "ä".repeat(61) + "x";
        assert_eq!(fits.len(), 123);
        assert_eq!(check(CloseCode::NORMAL, &fits), Ok(()));

        let too_long = "ä".repeat(62);
        assert_eq!(too_long.len(), 124);
        assert_eq!(
            check(CloseCode::NORMAL, &too_long),
            Err(Error::ReasonTooLong(124))
        );
    }

    #[test]
    fn codes_are_shown_with_their_meaning_where_they_have_one() {
        assert_eq!(
            CloseCode::ABNORMAL_CLOSURE.to_string(),
            "1006 abnormal closure"
        );
        assert_eq!(CloseCode::new(4321).to_string(), "4321");
        assert_eq!(CloseCode::new(4321).meaning(), None);
        assert_eq!(CloseCode::new(1004).meaning(), None);
    }

    #[test]
    fn codes_are_numbers() {
        assert_eq!(CloseCode::from(3001), 3001);
        assert_eq!(u16::from(CloseCode::new(3001)), 3001);
        assert_eq!(format!("{:?}", CloseCode::NORMAL), "1000");
        assert!(CloseCode::NORMAL < CloseCode::GOING_AWAY);
    }

    #[test]
    fn close_events_are_shown_in_words() {
        let mut event = CloseEvent {
            code: CloseCode::new(3001),
            reason: "done for today".to_owned(),
            was_clean: true,
        };
        assert_eq!(event.to_string(), "3001 (done for today), clean");
        event.code = CloseCode::ABNORMAL_CLOSURE;
        event.reason.clear();
        event.was_clean = false;
        assert_eq!(event.to_string(), "1006 abnormal closure, not clean");
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest! {
        #[test]
        fn what_is_let_through_fits_a_control_frame(code: u16, reason in ".{0,150}") {
            let checked = check(CloseCode::new(code), &reason);
            let is_sendable = code == 1000 || matches!(code / 1000, 3 | 4);
            let fits = 2 + reason.len() <= 125;
            prop_assert_eq!(checked.is_ok(), is_sendable && fits);
            if let Err(Error::ReasonTooLong(length)) = checked {
                prop_assert_eq!(length, reason.len());
            }
        }
    }
}
