//! [`RemoteSender`] and [`RemoteReceiver`]: a connection from any thread, by way of channels
//! ([agents](https://tc39.es/ecma262/#sec-agents), to one of which each socket belongs).

mod owned;
mod pump;

use std::{
    fmt,
    future::{poll_fn, Future},
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::{
    channel::{mpsc, oneshot},
    future::{self, Shared},
    stream::FusedStream,
    FutureExt, Sink, SinkExt, Stream, StreamExt,
};

pub use self::owned::OwnedMessage;
use self::pump::{Close, Command, Outgoing};
use crate::{close, unwind::spawn, CloseCode, CloseEvent, Connection, Error, ReadyState};

/// How many messages may be on their way between the threads, in each direction.
const CAPACITY: usize = 16;

/// The end of the connection, as soon as its thread has told it.
type End = Shared<oneshot::Receiver<CloseEvent>>;

impl Connection {
    /// Moves it into tasks of this thread, and returns handles that can go to any thread.
    ///
    /// A socket belongs to the thread on which it was made. The handles reach it through
    /// channels, with messages in Rust's own memory. They also serve on a single thread, where
    /// something asks for [`Send`].
    ///
    /// In each direction 16 messages may be on their way between the threads, and one more for
    /// each clone of the sender. Beyond that sending waits, and no more is taken from the
    /// connection, whose own limits hold as they do without.
    ///
    /// The socket's thread must get to run its events: where it is blocked, nothing happens.
    ///
    /// ```no_run
    /// use futures::StreamExt;
    ///
    /// # async fn example() -> Result<(), wasm_websocket::Error> {
    /// let connection = wasm_websocket::connect("wss://example.org/echo").await?;
    /// let (mut sender, mut receiver) = connection.into_remote();
    /// let on_any_thread = async move {
    ///     sender.send("hello").await?;
    ///     while let Some(message) = receiver.next().await {
    ///         println!("{:?}", message?);
    ///     }
    ///     sender.close().await
    /// };
    /// # fn spawn(_: impl Send + std::future::Future<Output = Result<(), wasm_websocket::Error>>) {}
    /// spawn(on_any_thread);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
    pub fn into_remote(self) -> (RemoteSender, RemoteReceiver) {
        let (sender, receiver) = self.split();
        let (command, commands) = mpsc::channel(CAPACITY - 1);
        let (close, closes) = mpsc::unbounded();
        let (tell_end, end) = oneshot::channel();
        let end = end.shared();
        let (incoming, messages) = mpsc::channel(CAPACITY - 1);
        let outgoing = Outgoing {
            sender,
            commands,
            closes,
            failed: None,
        };
        spawn(outgoing.run(tell_end));
        spawn(pump::receive(receiver, incoming));
        let sender = RemoteSender {
            command,
            flushing: None,
            closing: None,
            close: close.clone(),
            end: end.clone(),
        };
        let receiver = RemoteReceiver {
            messages,
            close,
            end,
        };
        (sender, receiver)
    }
}

/// Sends over a connection of any thread: a `Sink` of [`OwnedMessage`]s, made by
/// [`Connection::into_remote`].
///
/// Messages go out in the order in which clones send them.
///
/// # Drop
///
/// The connection closes when its last sender and its receiver are dropped. What was sent
/// before still goes out.
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
pub struct RemoteSender {
    command: mpsc::Sender<Command>,
    flushing: Option<oneshot::Receiver<Result<(), Error>>>,
    closing: Option<End>,
    close: mpsc::UnboundedSender<Close>,
    end: End,
}

impl RemoteSender {
    /// Sends a message.
    ///
    /// Done when it is on its way to the socket's thread, where it waits until the connection
    /// takes it. Should that end before, it is lost, as is what a browser has buffered;
    /// [`flush`](Self::flush) tells. Dropped before it is done, this has sent nothing.
    ///
    /// # Errors
    ///
    /// [`Error::NotOpen`] once the connection is closing or closed.
    pub async fn send(&mut self, message: impl Into<OwnedMessage>) -> Result<(), Error> {
        self.feed(message.into()).await
    }

    /// Waits until all that this handle sent, and clones before it, has been handed to the
    /// network.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the connection ends before, [`Error::NotOpen`] if it was closing or
    /// closed when this was called, or when what this handle sent had its turn.
    pub async fn flush(&mut self) -> Result<(), Error> {
        poll_fn(|cx| self.poll_flush_unpin(cx)).await
    }

    /// Starts the closing handshake without a code, and waits until the connection is closed.
    ///
    /// What was sent before goes out first. The handshake goes on if this is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the close was not clean.
    pub async fn close(&self) -> Result<(), Error> {
        request_close(&self.close, None);
        cleanly(self.end.clone().await)
    }

    /// Starts the closing handshake with a code and a reason, and doesn't wait for its end,
    /// which [`closed`](Self::closed) tells. A connection that is closing stays as it is.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`](crate::WebSocket::close_with).
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        close_with(&self.close, code, reason)
    }

    /// How the connection ends, once it has: a future that outlives the handles.
    pub fn closed(&self) -> impl Future<Output = CloseEvent> + Send + Sync + Unpin + 'static {
        closed(&self.end)
    }

    /// Why nothing can be sent.
    fn not_open(&self) -> Error {
        let ended = self.end.clone().now_or_never().is_some();
        Error::NotOpen(match ended {
            true => ReadyState::Closed,
            false => ReadyState::Closing,
        })
    }
}

/// A handle of its own, with its own place among the messages that wait.
impl Clone for RemoteSender {
    fn clone(&self) -> Self {
        Self {
            command: self.command.clone(),
            flushing: None,
            closing: None,
            close: self.close.clone(),
            end: self.end.clone(),
        }
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
impl Sink<OwnedMessage> for RemoteSender {
    type Error = Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let ready = ready!(self.command.poll_ready(cx));
        Poll::Ready(ready.map_err(|_| self.not_open()))
    }

    fn start_send(mut self: Pin<&mut Self>, message: OwnedMessage) -> Result<(), Error> {
        // A flush that goes on doesn't wait for this message.
        self.flushing = None;
        let sent = self.command.start_send(Command::Send(message));
        sent.map_err(|_| self.not_open())
    }

    /// As [`flush`](RemoteSender::flush).
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.flushing.is_none() {
            ready!(self.as_mut().poll_ready(cx))?;
            let (reply, flushing) = oneshot::channel();
            let sent = self.command.start_send(Command::Flush(reply));
            sent.map_err(|_| self.not_open())?;
            self.flushing = Some(flushing);
        }
        let flushed = match &mut self.flushing {
            Some(flushing) => ready!(flushing.poll_unpin(cx)),
            None => return Poll::Ready(Ok(())),
        };
        self.flushing = None;
        Poll::Ready(flushed.unwrap_or_else(|oneshot::Canceled| Err(self.not_open())))
    }

    /// As [`close`](RemoteSender::close).
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let this = &mut *self;
        let closing = this.closing.get_or_insert_with(|| {
            request_close(&this.close, None);
            this.end.clone()
        });
        let end = ready!(closing.poll_unpin(cx));
        this.closing = None;
        Poll::Ready(cleanly(end))
    }
}

impl fmt::Debug for RemoteSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteSender").finish_non_exhaustive()
    }
}

/// Receives from a connection of any thread: a `Stream` of [`OwnedMessage`]s, made by
/// [`Connection::into_remote`].
///
/// It ends as the connection's stream does: with `None` after a clean close, and with one
/// [`Error::Closed`] before that after an unclean one. A Blob is read before it is delivered,
/// in its turn; [`Error::Exception`] stands for one that can't be.
///
/// # Drop
///
/// What arrives is discarded from then on. The connection closes when its last sender is
/// dropped too.
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
pub struct RemoteReceiver {
    messages: mpsc::Receiver<Result<OwnedMessage, Error>>,
    close: mpsc::UnboundedSender<Close>,
    end: End,
}

impl RemoteReceiver {
    /// Starts the closing handshake with a code and a reason, as the sender's
    /// [`close_with`](RemoteSender::close_with) does.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`](crate::WebSocket::close_with).
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        close_with(&self.close, code, reason)
    }

    /// How the connection ends, once it has: a future that outlives the handles.
    pub fn closed(&self) -> impl Future<Output = CloseEvent> + Send + Sync + Unpin + 'static {
        closed(&self.end)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
impl Stream for RemoteReceiver {
    type Item = Result<OwnedMessage, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.messages.is_terminated() {
            true => Poll::Ready(None),
            false => self.messages.poll_next_unpin(cx),
        }
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
impl FusedStream for RemoteReceiver {
    fn is_terminated(&self) -> bool {
        self.messages.is_terminated()
    }
}

impl fmt::Debug for RemoteReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteReceiver").finish_non_exhaustive()
    }
}

fn request_close(to: &mpsc::UnboundedSender<Close>, close: Close) {
    // Nobody takes it once the connection is closing.
    let _ = to.unbounded_send(close);
}

fn close_with(
    to: &mpsc::UnboundedSender<Close>,
    code: CloseCode,
    reason: &str,
) -> Result<(), Error> {
    close::check(code, reason)?;
    request_close(to, Some((code, reason.to_owned())));
    Ok(())
}

fn closed(end: &End) -> impl Future<Output = CloseEvent> + Send + Sync + Unpin + 'static {
    end.clone().then(|end| match end {
        Ok(event) => future::Either::Left(future::ready(event)),
        // The task that tells runs until it has.
        Err(oneshot::Canceled) => future::Either::Right(future::pending()),
    })
}

fn cleanly(end: Result<CloseEvent, oneshot::Canceled>) -> Result<(), Error> {
    match end {
        Ok(event) => event.into_result(),
        Err(oneshot::Canceled) => Err(Error::NotOpen(ReadyState::Closed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_remote<T: Send + Sync + Unpin + 'static>() {}
    fn assert_send<T: Send>(_: fn(&'static mut RemoteSender) -> T) {}

    #[test]
    fn the_handles_and_what_they_carry_can_go_to_any_thread() {
        fn assert_clone<T: Clone>() {}
        assert_remote::<RemoteSender>();
        assert_clone::<RemoteSender>();
        assert_remote::<RemoteReceiver>();
        assert_remote::<OwnedMessage>();
    }

    #[test]
    fn so_can_their_futures() {
        assert_send(|sender| sender.send("text"));
        assert_send(|sender| sender.close());
        assert_send(|sender| sender.flush());
        assert_send(|sender| sender.closed());
    }
}
