//! [`RemoteSender`]: the sending half, for any thread.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{ready, Context, Poll},
};

use futures::Sink;

use super::{shared::Shared, Handle, OwnedMessage, RemoteClosed, RemoteClosing, RemoteFlush};
use crate::{close::Close, task::Ticket, CloseCode, Error, TrySendError};

/// The sending half of a [`RemoteConnection`](super::RemoteConnection), for any thread: a `Sink` of
/// [`OwnedMessage`]s.
///
/// Up to 16 messages may be queued for the socket's thread. Beyond that, calls of
/// [`send`](Self::send) and sinks wait in one queue: first come, first served. A call that need not
/// wait never overtakes one that does. If the task of a waiting call isn't polled when its turn
/// comes, the next call goes ahead, and it goes first as soon as it is polled.
///
/// # Sink
///
/// `poll_ready` waits for its turn as [`send`](Self::send) does, and a handle that is ready may
/// queue one message beyond the 16. `poll_flush` is ready at once, as the message is with the
/// socket's thread then: [`flush`](Self::flush) waits until it has left. `poll_close` closes as
/// [`close`](Self::close) does.
///
/// # Drop
///
/// The connection closes when its last sender and its receiver are dropped. Messages that were
/// sent before still go out.
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
pub struct RemoteSender {
    handle: Arc<Handle>,
    /// Of the sink, while it waits or is ready.
    ticket: Option<Ticket>,
    /// While the sink is being closed.
    closing: Option<RemoteClosing>,
}

impl RemoteSender {
    pub(super) fn new(handle: Arc<Handle>) -> Self {
        Self {
            handle,
            ticket: None,
            closing: None,
        }
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.handle.0
    }

    /// Sends a message.
    ///
    /// This resolves when the message is queued for the socket's thread, which hands it to the
    /// browser as soon as its buffer has room. [`flush`](Self::flush) reports whether it left.
    ///
    /// # Errors
    ///
    /// [`Error::NotOpen`] if the connection is closing or closed, or starts closing while this
    /// waits; [`Error::Closed`] if it ends, without closing, while this waits.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it resolves, nothing was sent, and its place in the queue
    /// goes to the next call.
    pub fn send(
        &self,
        message: impl Into<OwnedMessage>,
    ) -> impl Future<Output = Result<(), Error>> + Send + Sync + Unpin + '_ {
        Sending {
            shared: self.shared(),
            message: Some(message.into()),
            ticket: None,
        }
    }

    /// Sends a message if it can be queued for the socket's thread at once, without a task.
    ///
    /// A call never overtakes another one that waits.
    ///
    /// # Errors
    ///
    /// [`TrySendError`], which gives the message back. It [is full](TrySendError::is_full) if 16
    /// messages are queued or other calls wait already. Otherwise it holds [`Error::NotOpen`], because
    /// the connection is closing or closed.
    pub fn try_send(
        &self,
        message: impl Into<OwnedMessage>,
    ) -> Result<(), TrySendError<OwnedMessage>> {
        self.shared().try_send(message.into())
    }

    /// Waits until every message that this handle and its clones sent before the call has left
    /// the browser's buffer. Messages that are sent later don't delay it.
    ///
    /// # Errors
    ///
    /// [`Error::NotOpen`] if the connection is closing or closed, or was when a message had its
    /// turn; [`Error::Closed`] if the connection ends before the messages have left.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect on the messages.
    pub fn flush(&self) -> RemoteFlush {
        RemoteFlush::start(self.shared())
    }

    /// Starts the close handshake without a code, and waits until the connection is closed.
    ///
    /// The handshake starts with this call and continues if the future is dropped. From the call
    /// on, sending is an error; messages that were sent before go out first.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the close was not clean.
    pub fn close(&self) -> RemoteClosing {
        RemoteClosing::start(self.shared(), Close::Plain)
    }

    /// Starts the close handshake with a code and a reason. It is a no-op if the connection is
    /// already closing or closed.
    ///
    /// [`closed`](Self::closed) waits for the end.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`](crate::WebSocket::close_with).
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        self.handle.close_with(code, reason)
    }

    /// Waits until the connection has ended, and returns how.
    pub fn closed(&self) -> RemoteClosed {
        self.handle.closed()
    }

    /// Gives the sink's place to the next call.
    fn forgo(&mut self) {
        let Self { handle, ticket, .. } = self;
        handle.0.forgo(ticket);
    }
}

/// A handle of its own, with its own place among those that wait.
impl Clone for RemoteSender {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.handle))
    }
}

impl Drop for RemoteSender {
    fn drop(&mut self) {
        self.forgo();
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
impl Sink<OwnedMessage> for RemoteSender {
    type Error = Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Self { handle, ticket, .. } = &mut *self;
        handle.0.poll_push(ticket, &mut None, cx)
    }

    fn start_send(mut self: Pin<&mut Self>, message: OwnedMessage) -> Result<(), Error> {
        let ticket = self.ticket.take();
        self.shared().push(ticket, message)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Self {
            handle, closing, ..
        } = &mut *self;
        let started =
            closing.get_or_insert_with(|| RemoteClosing::start(&handle.0, Close::Dropped));
        let closed = ready!(Pin::new(started).poll(cx));
        *closing = None;
        Poll::Ready(closed)
    }
}

impl fmt::Debug for RemoteSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteSender").finish_non_exhaustive()
    }
}

/// The future of [`RemoteSender::send`].
struct Sending<'a> {
    shared: &'a Shared,
    /// `None` once it is done.
    message: Option<OwnedMessage>,
    ticket: Option<Ticket>,
}

impl Future for Sending<'_> {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Self {
            shared,
            message,
            ticket,
        } = &mut *self;
        if message.is_none() {
            return Poll::Pending;
        }
        let sent = ready!(shared.poll_push(ticket, message, cx));
        *ticket = None;
        *message = None;
        Poll::Ready(sent)
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.shared.forgo(&mut self.ticket);
    }
}

/// Two senders are equal if they send over the same socket.
impl PartialEq for RemoteSender {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(self.shared(), other.shared())
    }
}

impl Eq for RemoteSender {}
