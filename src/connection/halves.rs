//! [`Sender`] and [`Receiver`]: the two directions of a connection, for a task each
//! ([RFC 6455, section 6](https://www.rfc-editor.org/rfc/rfc6455#section-6)).

use std::{
    fmt,
    future::{poll_fn, Future},
    pin::Pin,
    rc::Rc,
    task::{ready, Context, Poll},
};

use futures::{
    sink::Sink,
    stream::{FusedStream, Stream},
};

use super::{
    transport::{AnyTransport, Ended},
    Closed,
};
use crate::{close, CloseCode, Error, Message};

/// Keeps a connection open: the last of its owners closes it.
pub(super) struct Handle {
    pub(super) transport: Rc<dyn AnyTransport>,
}

impl Handle {
    pub(super) fn new(transport: Rc<dyn AnyTransport>) -> Rc<Self> {
        Rc::new(Self { transport })
    }

    fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        close::check(code, reason)?;
        self.transport.close(Some((code, reason)));
        Ok(())
    }

    fn start_send(&self, message: Message) -> Result<(), Error> {
        self.transport
            .start_send(message)
            .map_err(|(_, error)| error)
    }

    fn closed(&self) -> Closed {
        Closed::new(&self.transport)
    }

    /// Starts the closing handshake, and tells its end.
    fn close(&self) -> Closed {
        self.transport.close(None);
        self.closed()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.transport.close(None);
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("url", &self.transport.url())
            .field("ready_state", &self.transport.ready_state())
            .finish_non_exhaustive()
    }
}

/// The sending half of a [`Connection`](crate::Connection): a `Sink` of messages.
///
/// Clones send over the same connection, in the order of their calls, and each may wait in a
/// task of its own.
///
/// # Drop
///
/// The connection closes when its last sender and its receiver are dropped. What was sent
/// before still goes out.
#[derive(Debug)]
pub struct Sender {
    handle: Rc<Handle>,
    /// While the sink is being closed.
    closing: Option<Closed>,
}

impl Clone for Sender {
    fn clone(&self) -> Self {
        Self::new(Rc::clone(&self.handle))
    }
}

impl Sender {
    pub(super) fn new(handle: Rc<Handle>) -> Self {
        Self {
            handle,
            closing: None,
        }
    }

    /// Sends a message, all that [`WebSocket::send`](crate::WebSocket::send) takes.
    ///
    /// Done when the browser has it, which is at once unless more is buffered than the
    /// [high watermark](crate::Builder::send_watermarks) allows: then this waits. It doesn't wait
    /// until the message has left; [`flush`](Self::flush) does. Dropped before it is done, it
    /// has sent nothing.
    ///
    /// # Errors
    ///
    /// [`Error::NotOpen`] once the connection is closing or closed, [`Error::Closed`] if that
    /// happens while it waits.
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), Error> {
        let transport = &self.handle.transport;
        let mut waited = false;
        let ready = poll_fn(|cx| {
            let ready = transport.poll_ready(cx);
            waited |= ready.is_pending();
            ready
        });
        match (ready.await, transport.end().event()) {
            (Err(Error::NotOpen(_)), Some(event)) if waited => Err(Error::Closed(event.clone())),
            (ready, _) => ready.and_then(|()| self.handle.start_send(message.into())),
        }
    }

    /// Sends a message if that can be done at once, and otherwise gives it back; with an error, if
    /// there is more to it than that the connection has no room, or isn't open any more.
    #[cfg(feature = "reconnect")]
    pub(crate) fn try_send(
        &self,
        message: Message,
        cx: &mut Context<'_>,
    ) -> Result<(), (Message, Option<Error>)> {
        match self.handle.transport.poll_ready(cx) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(_)) | Poll::Pending => return Err((message, None)),
        }
        let sent = self.handle.transport.start_send(message);
        sent.map_err(|(message, error)| match error {
            Error::NotOpen(_) => (message, None),
            error => (message, Some(error)),
        })
    }

    /// Sends a message ahead of the watermarks.
    #[cfg(feature = "reconnect")]
    pub(crate) fn send_now(&self, message: Message) -> Result<(), Error> {
        self.handle.start_send(message)
    }

    /// Starts the closing handshake without a code, and doesn't wait.
    #[cfg(feature = "reconnect")]
    pub(crate) fn start_close(&self) {
        self.handle.transport.close(None);
    }

    /// Waits until nothing is buffered any more, and so all has been handed to the network.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the connection ends before.
    pub async fn flush(&self) -> Result<(), Error> {
        poll_fn(|cx| self.handle.transport.poll_flush(cx)).await
    }

    /// Starts the closing handshake without a code, and waits until the connection is closed.
    ///
    /// What was sent before goes out first. The handshake goes on if this is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the close was not clean.
    pub async fn close(&self) -> Result<(), Error> {
        self.handle.close().await.into_result()
    }

    /// Starts the closing handshake with a code and a reason, and doesn't wait for its end,
    /// which [`closed`](Self::closed) tells. A connection that is closing stays as it is.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`](crate::WebSocket::close_with).
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        self.handle.close_with(code, reason)
    }

    /// How the connection ends, once it has: a future that outlives it.
    pub fn closed(&self) -> Closed {
        self.handle.closed()
    }

    /// The URL, resolved and serialized by the browser.
    pub fn url(&self) -> String {
        self.handle.transport.url()
    }

    /// The subprotocol that the server chose; empty if it chose none.
    pub fn protocol(&self) -> String {
        self.handle.transport.protocol()
    }

    /// The extensions that the server chose; empty if it chose none.
    pub fn extensions(&self) -> String {
        self.handle.transport.extensions()
    }

    /// The bytes that were sent and have not yet been handed to the network. Under
    /// [`Transport::STREAM`](crate::Transport::STREAM) the browser's texts count by their UTF-16
    /// units.
    pub fn buffered_amount(&self) -> u64 {
        self.handle.transport.buffered_amount()
    }
}

impl Sink<Message> for Sender {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.handle.transport.poll_ready(cx)
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        self.handle.start_send(message)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.handle.transport.poll_flush(cx)
    }

    /// As [`close`](Sender::close).
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let this = &mut *self;
        let closing = this.closing.get_or_insert_with(|| this.handle.close());
        let event = ready!(Pin::new(closing).poll(cx));
        this.closing = None;
        Poll::Ready(event.into_result())
    }
}

/// The receiving half of a [`Connection`](crate::Connection): a `Stream` of messages.
///
/// It ends as the connection's stream does.
///
/// # Drop
///
/// What arrives is discarded from then on. The connection closes when its last sender is
/// dropped too.
#[derive(Debug)]
pub struct Receiver {
    handle: Rc<Handle>,
    ended: bool,
}

impl Receiver {
    pub(super) fn new(handle: Rc<Handle>) -> Self {
        Self {
            handle,
            ended: false,
        }
    }

    /// Starts the closing handshake with a code and a reason, as the sender's
    /// [`close_with`](Sender::close_with) does.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`](crate::WebSocket::close_with).
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        self.handle.close_with(code, reason)
    }

    /// How the connection ends, once it has: a future that outlives it.
    pub fn closed(&self) -> Closed {
        self.handle.closed()
    }
}

impl Stream for Receiver {
    type Item = Result<Message, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let ended = match ready!(self.handle.transport.poll_next(cx)) {
            Ok(message) => return Poll::Ready(Some(Ok(message))),
            Err(Ended::Gap(error)) => return Poll::Ready(Some(Err(error))),
            Err(Ended::Failed(error)) => Some(Err(error)),
            Err(Ended::Closed) => None,
        };
        self.ended = true;
        Poll::Ready(ended)
    }
}

impl FusedStream for Receiver {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.handle.transport.stop_receiving();
    }
}
