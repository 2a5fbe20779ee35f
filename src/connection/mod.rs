//! [`Connection`]: an open socket as one stream and one sink of messages
//! ([RFC 6455, section 6](https://www.rfc-editor.org/rfc/rfc6455#section-6)).

mod closed;
mod opening;

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::{
    sink::Sink,
    stream::{FusedStream, Stream},
};

pub use self::{closed::Closed, opening::Opening};
use crate::{BinaryType, CloseCode, Error, Events, Message, ReadyState, WebSocket};

/// Connects to `url`, with binary messages as [`Bytes`](crate::Bytes).
///
/// The attempt starts with this call, not with the first poll. Dropping the future gives it up
/// and closes the socket.
///
/// # Errors
///
/// Those of [`WebSocket::new`], and [`Error::Closed`] if the connection can't be established,
/// for whatever reason: the browser doesn't tell.
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
pub fn connect(url: &str) -> impl Future<Output = Result<Connection, Error>> {
    let opening = WebSocket::new(url).map(|socket| {
        socket.set_binary_type(BinaryType::ArrayBuffer);
        socket.open()
    });
    async { opening?.await }
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
/// [`Sink::close`](futures::SinkExt::close) starts the closing handshake and is done when that
/// is; with a code and a reason it is [`close_with`](Self::close_with). From then on sending is
/// an error, and the browser discards what still arrives; what was queued before can be read.
///
/// # Drop
///
/// Dropping it gives up its handle of the socket, and with the last handle the socket closes.
///
/// # Memory
///
/// There is no backpressure yet: what arrives and isn't read is queued without a bound, and
/// what is sent is queued by the browser, see [`buffered_amount`](Self::buffered_amount).
pub struct Connection {
    // Dropped before the socket.
    messages: Events<Message>,
    closing: Option<Closed>,
    ended: bool,
    socket: WebSocket,
}

impl Connection {
    fn new(socket: WebSocket, messages: Events<Message>) -> Self {
        Self {
            messages,
            closing: None,
            ended: false,
            socket,
        }
    }

    /// Sends a message, all that [`WebSocket::send`] takes.
    ///
    /// # Errors
    ///
    /// [`Error::NotOpen`] once the connection is closing or closed.
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), Error> {
        self.socket.send_message(&message.into())
    }

    /// Starts the closing handshake with a code and a reason, and doesn't wait for its end.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`].
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        self.socket.close_with(code, reason)
    }

    /// How the connection ends, once it has: a future that outlives it.
    pub fn closed(&self) -> Closed {
        Closed::new(&self.socket)
    }

    /// The subprotocol that the server chose; empty if it chose none.
    pub fn protocol(&self) -> String {
        self.socket.protocol()
    }

    /// The extensions that the server chose; empty if it chose none.
    pub fn extensions(&self) -> String {
        self.socket.extensions()
    }

    /// The bytes that were sent and have not yet been handed to the network.
    pub fn buffered_amount(&self) -> u64 {
        self.socket.buffered_amount()
    }

    fn check_open(&self) -> Result<(), Error> {
        match self.socket.ready_state() {
            ReadyState::Open => Ok(()),
            state => Err(Error::NotOpen(state)),
        }
    }

    /// The error that an unclean close is; to be asked once the socket has reported its close.
    fn unclean_close(&self) -> Option<Error> {
        let event = self.socket.close_event()?;
        (!event.was_clean()).then(|| Error::Closed(event.clone()))
    }
}

impl Stream for Connection {
    type Item = Result<Message, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let message = ready!(Pin::new(&mut self.messages).poll_next(cx));
        Poll::Ready(message.map(Ok).or_else(|| {
            self.ended = true;
            self.unclean_close().map(Err)
        }))
    }
}

impl FusedStream for Connection {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl Sink<Message> for Connection {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(self.check_open())
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        self.socket.send_message(&message)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    /// Starts the closing handshake; done when the close event is there, with
    /// [`Error::Closed`] if that was unclean.
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.socket.close_event().is_none() {
            let this = &mut *self;
            this.socket.close();
            let closing = this
                .closing
                .get_or_insert_with(|| Closed::new(&this.socket));
            ready!(Pin::new(closing).poll(cx));
        }
        self.closing = None;
        Poll::Ready(self.unclean_close().map_or(Ok(()), Err))
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("socket", &self.socket)
            .field("messages", &self.messages)
            .finish_non_exhaustive()
    }
}
