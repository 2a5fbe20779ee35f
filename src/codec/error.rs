//! [`CodecError`]: what goes wrong between values and a connection.

use std::{error::Error as StdError, fmt};

use crate::{Error, Message, TrySendError};

/// The error of a typed connection.
///
/// If a codec failed, its own error is the [`source`](std::error::Error::source).
#[derive(Debug)]
#[non_exhaustive]
#[cfg_attr(docsrs, doc(cfg(feature = "codec")))]
pub enum CodecError {
    /// The codec can't decode a message. The stream goes on with the next one.
    Decode {
        /// The message, as it arrived.
        message: Message,
        /// The codec's error, or an [`Error`] if the message is a Blob that can't be read.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The codec can't encode a value. Nothing was sent, and the connection is as it was.
    Encode {
        /// The codec's error.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// [`Typed::try_send`](crate::Typed::try_send) found no room for the value. Nothing was sent.
    Full,
    /// The error of the connection, where it returns one.
    Connection(Error),
    /// A [`Reconnecting`](crate::Reconnecting) didn't send a message.
    #[cfg(feature = "reconnect")]
    #[cfg_attr(docsrs, doc(cfg(feature = "reconnect")))]
    NotSent(crate::SendError),
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode { .. } => f.write_str("the message can't be decoded"),
            Self::Encode { .. } => f.write_str("the value can't be encoded"),
            Self::Full => f.write_str("the connection has no room for another message"),
            Self::Connection(error) => error.fmt(f),
            #[cfg(feature = "reconnect")]
            Self::NotSent(error) => error.fmt(f),
        }
    }
}

impl StdError for CodecError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Decode { source, .. } | Self::Encode { source } => Some(&**source),
            Self::Full => None,
            Self::Connection(error) => error.source(),
            #[cfg(feature = "reconnect")]
            Self::NotSent(error) => error.source(),
        }
    }
}

impl From<Error> for CodecError {
    fn from(error: Error) -> Self {
        Self::Connection(error)
    }
}

impl<M> From<TrySendError<M>> for CodecError {
    fn from(error: TrySendError<M>) -> Self {
        error.into_parts().1.map_or(Self::Full, Self::Connection)
    }
}

#[cfg(feature = "reconnect")]
impl From<crate::SendError> for CodecError {
    fn from(error: crate::SendError) -> Self {
        Self::NotSent(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReadyState;

    #[test]
    fn what_the_codec_says_is_the_source() {
        let number = || Box::new("x".parse::<u32>().unwrap_err());
        let message = Message::from("x");
        let (source, words) = (number(), number().to_string());
        for error in [
            CodecError::Decode { message, source },
            CodecError::Encode { source: number() },
        ] {
            assert_eq!(error.source().unwrap().to_string(), words);
            assert!(!error.to_string().contains(&words));
        }
    }

    // With threads a message belongs to its own.
    #[cfg(not(target_feature = "atomics"))]
    #[test]
    fn errors_can_cross_threads_and_be_boxed() {
        fn assert_error<E: StdError + Send + Sync + 'static>() {}
        assert_error::<CodecError>();
    }

    #[test]
    fn what_the_connection_says_is_said_unchanged() {
        let error = Error::NotOpen(ReadyState::Closed);
        let words = error.to_string();
        let error = CodecError::from(error);
        assert_eq!(error.to_string(), words);
        assert!(error.source().is_none());
    }
}
