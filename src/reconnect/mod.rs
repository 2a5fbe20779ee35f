//! [`Reconnecting`]: a socket that comes back
//! ([RFC 6455, section 7.2.3](https://www.rfc-editor.org/rfc/rfc6455#section-7.2.3)).

mod backlog;
mod builder;
mod clock;
mod closing;
mod delivery;
mod driver;
mod event;
mod heartbeat;
mod lifecycle;
mod policy;
mod service;
mod shared;
mod sink;
mod states;
mod timeout;
mod unread;

use std::{
    fmt,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use futures::stream::{FusedStream, Stream};

pub use self::{
    backlog::WhenFull,
    builder::ReconnectingBuilder,
    closing::ReconnectingClosing,
    event::{Cause, Event, NotSent, Retry, SendError, State},
    heartbeat::Heartbeat,
    policy::Policy,
    states::States,
};
use self::{builder::Config, shared::Shared};
use crate::{
    close::{self, Close},
    local::Local,
    task::Ticket,
    unwind::spawn,
    BinaryType, CloseCode, CloseEvent, Error, Message, Sender, TrySendError,
};

/// A connection that is made anew whenever it ends: a `Stream` of [`Event`]s, and a `Sink` of
/// messages.
///
/// ```no_run
/// use futures::StreamExt;
/// use wasm_websocket::{Event, Reconnecting};
///
/// # async fn example() {
/// let mut socket = Reconnecting::builder("wss://example.org/feed")
///     .greeting(|| ["subscribe to news"])
///     .start();
/// while let Some(event) = socket.next().await {
///     match event {
///         Event::Opened => println!("here we are"),
///         Event::Message(message) => println!("{message:?}"),
///         Event::Down { cause, retry_in } => println!("{cause}, next try in {retry_in:?}"),
///         Event::GaveUp { cause } => println!("no more: {cause}"),
///         _ => {}
///     }
/// }
/// # }
/// ```
///
/// # What is guaranteed
///
/// * Each message that was sent is handed to the browser on an open connection once, or given
///   back: by the error of [`send`](Self::send), or as [`Event::Returned`] if it came through the
///   sink. Nothing is sent twice.
/// * What waits goes out in the order in which it was sent, and so does all that is sent over one
///   connection.
/// * What arrived before a connection ended is delivered before its [`Event::Down`], in order and
///   once. Of a connection that was superseded nothing is delivered any more.
///
/// That the server got a message is not: a connection may break with messages on their way. Where
/// that matters, the application numbers and acknowledges them. Over
/// [`Transport::STREAM`](crate::Transport::STREAM), what the connection has queued for the browser
/// counts as handed over.
///
/// # The page and the network
///
/// While the browser is [offline](https://html.spec.whatwg.org/#browser-state), an attempt is made
/// only after the [cap](Policy::cap), since it may be wrong; an open connection is left alone. When
/// the page is left, the connection is closed, so that the browser can keep the page in its cache,
/// and made anew if it is shown again. When the network or the visibility changes, the
/// [`Heartbeat`] asks at once. After the machine slept it asks as well; without a heartbeat, a
/// new connection is made if that was for minutes. All of this is known to windows, and of it the
/// network and the clock to workers.
///
/// # Reading
///
/// It must be read, or dropped where only senders are of use. A few messages wait for the reader;
/// beyond them they wait in the connection, within its
/// [receive budget](crate::Builder::receive_budget), and no other connection is made. Of
/// connections that came and went unread, without a message, only the last end is told.
///
/// # Drop
///
/// Dropped with the last of its [senders](Self::sender), it closes the connection without a code,
/// and what waits to be sent is dropped too. Dropped before them, it discards what arrives, and
/// what would be [returned](Event::Returned).
pub struct Reconnecting {
    sender: ReconnectingSender,
}

/// Sends over a [`Reconnecting`], and asks things of it, from any task: a `Sink` of messages.
///
/// # Drop
///
/// The connection closes when the last sender and the [`Reconnecting`] are dropped.
pub struct ReconnectingSender {
    owner: Local<Rc<Owner>>,
    /// Its place among those who wait, while it waits.
    ticket: Option<Ticket>,
}

/// Keeps it going.
struct Owner(Rc<Shared>);

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

impl Reconnecting {
    fn start(config: Config) -> Self {
        let shared = Rc::new(Shared::new(config));
        if cfg!(target_arch = "wasm32") {
            spawn(driver::drive(Rc::clone(&shared)));
        } else {
            shared.give_up(Cause::Failed(Error::Unsupported("WebSocket")));
            shared.end();
        }
        let owner = Local::new(Rc::new(Owner(shared)));
        Self {
            sender: ReconnectingSender::new(owner),
        }
    }

    /// A handle that sends, for another task.
    pub fn sender(&self) -> ReconnectingSender {
        self.sender.clone()
    }

    /// Sends a message, as [`ReconnectingSender::send`] does.
    ///
    /// # Errors
    ///
    /// Those of [`ReconnectingSender::send`].
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), SendError> {
        self.sender.send(message).await
    }

    /// Sends a message if that is possible at once, without a task, as
    /// [`ReconnectingSender::try_send`] does.
    ///
    /// # Errors
    ///
    /// Those of [`ReconnectingSender::try_send`].
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), TrySendError> {
        self.sender.try_send(message)
    }

    /// Returns what the stream has now, without a task: `Poll::Pending` if there is no event that
    /// wasn't read, and otherwise what `poll_next` returns.
    ///
    /// No waker is registered. A task that waits for the next event is still woken by it.
    ///
    /// ```no_run
    /// use std::task::Poll;
    /// use wasm_websocket::{Event, Reconnecting};
    ///
    /// /// Called once a frame.
    /// fn update(socket: &mut Reconnecting) {
    ///     while let Poll::Ready(Some(event)) = socket.try_next() {
    ///         if let Event::Message(message) = event {
    ///             println!("{message:?}");
    ///         }
    ///     }
    /// }
    /// ```
    pub fn try_next(&mut self) -> Poll<Option<Event>> {
        self.shared().try_next()
    }

    /// What it is doing.
    pub fn state(&self) -> State {
        self.sender.state()
    }

    /// What it is doing, and what it will be.
    pub fn states(&self) -> States {
        self.sender.states()
    }

    /// The URL of the open connection; empty while there is none.
    pub fn url(&self) -> String {
        self.sender.url()
    }

    /// The subprotocol that the server chose; empty if it chose none, or there is no connection.
    pub fn protocol(&self) -> String {
        self.sender.protocol()
    }

    /// The extensions that the server chose; empty if it chose none, or there is no connection.
    pub fn extensions(&self) -> String {
        self.sender.extensions()
    }

    /// The bytes that were handed to the browser and have not yet been handed to the network.
    pub fn buffered_amount(&self) -> u64 {
        self.sender.buffered_amount()
    }

    /// Sets what is made of binary messages, as [`ReconnectingSender::set_binary_type`] does.
    pub fn set_binary_type(&self, binary_type: BinaryType) {
        self.sender.set_binary_type(binary_type);
    }

    /// Connects anew, as [`ReconnectingSender::reconnect_now`] does.
    pub fn reconnect_now(&self) {
        self.sender.reconnect_now();
    }

    /// Says what to do about the next end, as [`ReconnectingSender::hint`] does.
    pub fn hint(&self, retry: Retry) {
        self.sender.hint(retry);
    }

    /// Closes for good, as [`ReconnectingSender::close`] does.
    pub fn close(&self) -> ReconnectingClosing {
        self.sender.close()
    }

    /// Closes for good with a code and a reason, as [`ReconnectingSender::close_with`] does.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`](crate::WebSocket::close_with).
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        self.sender.close_with(code, reason)
    }

    /// How it ended, as [`ReconnectingSender::close_event`] tells.
    pub fn close_event(&self) -> Option<CloseEvent> {
        self.sender.close_event()
    }

    fn shared(&self) -> &Shared {
        self.sender.shared()
    }
}

impl ReconnectingSender {
    fn new(owner: Local<Rc<Owner>>) -> Self {
        let ticket = None;
        Self { owner, ticket }
    }

    fn shared(&self) -> &Rc<Shared> {
        &self.owner.0
    }

    /// Sends a message, all that [`WebSocket::send`](crate::WebSocket::send) takes.
    ///
    /// Done when the browser has it: at once if a connection is open and has room, and otherwise
    /// as soon as one is and does. Dropped before the browser has it, it has sent nothing.
    ///
    /// # Errors
    ///
    /// [`SendError`] with the message in it: when the
    /// [backlog](ReconnectingBuilder::backlog) is full, when it made room for newer ones, when the
    /// socket is closed or given up, or when the browser refuses it.
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), SendError> {
        let delivery = self.shared().send(message.into())?;
        match delivery {
            Some(delivery) => delivery.await,
            None => Ok(()),
        }
    }

    /// Sends a message over the open connection if that is possible at once, without a task.
    ///
    /// The message is never put in the [backlog](ReconnectingBuilder::backlog), and never overtakes
    /// one that is there. To have it wait for a connection, use [`send`](Self::send) or the sink.
    ///
    /// # Errors
    ///
    /// [`TrySendError`], which gives the message back. It [is full](TrySendError::is_full) if the open
    /// connection has no room or other messages wait for it. Otherwise it holds the error:
    /// [`Error::NotOpen`] if there is no open connection, or why the browser refused the message.
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), TrySendError> {
        self.shared().try_send(message.into())
    }

    /// What it is doing.
    pub fn state(&self) -> State {
        self.shared().state()
    }

    /// What it is doing, and what it will be.
    pub fn states(&self) -> States {
        States::new(self.shared())
    }

    /// What the open connection is, and nothing while there is none.
    fn of_connection<T: Default>(&self, ask: fn(&Sender) -> T) -> T {
        self.shared().sender().as_ref().map(ask).unwrap_or_default()
    }

    /// The URL of the open connection, resolved and serialized by the browser; empty while there
    /// is none.
    pub fn url(&self) -> String {
        self.of_connection(Sender::url)
    }

    /// The subprotocol that the server chose; empty if it chose none, and while there is no
    /// connection.
    pub fn protocol(&self) -> String {
        self.of_connection(Sender::protocol)
    }

    /// The extensions that the server chose; empty if it chose none, and while there is no
    /// connection.
    pub fn extensions(&self) -> String {
        self.of_connection(Sender::extensions)
    }

    /// The bytes that were handed to the browser and have not yet been handed to the network.
    pub fn buffered_amount(&self) -> u64 {
        self.of_connection(Sender::buffered_amount)
    }

    /// Sets what is made of binary messages that arrive from now on, over the open connection and all
    /// later ones, whatever their builder says.
    pub fn set_binary_type(&self, binary_type: BinaryType) {
        self.shared().set_binary_type(binary_type);
    }

    /// Gives up the connection that there is, or the waiting for one, and connects at once.
    ///
    /// It tries also if the browser says that it is offline. It does nothing while an attempt is
    /// being made, or once it is closed or given up.
    pub fn reconnect_now(&self) {
        let shared = self.shared();
        if !matches!(shared.state(), State::Connecting { .. } | State::Closed) {
            shared.retry();
        }
    }

    /// Says what to do the next time that a connection ends, or an attempt fails: what the
    /// server said about it in a message, for one.
    pub fn hint(&self, retry: Retry) {
        self.shared().orders.hint.set(Some(retry));
    }

    /// Closes for good, without a code. Closing starts with this call; the future waits until the
    /// close handshake is done, at most for the
    /// [connect timeout](ReconnectingBuilder::connect_timeout).
    ///
    /// Messages in the backlog are given back.
    ///
    /// # Drop
    ///
    /// Closing continues if the future is dropped: `drop(sender.close())` closes too.
    pub fn close(&self) -> ReconnectingClosing {
        self.shared().close(Close::Plain);
        ReconnectingClosing::new(self.clone())
    }

    /// Closes for good with a code and a reason, and doesn't wait.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`](crate::WebSocket::close_with).
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        close::check(code, reason)?;
        self.shared().close(Close::With(code, reason.to_owned()));
        Ok(())
    }

    /// The close event of the last connection, once it is closed for good or given up.
    ///
    /// `None` before, and if there was no connection to close.
    pub fn close_event(&self) -> Option<CloseEvent> {
        self.shared().close_event()
    }
}

impl Stream for Reconnecting {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        self.shared().poll_event(cx)
    }
}

impl FusedStream for Reconnecting {
    fn is_terminated(&self) -> bool {
        self.shared().is_read()
    }
}

impl Drop for Reconnecting {
    fn drop(&mut self) {
        self.shared().stop_reading();
    }
}

impl Clone for ReconnectingSender {
    fn clone(&self) -> Self {
        Self::new(self.owner.clone())
    }
}

impl Drop for ReconnectingSender {
    fn drop(&mut self) {
        self.owner.0.leave(&mut self.ticket);
    }
}

impl fmt::Debug for Reconnecting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reconnecting").field(&self.state()).finish()
    }
}

impl fmt::Debug for ReconnectingSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_tuple("ReconnectingSender").field(&state).finish()
    }
}

/// Two senders are equal if they send over the same [`Reconnecting`].
impl PartialEq for ReconnectingSender {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.owner, &other.owner)
    }
}

impl Eq for ReconnectingSender {}
