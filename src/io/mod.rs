//! [`ByteStream`]: a connection as bytes, without the borders of its messages
//! ([RFC 6455, section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6)).
//!
//! What reads and writes is here once; each trait only calls it.

#[cfg(feature = "io")]
mod futures_io;
#[cfg(feature = "remote")]
mod remote;
mod source;
#[cfg(feature = "tokio")]
mod tokio_io;

use std::{
    fmt, io,
    pin::Pin,
    task::{ready, Context, Poll},
};

use self::source::{Content, Source};
use crate::{Connection, Error};

#[cfg(feature = "remote")]
pub use self::remote::RemoteByteStream;

/// The longest message that is sent: longer ones gain no speed, and servers often limit them.
pub(crate) const MAX_MESSAGE_LEN: usize = 64 << 10;

/// A [`Connection`] as bytes that are read and written, made by [`Connection::into_io`].
///
/// With the feature `io` it implements the `AsyncRead` and `AsyncWrite` of `futures`, with the
/// feature `tokio` those of `tokio`.
///
/// For two tasks, split it with `AsyncReadExt::split` of `futures` or `split` of `tokio::io`. Their
/// halves don't give the connection back. A [`Sender`](crate::Sender) that is taken before still
/// reaches it, to close it with a code or to wait for its end.
#[cfg_attr(
    feature = "io",
    doc = r#"
```no_run
use futures::io::AsyncReadExt;
use wasm_websocket::CloseCode;

# async fn example(connection: wasm_websocket::Connection) -> Result<(), wasm_websocket::Error> {
let sender = connection.sender();
let (reader, writer) = connection.into_io().split();
// Later, while other tasks read and write:
sender.close_with(CloseCode::new(3001), "done")?;
println!("{}", sender.closed().await);
# Ok(())
# }
```
"#
)]
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
/// does while too much is buffered. Writing nothing sends nothing. Flushing is done at once, since the
/// browser has what was written. Closing waits until the close handshake is done.
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
pub struct ByteStream<S: Source = Connection> {
    connection: S,
    /// What was received last, read up to this byte.
    incoming: Option<(S::Content, usize)>,
    ended: bool,
}

impl Connection {
    /// Turns it into bytes that are read and written, for what takes an `AsyncRead` or an
    /// `AsyncWrite`.
    ///
    /// What has arrived by now and wasn't read comes first.
    #[cfg_attr(docsrs, doc(cfg(any(feature = "io", feature = "tokio"))))]
    pub fn into_io(self) -> ByteStream {
        ByteStream::new(self)
    }
}

impl<S: Source> ByteStream<S> {
    fn new(connection: S) -> Self {
        Self {
            connection,
            incoming: None,
            ended: false,
        }
    }

    /// Returns the connection: to know its end, to close it with a code, to send a message of one's
    /// own between two writes.
    pub fn get_ref(&self) -> &S {
        &self.connection
    }

    /// Returns the connection, to go on with messages. The rest of a message that was read in part
    /// is dropped.
    pub fn into_inner(self) -> S {
        self.connection
    }

    /// Waits until there are bytes to read, and returns how many; none at the end.
    fn poll_available(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        loop {
            let next = match &mut self.incoming {
                Some((content, start)) => match ready!(content.poll_ready(cx)) {
                    Ok(()) if content.len() > *start => {
                        return Poll::Ready(Ok(content.len() - *start));
                    }
                    Ok(()) => Ok(None),
                    Err(error) => Err(error),
                },
                None if self.ended => return Poll::Ready(Ok(0)),
                None => match ready!(Pin::new(&mut self.connection).poll_next(cx)) {
                    Some(message) => message.map(Some),
                    None => {
                        self.ended = true;
                        Ok(None)
                    }
                },
            };
            self.ended |= next.is_err();
            self.incoming = None;
            self.incoming = next?.map(|message| (S::content(message), 0));
        }
    }

    /// Copies as much of what is available as there is room for.
    fn take(&mut self, destination: &mut [u8]) -> usize {
        let Some((content, start)) = &mut self.incoming else {
            return 0;
        };
        let copied = content.copy_from(*start, destination);
        *start += copied;
        if *start >= content.len() {
            self.incoming = None;
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

impl<S: Source + fmt::Debug> fmt::Debug for ByteStream<S> {
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
