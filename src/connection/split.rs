//! [`Sender`] and [`Receiver`]: the two directions of a connection, for a task each
//! ([RFC 6455, section 6](https://www.rfc-editor.org/rfc/rfc6455#section-6)).

use std::{
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{ready, Context, Poll},
};

use futures::{
    sink::Sink,
    stream::{FusedStream, Stream},
};

use super::{handle::Handle, transport::AnyTransport, Closed, Closing};
#[cfg(any(feature = "reconnect", feature = "remote"))]
use crate::close::Close;
use crate::{
    local::Local, task::Ticket, BinaryType, CloseCode, Error, Message, Outgoing, ReadyState,
    TrySendError,
};

/// The sending half of a [`Connection`](crate::Connection): a `Sink` of messages.
///
/// Clones send over the same connection. Calls are served first come, first served, whichever
/// clone makes them: a later one never overtakes one that waits.
///
/// # Drop
///
/// The connection closes when its last sender and its receiver are dropped. Messages that were sent
/// before still go out.
#[derive(Debug)]
pub struct Sender {
    handle: Local<Rc<Handle>>,
    /// The place of the sink among those who wait to send.
    ticket: Option<Ticket>,
    /// The place of the sink among those who wait for the end.
    closing: Option<Ticket>,
}

impl Clone for Sender {
    fn clone(&self) -> Self {
        Self::new(self.handle.clone())
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.handle.give_way(&mut self.ticket);
        self.handle.transport.end().waiters.leave(&mut self.closing);
    }
}

impl Sender {
    pub(super) fn new(handle: Local<Rc<Handle>>) -> Self {
        Self {
            handle,
            ticket: None,
            closing: None,
        }
    }

    /// Sends a message of any kind that [`WebSocket::send`](crate::WebSocket::send) takes.
    ///
    /// Completes as soon as the browser has the message. That is at once, unless other calls wait
    /// already or more is buffered than the
    /// [high watermark](crate::Builder::send_watermarks) allows. Use [`flush`](Self::flush) to wait
    /// until the message has left the browser's buffer.
    ///
    /// A call takes its place in the queue when it is first polled. One that isn't polled when its
    /// turn comes is passed after a few turns of the event loop, and sends before all others once it is
    /// polled again.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it completes, nothing was sent, and the next call has its
    /// turn.
    ///
    /// # Errors
    ///
    /// [`Error::NotOpen`] if the connection is closing or closed, [`Error::Closed`] if it ended
    /// while the call waited. The connection can also refuse a message by [`Error::Exception`],
    /// which leaves it open.
    pub fn send<'a>(
        &'a self,
        message: impl Outgoing + 'a,
    ) -> impl Future<Output = Result<(), Error>> + 'a {
        self.handle.send(message)
    }

    /// Sends a message if that is possible at once, without a task.
    ///
    /// A call never overtakes another one that waits.
    ///
    /// # Errors
    ///
    /// [`TrySendError`], which gives the message back. It [is full](TrySendError::is_full) if other
    /// calls wait already, or more is buffered than the
    /// [high watermark](crate::Builder::send_watermarks) allows. Otherwise it holds the error:
    /// [`Error::NotOpen`] if the connection is closing or closed, or why the browser refused the
    /// message.
    ///
    /// ```no_run
    /// # fn on_click(sender: &wasm_websocket::Sender) {
    /// if let Err(error) = sender.try_send("clicked") {
    ///     if error.is_full() {
    ///         println!("the network is slow, {:?} is dropped", error.into_message());
    ///     } else {
    ///         println!("{error}");
    ///     }
    /// }
    /// # }
    /// ```
    pub fn try_send(&self, message: impl Outgoing) -> Result<(), TrySendError> {
        self.handle.try_send(message)
    }

    /// Sends a message ahead of the queue and the watermarks.
    #[cfg(feature = "reconnect")]
    pub(crate) fn send_now(&self, message: Message) -> Result<(), TrySendError> {
        self.handle.send_now(message)
    }

    /// Waits until every message that was sent before this call has left the browser's buffer.
    ///
    /// The point up to which it waits is set by the call, not by the first poll. Messages that are
    /// sent later don't prolong the wait.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect on the messages.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the connection ends before.
    pub fn flush(&self) -> impl Future<Output = Result<(), Error>> + '_ {
        self.handle.flush_to(self.handle.mark())
    }

    /// Starts the close handshake without a code, and returns a future of the end.
    ///
    /// The handshake starts with this call, whether or not the future is polled. Messages that were
    /// sent before go out first. Calls of [`send`](Self::send) that wait fail.
    pub fn close(&self) -> Closing {
        self.handle.transport.close(None);
        Closing::new(self.handle.closed())
    }

    /// Starts the close handshake in this way. The code and the reason are valid.
    #[cfg(any(feature = "reconnect", feature = "remote"))]
    pub(crate) fn close_as(&self, close: &Close) {
        match close {
            Close::Plain => self.handle.transport.close(None),
            Close::Dropped => self.handle.close(),
            Close::With(code, reason) => self.handle.transport.close(Some((*code, reason))),
        }
    }

    /// Starts the close handshake with a code and a reason. [`closed`](Self::closed) reports its
    /// end. A no-op if the connection is closing or closed.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`](crate::WebSocket::close_with).
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        self.handle.close_with(code, reason)
    }

    /// Returns a future of the end of the connection, which outlives the connection.
    pub fn closed(&self) -> Closed {
        self.handle.closed()
    }

    /// Returns the state of the socket.
    ///
    /// A connection is OPEN until either side starts to close it.
    pub fn ready_state(&self) -> ReadyState {
        self.handle.transport.ready_state()
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

    /// As [`Receiver::set_binary_type`].
    #[cfg(feature = "reconnect")]
    pub(crate) fn set_binary_type(&self, binary_type: BinaryType) {
        self.handle.transport.set_binary_type(binary_type);
    }

    /// Returns how many bytes were sent and have not yet left the browser's buffer.
    ///
    /// With `Transport::STREAM`, texts of the browser count by their UTF-16 code units.
    pub fn buffered_amount(&self) -> u64 {
        self.handle.transport.buffered_amount()
    }
}

impl Sink<Message> for Sender {
    type Error = Error;

    /// Waits in the same queue as [`send`](Sender::send).
    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Self { handle, ticket, .. } = &mut *self;
        let ready = ready!(handle.poll_ready(ticket, cx));
        handle.give_way(ticket);
        Poll::Ready(ready)
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        self.handle.start_send(message)
    }

    /// Ready at once: the browser has every message that was sent.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    /// Closes as dropping the connection does, which may send a
    /// [code](crate::Builder::close_code), and waits for the end.
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Self {
            handle, closing, ..
        } = &mut *self;
        let transport = &handle.transport;
        if closing.is_none() {
            handle.close();
        }
        transport.advance();
        let event = ready!(transport.end().poll_event(closing, cx));
        Poll::Ready(event.clone().into_result())
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
    handle: Local<Rc<Handle>>,
    ended: bool,
}

impl Receiver {
    pub(super) fn new(handle: Local<Rc<Handle>>) -> Self {
        Self {
            handle,
            ended: false,
        }
    }

    /// Starts the close handshake with a code and a reason, as the sender's
    /// [`close_with`](Sender::close_with) does.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`](crate::WebSocket::close_with).
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        self.handle.close_with(code, reason)
    }

    /// Returns a future of the end of the connection, which outlives the connection.
    pub fn closed(&self) -> Closed {
        self.handle.closed()
    }

    /// Returns the state of the socket.
    ///
    /// A connection is OPEN until either side starts to close it.
    pub fn ready_state(&self) -> ReadyState {
        self.handle.transport.ready_state()
    }

    /// Returns what is made of binary messages that arrive.
    pub fn binary_type(&self) -> BinaryType {
        self.handle.transport.binary_type()
    }

    /// Sets what is made of binary messages that arrive from now on. Those that have arrived, whether
    /// or not they were read, stay as they are.
    pub fn set_binary_type(&self, binary_type: BinaryType) {
        self.handle.transport.set_binary_type(binary_type);
    }

    /// Returns what the stream has now, without a task: `Poll::Pending` if nothing has arrived that
    /// wasn't read, and otherwise what `poll_next` returns.
    ///
    /// No waker is registered. A task that waits for the next message is still woken by it.
    ///
    /// This method hides the one of that name of `TryStreamExt`, which is
    /// `TryStreamExt::try_next(&mut receiver)` then.
    ///
    /// # Errors
    ///
    /// Those of the stream: [`Error::Overflow`] where messages are missing, and [`Error::Closed`] once
    /// after an unclean end.
    ///
    /// ```no_run
    /// use std::task::Poll;
    ///
    /// # fn show(_: wasm_websocket::Message) {}
    /// /// Called once a frame.
    /// fn update(receiver: &mut wasm_websocket::Receiver) {
    ///     while let Poll::Ready(Some(message)) = receiver.try_next() {
    ///         match message {
    ///             Ok(message) => show(message),
    ///             Err(error) => println!("{error}"),
    ///         }
    ///     }
    /// }
    /// ```
    pub fn try_next(&mut self) -> Poll<Option<Result<Message, Error>>> {
        self.next_with(None)
    }

    fn next_with(&mut self, cx: Option<&Context<'_>>) -> Poll<Option<Result<Message, Error>>> {
        let Self { handle, ended } = self;
        handle.poll_next(ended, cx)
    }
}

impl Stream for Receiver {
    type Item = Result<Message, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.next_with(Some(cx))
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

/// Two senders are equal if they send over the same socket.
impl PartialEq for Sender {
    fn eq(&self, other: &Self) -> bool {
        let (this, other) = (&self.handle.transport, &other.handle.transport);
        match (&**this, &**other) {
            (AnyTransport::Events(this), AnyTransport::Events(other)) => {
                this.socket() == other.socket()
            }
            #[cfg(any(feature = "stream", feature = "test-util"))]
            (this, other) => std::ptr::eq(this.queues(), other.queues()),
        }
    }
}

impl Eq for Sender {}
