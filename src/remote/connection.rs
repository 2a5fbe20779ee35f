//! [`RemoteConnection`]: both halves in one, and the ways to it.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{ready, Context, Poll},
};

use futures::{future::FusedFuture, stream::FusedStream, Sink, Stream};

use super::{
    shared::Shared, tasks, Handle, OwnedMessage, RemoteClosed, RemoteClosing, RemoteFlush,
    RemoteReceiver, RemoteSender,
};
use crate::{task::Ticket, unwind::spawn, Builder, CloseCode, Connection, Error, TrySendError};

/// An open socket of another thread: a `Stream` and a `Sink` of [`OwnedMessage`]s that is `Send`.
///
/// [`Connection::into_remote`] and [`Builder::connect_remote`] create it. It also serves on a single
/// thread, where something asks for [`Send`].
///
/// A socket belongs to the thread on which it was created, which must get to run its events: while
/// that thread is blocked, nothing happens. In each direction up to 16 messages are queued between
/// the threads. Beyond that, sending waits, and no more is taken from the socket, whose own limits
/// apply as without this.
///
/// [`split`](Self::split) returns the halves, of which the sender can be cloned.
///
/// # Drop
///
/// Dropping it closes the connection. Messages that were sent before still go out.
///
/// ```no_run
/// use futures::StreamExt;
///
/// # async fn example() -> Result<(), wasm_websocket::Error> {
/// let connection = wasm_websocket::connect("wss://example.org/echo").await?;
/// let mut remote = connection.into_remote();
/// let on_any_thread = async move {
///     remote.send("hello").await?;
///     while let Some(message) = remote.next().await {
///         println!("{:?}", message?);
///     }
///     remote.close().await
/// };
/// # fn spawn(_: impl Send + std::future::Future<Output = Result<(), wasm_websocket::Error>>) {}
/// spawn(on_any_thread);
/// # Ok(())
/// # }
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
#[derive(Debug)]
pub struct RemoteConnection {
    sender: RemoteSender,
    receiver: RemoteReceiver,
}

impl RemoteConnection {
    fn new(shared: Arc<Shared>) -> Self {
        let handle = Arc::new(Handle(shared));
        Self {
            sender: RemoteSender::new(Arc::clone(&handle)),
            receiver: RemoteReceiver::new(handle),
        }
    }

    /// Sends a message, as [`RemoteSender::send`] does.
    ///
    /// # Errors
    ///
    /// Those of [`RemoteSender::send`].
    pub fn send(
        &self,
        message: impl Into<OwnedMessage>,
    ) -> impl Future<Output = Result<(), Error>> + Send + Sync + Unpin + '_ {
        self.sender.send(message)
    }

    /// Sends a message if it can be queued for the socket's thread at once, without a task, as
    /// [`RemoteSender::try_send`] does.
    ///
    /// # Errors
    ///
    /// Those of [`RemoteSender::try_send`].
    pub fn try_send(
        &self,
        message: impl Into<OwnedMessage>,
    ) -> Result<(), TrySendError<OwnedMessage>> {
        self.sender.try_send(message)
    }

    /// Returns what the stream has now, without a task, as [`RemoteReceiver::try_next`] does.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub fn try_next(&mut self) -> Poll<Option<Result<OwnedMessage, Error>>> {
        self.receiver.try_next()
    }

    /// Waits until every message that was sent before the call has left the browser's buffer, as
    /// [`RemoteSender::flush`] does.
    ///
    /// # Errors
    ///
    /// Those of [`RemoteSender::flush`].
    pub fn flush(&self) -> RemoteFlush {
        self.sender.flush()
    }

    /// Starts the close handshake without a code, and waits until the connection is closed, as
    /// [`RemoteSender::close`] does.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the close was not clean.
    pub fn close(&self) -> RemoteClosing {
        self.sender.close()
    }

    /// Starts the close handshake with a code and a reason. It is a no-op if the connection is
    /// already closing or closed.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`](crate::WebSocket::close_with).
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        self.sender.close_with(code, reason)
    }

    /// Waits until the connection has ended, and returns how.
    pub fn closed(&self) -> RemoteClosed {
        self.sender.closed()
    }

    /// Returns another sender of this connection, which keeps it open as a half does.
    pub fn sender(&self) -> RemoteSender {
        self.sender.clone()
    }

    /// Returns the half that sends, which can be cloned, and the half that receives.
    pub fn split(self) -> (RemoteSender, RemoteReceiver) {
        (self.sender, self.receiver)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
impl Stream for RemoteConnection {
    type Item = Result<OwnedMessage, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.receiver).poll_next(cx)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
impl FusedStream for RemoteConnection {
    fn is_terminated(&self) -> bool {
        self.receiver.is_terminated()
    }
}

/// As the [sink](RemoteSender#sink) of a [`RemoteSender`].
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
impl Sink<OwnedMessage> for RemoteConnection {
    type Error = Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.sender).poll_ready(cx)
    }

    fn start_send(mut self: Pin<&mut Self>, message: OwnedMessage) -> Result<(), Error> {
        Pin::new(&mut self.sender).start_send(message)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.sender).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.sender).poll_close(cx)
    }
}

impl Connection {
    /// Moves the connection into tasks of this thread, and returns one that can go to any thread.
    ///
    /// Messages that have arrived and weren't read come first.
    #[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
    pub fn into_remote(self) -> RemoteConnection {
        let shared = Arc::new(Shared::connecting());
        tasks::serve(self, Arc::clone(&shared));
        RemoteConnection::new(shared)
    }
}

impl Builder {
    /// Connects as [`connect`](Self::connect) does, for use on any thread: the future and the
    /// connection that it resolves to are `Send`.
    ///
    /// The attempt starts with this call, on the thread that makes it, to which the socket belongs.
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect).
    ///
    /// ```no_run
    /// use wasm_websocket::{Connection, Error};
    ///
    /// # fn spawn(_: impl Send + std::future::Future<Output = Result<(), Error>>) {}
    /// let connecting = Connection::builder("wss://example.org/echo").connect_remote();
    /// spawn(async move {
    ///     let remote = connecting.await?;
    ///     remote.send("hello").await
    /// });
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
    pub fn connect_remote(self) -> RemoteOpening {
        let shared = Arc::new(Shared::connecting());
        spawn(tasks::open(self.connect(), Arc::clone(&shared)));
        RemoteOpening {
            connection: Some(RemoteConnection::new(shared)),
            ticket: None,
        }
    }
}

/// The future of [`Builder::connect_remote`].
///
/// # Drop
///
/// Dropping it before it resolves gives up the attempt and closes the socket.
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
#[must_use = "dropping the future gives up the attempt"]
pub struct RemoteOpening {
    /// `None` once it is done.
    connection: Option<RemoteConnection>,
    ticket: Option<Ticket>,
}

impl RemoteOpening {
    fn stop_watching(&mut self) {
        if let Some(connection) = &self.connection {
            let shared = &connection.receiver.handle().0;
            shared.stop_watching(&mut self.ticket);
        }
    }
}

impl Future for RemoteOpening {
    type Output = Result<RemoteConnection, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { connection, ticket } = &mut *self;
        let Some(opening) = connection else {
            return Poll::Pending;
        };
        let opened = ready!(opening.receiver.handle().0.poll_opened(ticket, cx));
        self.stop_watching();
        match (opened, self.connection.take()) {
            (Ok(()), Some(connection)) => Poll::Ready(Ok(connection)),
            (Ok(()), None) => Poll::Pending,
            (Err(error), _) => Poll::Ready(Err(error)),
        }
    }
}

impl FusedFuture for RemoteOpening {
    fn is_terminated(&self) -> bool {
        self.connection.is_none()
    }
}

impl Drop for RemoteOpening {
    fn drop(&mut self) {
        self.stop_watching();
    }
}

impl fmt::Debug for RemoteOpening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteOpening").finish_non_exhaustive()
    }
}
