//! [`Payload`]: what a message carried, as it is kept
//! ([RFC 6455, section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6)).

use std::rc::Rc;

use wasm_websocket::{Blob, Bytes, Message};

/// A clone is cheap: binary data is the browser's, and only that of a text is copied, once.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    Text(Rc<str>),
    Binary(Bytes),
    Blob(Blob),
    /// It was larger than all that is kept.
    Lost {
        is_text: bool,
        size: u64,
    },
}

impl Payload {
    /// In bytes, a text's as UTF-8.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Binary(bytes) => bytes.len() as u64,
            Self::Blob(blob) => blob.size(),
            Self::Lost { size, .. } => *size,
        }
    }

    /// Of both kinds of messages that there are.
    pub(crate) fn is_text(&self) -> bool {
        match self {
            Self::Text(_) => true,
            Self::Lost { is_text, .. } => *is_text,
            Self::Binary(_) | Self::Blob(_) => false,
        }
    }

    /// Whether the other may be its echo. Kind and size tell most apart at no cost; where they
    /// are the same, texts are compared in place, and bytes are both copied out of the browser. A
    /// `Blob` can't be looked into at once: the size has to do.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        if self.is_text() != other.is_text() || self.size() != other.size() {
            return false;
        }
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Binary(one), Self::Binary(other)) => one == other,
            _ => true,
        }
    }

    /// Only that it was there, if it is larger than this.
    pub(super) fn within(self, most: u64) -> Self {
        let size = self.size();
        if size <= most {
            return self;
        }
        let is_text = self.is_text();
        Self::Lost { is_text, size }
    }
}

impl From<&Message> for Payload {
    fn from(message: &Message) -> Self {
        match message {
            Message::Text(text) => Self::Text(text.to_string().into()),
            Message::Binary(bytes) => Self::Binary(bytes.clone()),
            Message::Blob(blob) => Self::Blob(blob.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(message: impl Into<Message>) -> Payload {
        Payload::from(&message.into())
    }

    #[test]
    fn an_echo_is_of_the_same_kind_and_content() {
        assert!(payload("ab").is_like(&payload("ab")));
        assert!(payload([1, 2]).is_like(&payload([1, 2])));
        assert!(!payload("ab").is_like(&payload("ac")));
        assert!(!payload([1, 2]).is_like(&payload([1, 3])));
        assert!(!payload("ab").is_like(&payload(*b"ab")));
        assert!(!payload("ab").is_like(&payload("abc")));
        let lost = |size| payload("abc").within(size);
        assert!(lost(2).is_like(&lost(1)) && !lost(2).is_like(&payload("ab")));
    }

    #[test]
    fn of_what_is_too_large_kind_and_size_are_kept() {
        let lost = payload("ü").within(1);
        assert!(matches!(
            lost,
            Payload::Lost {
                is_text: true,
                size: 2
            }
        ));
        assert!(matches!(payload("ü").within(2), Payload::Text(_)));
    }
}
