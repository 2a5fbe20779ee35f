//! [`Connection`]: an open socket as one stream and one sink of messages
//! ([RFC 6455, section 6](https://www.rfc-editor.org/rfc/rfc6455#section-6)).

mod builder;
mod closed;
mod deadline;
mod flow;
mod handle;
mod inbox;
mod limits;
mod opening;
mod options;
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

pub use self::{
    builder::Builder,
    closed::{Closed, Closing},
    limits::Overflow,
    opening::Opening,
    split::{Receiver, Sender},
    transport::Transport,
};
use self::{
    handle::{Ending, Handle},
    limits::Limits,
};
#[cfg(feature = "test-util")]
pub use self::{
    pair::{pair, Network},
    transport::memory::Side,
};
use crate::{
    local::Local, trace::Observer, BinaryType, CloseCode, Error, Message, Outgoing, ReadyState,
    TrySendError, WebSocket,
};

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
    let transport = WebSocket::new(url).map(|socket| {
        let (limits, observer) = (Limits::default(), Observer::default());
        builder::by_events(socket, BinaryType::ArrayBuffer, limits, observer)
    });
    Opening::new(transport, Ending::default())
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
/// # Without a task
///
/// An event handler or a loop of frames sends with [`try_send`](Self::try_send) and reads with
/// [`try_next`](Self::try_next), which never wait. Where frames are drawn only when something
/// happens, poll the stream with a waker that asks for a frame:
///
/// ```no_run
/// use std::{
///     sync::Arc,
///     task::{Context, Poll, Wake, Waker},
/// };
///
/// use futures::StreamExt;
/// use wasm_websocket::Connection;
///
/// # mod egui {
/// #     #[derive(Clone)]
/// #     pub struct Context;
/// #     impl Context {
/// #         pub fn request_repaint(&self) {}
/// #     }
/// # }
/// struct Repaint(egui::Context);
///
/// impl Wake for Repaint {
///     fn wake(self: Arc<Self>) {
///         self.0.request_repaint();
///     }
/// }
///
/// /// Called when a frame is drawn, and once more after the next message arrives.
/// fn update(connection: &mut Connection, ui: &egui::Context) {
///     let waker = Waker::from(Arc::new(Repaint(ui.clone())));
///     let mut cx = Context::from_waker(&waker);
///     while let Poll::Ready(Some(message)) = connection.poll_next_unpin(&mut cx) {
///         println!("{message:?}");
///     }
/// }
/// ```
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

    /// Sends a message if that is possible at once, without a task, as [`Sender::try_send`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Sender::try_send`].
    pub fn try_send(&self, message: impl Outgoing) -> Result<(), TrySendError> {
        self.sender.try_send(message)
    }

    /// Returns what the stream has now, without a task, as [`Receiver::try_next`] does.
    ///
    /// This method hides the one of that name of `TryStreamExt`, which is
    /// `TryStreamExt::try_next(&mut connection)` then.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub fn try_next(&mut self) -> Poll<Option<Result<Message, Error>>> {
        self.receiver.try_next()
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

    /// Returns another sender of this connection, which keeps it open as a half does.
    ///
    /// With it, a connection that is in the hands of other code can be closed and watched.
    pub fn sender(&self) -> Sender {
        self.sender.clone()
    }

    /// Returns the state of the socket.
    ///
    /// A connection is OPEN until either side starts to close it.
    pub fn ready_state(&self) -> ReadyState {
        self.sender.ready_state()
    }

    /// Returns what is made of binary messages that arrive.
    pub fn binary_type(&self) -> BinaryType {
        self.receiver.binary_type()
    }

    /// Sets what is made of binary messages that arrive from now on. Those that have arrived, whether
    /// or not they were read, stay as they are.
    ///
    /// ```no_run
    /// use futures::StreamExt;
    /// use wasm_websocket::{BinaryType, Connection, Error, Message};
    ///
    /// /// Asks for a picture, to be shown without being copied into WebAssembly's memory.
    /// async fn picture(connection: &mut Connection) -> Result<Option<Message>, Error> {
    ///     connection.set_binary_type(BinaryType::Blob);
    ///     connection.send("picture").await?;
    ///     connection.next().await.transpose()
    /// }
    /// ```
    pub fn set_binary_type(&self, binary_type: BinaryType) {
        self.receiver.set_binary_type(binary_type);
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

    /// Closes as dropping the connection does, which may send a
    /// [code](Builder::close_code), and waits for the end.
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.sender).poll_close(cx)
    }
}
