//! [`Opening`]: the way to an open connection
//! ([establishing a connection](https://websockets.spec.whatwg.org/#websocket-protocol)).

use std::{
    fmt,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{ready, Context, Poll},
};

use futures::future::FusedFuture;

use super::{
    deadline::{Deadline, Timeout},
    handle::Ending,
    limits::Limits,
    transport::{events::EventTransport, AnyTransport},
    Connection, Handle,
};
use crate::{local::Local, trace::Observer, Error, WebSocket};

/// The future of [`connect`](crate::connect), [`Builder::connect`](crate::Builder::connect) and
/// [`WebSocket::open`].
///
/// It listens from the moment it is made. Dropped before it completes, it closes the socket.
#[must_use = "a connection that nobody awaits is closed"]
pub struct Opening {
    /// `None` once it has completed.
    handle: Option<Result<Local<Rc<Handle>>, Error>>,
    deadline: Option<Deadline>,
}

impl Opening {
    pub(super) fn new(transport: Result<AnyTransport, Error>, ending: Ending) -> Self {
        Self {
            handle: Some(transport.map(|transport| Handle::new(transport, ending))),
            deadline: None,
        }
    }

    /// Gives up after this time.
    pub(super) fn within(mut self, timeout: Option<Timeout>) -> Self {
        if let (Some(timeout), Some(handle)) = (timeout, self.handle()) {
            self.deadline = Some(timeout.start(&handle.transport));
        }
        self
    }

    /// Of a socket in any state, which other handles may use too, with the default limits.
    pub(crate) fn of_socket(socket: WebSocket) -> Self {
        let transport = EventTransport::new(socket, Limits::default(), true, Observer::default());
        Self::new(Ok(AnyTransport::Events(transport)), Ending::default())
    }

    /// Returns the URL, resolved and serialized by the browser.
    ///
    /// It is empty if the browser refused to connect, and once the future has completed.
    pub fn url(&self) -> String {
        let handle = self.handle();
        handle.map_or_else(String::new, |handle| handle.transport.url())
    }

    /// Gives up the attempt, without dropping the future.
    ///
    /// The future then resolves to [`Error::Closed`] with code 1006, as the browser reports an attempt
    /// that was given up. If the connection was open already, the close handshake starts, and the
    /// future resolves to the connection, of which messages that had arrived can be read.
    ///
    /// ```no_run
    /// use futures::future::{select, Either};
    ///
    /// # async fn click() {}
    /// # async fn example() -> Result<(), wasm_websocket::Error> {
    /// let opening = wasm_websocket::connect("wss://example.org/feed");
    /// let cancelled = std::pin::pin!(click());
    /// let connection = match select(opening, cancelled).await {
    ///     Either::Left((opened, _)) => opened?,
    ///     Either::Right(((), opening)) => {
    ///         opening.close();
    ///         println!("gave up {}", opening.url());
    ///         opening.await?
    ///     }
    /// };
    /// # Ok(())
    /// # }
    /// ```
    pub fn close(&self) {
        if let Some(handle) = self.handle() {
            handle.transport.close(None);
        }
    }

    fn handle(&self) -> Option<&Rc<Handle>> {
        match &self.handle {
            Some(Ok(handle)) => Some(handle),
            _ => None,
        }
    }
}

impl Future for Opening {
    type Output = Result<Connection, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(Ok(handle)) = &self.handle {
            if let Err(error) = ready!(handle.poll_open(cx)) {
                self.handle = Some(Err(error));
            }
        }
        match self.handle.take() {
            Some(opened) => Poll::Ready(opened.map(Connection::new)),
            None => Poll::Pending,
        }
    }
}

impl FusedFuture for Opening {
    fn is_terminated(&self) -> bool {
        self.handle.is_none()
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Opening").field(&self.handle).finish()
    }
}
