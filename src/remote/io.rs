//! [`RemoteByteStream`]: a connection as bytes, for any thread.

use std::{
    fmt, io,
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::{Sink, Stream};

use super::{OwnedMessage, RemoteConnection};
use crate::io::MAX_MESSAGE_LEN;

/// A [`RemoteConnection`] as bytes that are read and written, created by
/// [`RemoteConnection::into_io`]. It is `Send`.
///
/// It reads, writes, ends and fails as a [`ByteStream`](crate::ByteStream) does, with the same
/// traits. Flushing is done at once, since the socket's thread has what was written.
///
/// # Drop
///
/// Dropping it closes the connection. Bytes that were written before still go out.
#[cfg_attr(
    docsrs,
    doc(cfg(all(feature = "remote", any(feature = "io", feature = "tokio"))))
)]
pub struct RemoteByteStream {
    connection: RemoteConnection,
    /// A message that was received, read up to this byte.
    incoming: (Vec<u8>, usize),
    ended: bool,
}

impl RemoteConnection {
    /// Turns it into bytes that are read and written, for what takes an `AsyncRead` or an
    /// `AsyncWrite`.
    #[cfg_attr(docsrs, doc(cfg(any(feature = "io", feature = "tokio"))))]
    pub fn into_io(self) -> RemoteByteStream {
        RemoteByteStream {
            connection: self,
            incoming: (Vec::new(), 0),
            ended: false,
        }
    }
}

impl RemoteByteStream {
    /// Returns the connection: to know its end, to close it with a code, to send a message of
    /// one's own between two writes.
    pub fn get_ref(&self) -> &RemoteConnection {
        &self.connection
    }

    /// Returns the connection, to go on with messages. The rest of a message that was read in part
    /// is dropped.
    pub fn into_inner(self) -> RemoteConnection {
        self.connection
    }

    /// Waits until there are bytes to read; there are none at the end.
    fn poll_available(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.incoming.1 >= self.incoming.0.len() && !self.ended {
            let next = ready!(Pin::new(&mut self.connection).poll_next(cx));
            self.ended = !matches!(next, Some(Ok(_)));
            self.incoming = match next.transpose()? {
                Some(OwnedMessage::Text(text)) => (text.into_bytes(), 0),
                Some(OwnedMessage::Binary(bytes)) => (bytes, 0),
                None => (Vec::new(), 0),
            };
        }
        Poll::Ready(Ok(()))
    }

    /// Copies as much of what is available as there is room for.
    fn take(&mut self, room: usize) -> &[u8] {
        let (bytes, start) = &mut self.incoming;
        let taken = &bytes[*start..][..room.min(bytes.len() - *start)];
        *start += taken.len();
        taken
    }

    fn poll_send(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let bytes = &bytes[..bytes.len().min(MAX_MESSAGE_LEN)];
        if !bytes.is_empty() {
            let mut sink = Pin::new(&mut self.connection);
            ready!(sink.as_mut().poll_ready(cx))?;
            sink.start_send(bytes.into())?;
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(ready!(Pin::new(&mut self.connection).poll_close(cx))?))
    }
}

#[cfg(feature = "io")]
#[cfg_attr(docsrs, doc(cfg(feature = "io")))]
impl futures::io::AsyncRead for RemoteByteStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if buffer.is_empty() {
            return Poll::Ready(Ok(0));
        }
        ready!(self.poll_available(cx))?;
        let taken = self.take(buffer.len());
        buffer[..taken.len()].copy_from_slice(taken);
        Poll::Ready(Ok(taken.len()))
    }
}

#[cfg(feature = "io")]
#[cfg_attr(docsrs, doc(cfg(feature = "io")))]
impl futures::io::AsyncWrite for RemoteByteStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_send(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_closed(cx)
    }
}

#[cfg(feature = "tokio")]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
impl tokio::io::AsyncRead for RemoteByteStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if buffer.remaining() > 0 {
            ready!(self.poll_available(cx))?;
            buffer.put_slice(self.take(buffer.remaining()));
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(feature = "tokio")]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
impl tokio::io::AsyncWrite for RemoteByteStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_send(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Closes the connection, as its `poll_close` does.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_closed(cx)
    }
}

impl fmt::Debug for RemoteByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteByteStream")
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}
