//! [`CloseEvent`]: how a connection ended
//! ([the close event](https://websockets.spec.whatwg.org/#the-closeevent-interface)).

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use wasm_bindgen::{JsCast, JsValue};

use super::CloseCode;
use crate::{
    sys::{self, Any},
    Error,
};

/// How a connection ended: the last thing that a socket reports
/// ([the CloseEvent interface](https://websockets.spec.whatwg.org/#the-closeevent-interface)).
///
/// Cloning it is cheap. Two events are equal if they have the same code, reason and cleanness.
#[derive(Clone)]
pub struct CloseEvent(Arc<Inner>);

struct Inner {
    code: CloseCode,
    reason: String,
    was_clean: bool,
    /// An event may go to another thread, and the browser's can't.
    #[cfg(not(target_feature = "atomics"))]
    raw: Option<web_sys::CloseEvent>,
}

impl CloseEvent {
    /// Creates an event, for tests of code that handles the end of a connection.
    ///
    /// ```
    /// use wasm_websocket::{CloseCode, CloseEvent};
    ///
    /// fn may_retry(event: &CloseEvent) -> bool {
    ///     event.code() != CloseCode::POLICY_VIOLATION
    /// }
    ///
    /// let lost = CloseEvent::new(CloseCode::ABNORMAL_CLOSURE, "", false);
    /// assert!(may_retry(&lost));
    /// let refused = CloseEvent::new(CloseCode::POLICY_VIOLATION, "too many", true);
    /// assert!(!may_retry(&refused));
    /// ```
    #[must_use]
    pub fn new(code: CloseCode, reason: impl Into<String>, was_clean: bool) -> Self {
        Self(Arc::new(Inner {
            code,
            reason: reason.into(),
            was_clean,
            #[cfg(not(target_feature = "atomics"))]
            raw: None,
        }))
    }

    /// Returns the code of the server's close frame: [`NO_STATUS_RECEIVED`] if the frame had none, and
    /// [`ABNORMAL_CLOSURE`] if there was no close frame at all.
    ///
    /// [`NO_STATUS_RECEIVED`]: CloseCode::NO_STATUS_RECEIVED
    /// [`ABNORMAL_CLOSURE`]: CloseCode::ABNORMAL_CLOSURE
    #[must_use]
    pub fn code(&self) -> CloseCode {
        self.0.code
    }

    /// Returns the reason in the server's close frame, often empty.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Returns `true` if both sides went through the close handshake. If not, messages may have been
    /// lost in either direction.
    #[must_use]
    pub fn was_clean(&self) -> bool {
        self.0.was_clean
    }

    /// Returns the browser's event, for its time stamp.
    ///
    /// It is `None` if the browser fired no close event, as over a `WebSocketStream`, and in builds
    /// with threads, where this event may have come from another one.
    pub fn as_raw(&self) -> Option<&web_sys::CloseEvent> {
        #[cfg(not(target_feature = "atomics"))]
        let raw = self.0.raw.as_ref();
        #[cfg(target_feature = "atomics")]
        let raw = None;
        raw
    }

    /// What makes two of them equal.
    fn parts(&self) -> (CloseCode, &str, bool) {
        (self.0.code, &self.0.reason, self.0.was_clean)
    }
}

impl CloseEvent {
    /// The end of a socket that fired no close event.
    pub(crate) fn abnormal() -> Self {
        Self::new(CloseCode::ABNORMAL_CLOSURE, "", false)
    }

    /// The end after a close handshake.
    #[cfg(feature = "test-util")]
    pub(crate) fn clean(code: Option<(CloseCode, &str)>) -> Self {
        let (code, reason) = code.unwrap_or((CloseCode::NO_STATUS_RECEIVED, ""));
        Self::new(code, reason, true)
    }

    /// What it means to who waited for the end: an error, if it was not clean.
    pub(crate) fn into_result(self) -> Result<(), Error> {
        match self.was_clean() {
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
        Self::new(
            code.map_or(without_code, |code| CloseCode::new(code as u16)),
            sys::string(info.get("reason")),
            was_clean,
        )
    }

    /// Reads a close event of any realm; `None` for an event of another kind.
    pub(crate) fn from_event(event: &JsValue) -> Option<Self> {
        let any: &Any = event.unchecked_ref();
        let code = sys::number(any.get("code"))? as u16;
        let was_clean = any.get("wasClean").is_ok_and(|clean| clean.is_truthy());
        let code = match code {
            // What Deno says of a connection that failed.
            0 if !was_clean => CloseCode::ABNORMAL_CLOSURE,
            code => CloseCode::new(code),
        };
        Some(Self(Arc::new(Inner {
            code,
            reason: sys::string(any.get("reason")),
            was_clean,
            #[cfg(not(target_feature = "atomics"))]
            raw: Some(event.clone().unchecked_into()),
        })))
    }
}

impl PartialEq for CloseEvent {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for CloseEvent {}

impl Hash for CloseEvent {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl fmt::Debug for CloseEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloseEvent")
            .field("code", &self.0.code)
            .field("reason", &self.0.reason)
            .field("was_clean", &self.0.was_clean)
            .finish()
    }
}

/// For instance `3001 (done for today), clean` or `1006 abnormal closure, not clean`.
impl fmt::Display for CloseEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, reason, was_clean) = self.parts();
        fmt::Display::fmt(&code, f)?;
        if !reason.is_empty() {
            write!(f, " ({reason})")?;
        }
        f.write_str(if was_clean { ", clean" } else { ", not clean" })
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use super::*;

    #[test]
    fn close_events_are_shown_in_words() {
        let event = CloseEvent::new(CloseCode::new(3001), "done for today", true);
        assert_eq!(event.to_string(), "3001 (done for today), clean");
        let abnormal = CloseEvent::abnormal().to_string();
        assert_eq!(abnormal, "1006 abnormal closure, not clean");
    }

    #[test]
    fn close_events_are_compared_by_what_they_say() {
        let event = || CloseEvent::new(CloseCode::NORMAL, "done", true);
        assert_eq!(event(), event());
        assert_eq!((event().code(), event().reason()), (1000.into(), "done"));
        assert!(event().was_clean() && event().as_raw().is_none());
        let hasher = RandomState::new();
        assert_eq!(hasher.hash_one(event()), hasher.hash_one(event()));
        for other in [
            CloseEvent::new(CloseCode::GOING_AWAY, "done", true),
            CloseEvent::new(CloseCode::NORMAL, "", true),
            CloseEvent::new(CloseCode::NORMAL, "done", false),
        ] {
            assert_ne!(event(), other);
        }
        assert_eq!(
            format!("{:?}", event()),
            r#"CloseEvent { code: 1000, reason: "done", was_clean: true }"#
        );
    }
}
