//! [`Connection`]: an open socket as one stream and one sink of messages
//! ([RFC 6455, section 6](https://www.rfc-editor.org/rfc/rfc6455#section-6)).

mod builder;
mod closed;
mod flow;
mod handle;
mod inbox;
mod opening;
mod pacer;
#[cfg(feature = "test-util")]
mod pair;
mod queues;
mod split;
mod transport;

use std::{
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use futures::{
    sink::Sink,
    stream::{FusedStream, Stream},
};

use wasm_bindgen::JsValue;

use self::{builder::Limits, handle::Handle};
pub use self::{
    builder::{Builder, Overflow, Transport},
    closed::{Closed, Closing},
    opening::Opening,
    split::{Receiver, Sender},
};
#[cfg(feature = "test-util")]
pub use self::{
    pair::{pair, Network},
    transport::memory::Side,
};
use crate::{local::Local, trace::Observer, BinaryType, CloseCode, Error, Message, Outgoing};

/// Connects to `url`, with binary messages as [`Bytes`](crate::Bytes).
///
/// The attempt starts with this call, not with the first poll. Dropping the future gives it up
/// and closes the socket. [`Connection::builder`] sets more.
///
/// # Errors
///
/// Those of [`WebSocket::new`](crate::WebSocket::new), and [`Error::Closed`] if the connection
/// can't be established, for whatever reason: the browser doesn't tell.
///
/// ```no_run
/// use futures::StreamExt;
///
/// # async fn example() -> Result<(), wasm_websocket::Error> {
/// let mut connection = wasm_websocket::connect("wss://example.org/echo").await?;
/// connection.send("hello").await?;
/// while let Some(message) = connection.next().await {
///     println!("{:?}", message?);
/// }
/// # Ok(())
/// # }
/// ```
pub fn connect(url: &str) -> Opening {
    // Without the builder, and so without what that can set.
    let transport = builder::by_events(
        url,
        &JsValue::UNDEFINED,
        BinaryType::ArrayBuffer,
        Limits::default(),
        Observer::default(),
    );
    Opening::new(transport)
}

/// An open socket: a `Stream` of the messages that arrive, and a `Sink` of those to send.
///
/// # End
///
/// The stream ends with `None` after a clean close. After an unclean one it yields
/// [`Error::Closed`] once, then `None`. Either way it stays at `None`, and what arrived before
/// is delivered first. [`closed`](Self::closed) tells code and reason in both cases.
///
/// # Closing
///
/// [`close`](Self::close) starts the close handshake and returns a future of its end.
/// [`close_with`](Self::close_with) sends a code and a reason. From then on sending is an error, and
/// messages that still arrive are discarded. Messages that were queued before can be read.
///
/// # Backpressure
///
/// Sending waits while more is buffered than the
/// [watermarks](Builder::send_watermarks) allow. What arrives and isn't read is queued within
/// the [receive budget](Builder::receive_budget), or slows the server down where the
/// [transport](Builder::transport) can do that.
///
/// # Tasks
///
/// [`split`](Self::split) it to read and write in tasks of their own. Any number of them may
/// send and await [`closed`](Self::closed); one reads.
///
/// # Drop
///
/// Dropping it closes the socket without a code, also if it was
/// [opened](crate::WebSocket::open) from a [`WebSocket`](crate::WebSocket) of which there are other
/// handles. What was sent before still goes out.
#[derive(Debug)]
pub struct Connection {
    sender: Sender,
    receiver: Receiver,
}

impl Connection {
    fn new(handle: Local<Rc<Handle>>) -> Self {
        Self {
            sender: Sender::new(handle.clone()),
            receiver: Receiver::new(handle),
        }
    }

    /// Sends a message, as [`Sender::send`] does.
    ///
    /// On a `&mut Connection` with `SinkExt` in scope, that trait's `send` is called instead, which
    /// takes only a [`Message`]: pass `"hello".into()`.
    ///
    /// # Errors
    ///
    /// Those of [`Sender::send`].
    pub fn send<'a>(
        &'a self,
        message: impl Outgoing + 'a,
    ) -> impl Future<Output = Result<(), Error>> + 'a {
        self.sender.send(message)
    }

    /// Waits until every message that was sent before this call has left the browser's buffer, as
    /// [`Sender::flush`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Sender::flush`].
    pub fn flush(&self) -> impl Future<Output = Result<(), Error>> + '_ {
        self.sender.flush()
    }

    /// Starts the close handshake without a code, and returns a future of the end, as
    /// [`Sender::close`] does.
    pub fn close(&self) -> Closing {
        self.sender.close()
    }

    /// Starts the close handshake with a code and a reason. [`closed`](Self::closed) reports its
    /// end. A no-op if the connection is closing or closed.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`](crate::WebSocket::close_with).
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        self.sender.close_with(code, reason)
    }

    /// Returns a future of the end of the connection, which outlives the connection.
    pub fn closed(&self) -> Closed {
        self.sender.closed()
    }

    /// Takes it apart, for tasks of their own: a half that sends, and can be cloned, and one
    /// that receives. Either can close the connection, and the last one that is dropped does.
    pub fn split(self) -> (Sender, Receiver) {
        (self.sender, self.receiver)
    }

    /// The URL, resolved and serialized by the browser.
    pub fn url(&self) -> String {
        self.sender.url()
    }

    /// The subprotocol that the server chose; empty if it chose none.
    pub fn protocol(&self) -> String {
        self.sender.protocol()
    }

    /// The extensions that the server chose; empty if it chose none.
    pub fn extensions(&self) -> String {
        self.sender.extensions()
    }

    /// Returns how many bytes were sent and have not yet left the browser's buffer.
    ///
    /// With `Transport::STREAM`, texts of the browser count by their UTF-16 code units.
    pub fn buffered_amount(&self) -> u64 {
        self.sender.buffered_amount()
    }
}

impl Stream for Connection {
    type Item = Result<Message, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.receiver).poll_next(cx)
    }
}

impl FusedStream for Connection {
    fn is_terminated(&self) -> bool {
        self.receiver.is_terminated()
    }
}

impl Sink<Message> for Connection {
    type Error = Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.sender).poll_ready(cx)
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        Pin::new(&mut self.sender).start_send(message)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.sender).poll_flush(cx)
    }

    /// As [`close`](Connection::close).
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.sender).poll_close(cx)
    }
}
