//! [`ByteStream`]: a connection as bytes, without the borders of its messages
//! ([RFC 6455, section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6)).
//!
//! What reads and writes is here once; each trait only calls it.

#[cfg(feature = "io")]
mod futures_io;
#[cfg(feature = "tokio")]
mod tokio_io;

use std::{
    fmt, io,
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::{FutureExt, Sink, StreamExt};

use crate::{message::ReadBlob, Bytes, Connection, Error, Message};

/// The longest message that is sent: longer ones gain no speed, and servers often limit them.
pub(crate) const MAX_MESSAGE_LEN: usize = 64 << 10;

/// A [`Connection`] as bytes that are read and written, made by [`Connection::into_io`].
///
/// With the feature `io` it implements the `AsyncRead` and `AsyncWrite` of `futures`, with the
/// feature `tokio` those of `tokio`. For two tasks, split it with what these crates have.
///
/// # Reading
///
/// The bytes of a message follow those of the one before, be it bytes, a Blob, or text, which is
/// read as UTF-8. An empty message adds nothing, and isn't the end. Bytes are copied once, from
/// where the browser holds them into the reader's buffer, also if that is small; a `BufReader`
/// around it makes many small reads faster still.
///
/// # Writing
///
/// Each write sends one binary message, of 64 KiB at the most, and waits as [`Connection::send`]
/// does while too much is buffered. Writing nothing sends nothing. Flushing waits until all has
/// been handed to the network, closing until the closing handshake is done.
///
/// # End
///
/// A clean close is the end of file. Where bytes may be missing instead there is one error, and
/// then the end of file: after an unclean close, messages that didn't fit in the
/// [receive budget](crate::Builder::receive_budget), or a Blob that can't be read.
///
/// A WebSocket can't be half closed: from the call that closes it, what still arrives is
/// discarded. So the side that expects an answer isn't the one that closes.
///
/// # Errors
///
/// An [`io::Error`] that this returns holds an [`Error`], which [`io::Error::get_ref`] gives. It
/// is [`ConnectionAborted`](io::ErrorKind::ConnectionAborted) for a connection that ended, and
/// [`BrokenPipe`](io::ErrorKind::BrokenPipe) for what is written to one that is closing or
/// closed.
///
/// # Drop
///
/// Dropping it closes the connection, as dropping a [`Connection`] does.
#[cfg_attr(
    feature = "io",
    doc = r#"
```no_run
use futures::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

# async fn example() -> std::io::Result<()> {
let connection = wasm_websocket::connect("wss://example.org/lines").await?;
let mut lines = BufReader::new(connection.into_io());
lines.get_mut().write_all(b"hello\n").await?;
let mut answer = String::new();
lines.read_line(&mut answer).await?;
lines.get_mut().close().await?;
# Ok(())
# }
```
"#
)]
#[cfg_attr(docsrs, doc(cfg(any(feature = "io", feature = "tokio"))))]
pub struct ByteStream {
    connection: Connection,
    incoming: Incoming,
}

enum Incoming {
    /// What is left of a message: its bytes from this one on.
    Bytes(Bytes, usize),
    /// A message that is being read.
    Blob(ReadBlob),
    Ended,
}

impl Incoming {
    fn nothing() -> Self {
        Self::bytes(Bytes::from([]))
    }

    fn bytes(bytes: Bytes) -> Self {
        Self::Bytes(bytes, 0)
    }

    fn message(message: Message) -> Self {
        match message {
            Message::Binary(bytes) => Self::bytes(bytes),
            Message::Text(text) => Self::bytes(text.into_string().into_bytes().into()),
            Message::Blob(blob) => Self::Blob(blob.read()),
        }
    }
}

impl Connection {
    /// Turns it into bytes that are read and written, for what takes an `AsyncRead` or an
    /// `AsyncWrite`.
    ///
    /// What has arrived by now and wasn't read comes first.
    #[cfg_attr(docsrs, doc(cfg(any(feature = "io", feature = "tokio"))))]
    pub fn into_io(self) -> ByteStream {
        ByteStream {
            connection: self,
            incoming: Incoming::nothing(),
        }
    }
}

impl ByteStream {
    /// The connection: to know its end, to close it with a code, to send a message of one's own
    /// between two writes.
    pub fn get_ref(&self) -> &Connection {
        &self.connection
    }

    /// The connection, to go on with messages. What is left of one that was read in part is
    /// dropped.
    pub fn into_inner(self) -> Connection {
        self.connection
    }

    /// How many bytes can be read at once; none at the end.
    fn poll_available(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        loop {
            let next = match &mut self.incoming {
                Incoming::Ended => return Poll::Ready(Ok(0)),
                Incoming::Blob(blob) => ready!(blob.poll_unpin(cx)).map(Incoming::bytes),
                Incoming::Bytes(bytes, start) => match bytes.len().saturating_sub(*start) {
                    0 => match ready!(self.connection.poll_next_unpin(cx)) {
                        Some(message) => message.map(Incoming::message),
                        None => Ok(Incoming::Ended),
                    },
                    available => return Poll::Ready(Ok(available)),
                },
            };
            self.incoming = match next {
                Ok(next) => next,
                Err(error) => {
                    self.incoming = Incoming::Ended;
                    return Poll::Ready(Err(error.into()));
                }
            };
        }
    }

    /// Copies of what is available as much as there is room for.
    fn take(&mut self, destination: &mut [u8]) -> usize {
        let Incoming::Bytes(bytes, start) = &mut self.incoming else {
            return 0;
        };
        let copied = bytes.copy_from(*start, destination);
        *start += copied;
        if *start >= bytes.len() {
            self.incoming = Incoming::nothing();
        }
        copied
    }

    /// Sends a message of these bytes, or of the first of them, and returns how many.
    fn poll_send(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let bytes = &bytes[..bytes.len().min(MAX_MESSAGE_LEN)];
        if !bytes.is_empty() {
            let mut sink = Pin::new(&mut self.connection);
            ready!(sink.as_mut().poll_ready(cx))?;
            sink.start_send(bytes.into())?;
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flushed(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(ready!(Pin::new(&mut self.connection).poll_flush(cx))?))
    }

    fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(ready!(Pin::new(&mut self.connection).poll_close(cx))?))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("connection", &self.connection)
            .finish_non_exhaustive()
    }
}

/// The error stays in it, for [`io::Error::get_ref`].
#[cfg_attr(docsrs, doc(cfg(any(feature = "io", feature = "tokio"))))]
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::Closed(_) => io::ErrorKind::ConnectionAborted,
            Error::NotOpen(_) => io::ErrorKind::BrokenPipe,
            Error::Timeout => io::ErrorKind::TimedOut,
            Error::Security(_) => io::ErrorKind::PermissionDenied,
            Error::Unsupported(_) => io::ErrorKind::Unsupported,
            Error::InvalidUrl(_)
            | Error::InvalidProtocol(_)
            | Error::DuplicateProtocol(_)
            | Error::InvalidCloseCode(_)
            | Error::ReasonTooLong(_) => io::ErrorKind::InvalidInput,
            Error::Overflow { .. } | Error::Exception { .. } => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}
