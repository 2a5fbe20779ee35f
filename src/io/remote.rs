//! [`RemoteByteStream`]: a connection as bytes, for any thread.

use std::task::{Context, Poll};

use super::{
    source::{Content, Source},
    ByteStream,
};
use crate::{Error, OwnedMessage, RemoteConnection};

/// A [`RemoteConnection`] as bytes that are read and written, created by
/// [`RemoteConnection::into_io`]. It is `Send` in builds with threads too.
#[cfg_attr(
    docsrs,
    doc(cfg(all(feature = "remote", any(feature = "io", feature = "tokio"))))
)]
pub type RemoteByteStream = ByteStream<RemoteConnection>;

impl RemoteConnection {
    /// Turns it into bytes that are read and written, for what takes an `AsyncRead` or an
    /// `AsyncWrite`.
    #[cfg_attr(docsrs, doc(cfg(any(feature = "io", feature = "tokio"))))]
    pub fn into_io(self) -> RemoteByteStream {
        ByteStream::new(self)
    }
}

impl Source for RemoteConnection {
    type Message = OwnedMessage;
    type Content = Vec<u8>;

    fn content(message: OwnedMessage) -> Vec<u8> {
        match message {
            OwnedMessage::Text(text) => text.into_bytes(),
            OwnedMessage::Binary(bytes) => bytes,
        }
    }
}

impl Content for Vec<u8> {
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn copy_from(&self, start: usize, destination: &mut [u8]) -> usize {
        let rest = self.get(start..).unwrap_or_default();
        let len = rest.len().min(destination.len());
        destination[..len].copy_from_slice(&rest[..len]);
        len
    }
}
