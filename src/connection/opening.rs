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
    builder::Limits,
    transport::{events::EventTransport, AnyTransport},
    Connection, Handle,
};
use crate::{local::Local, trace::Observer, Error, WebSocket};

/// The future of [`connect`](crate::connect), [`Builder::connect`](crate::Builder::connect) and
/// [`WebSocket::open`].
///
/// It listens from the moment it is made. Dropped before it completes, it closes the socket.
#[must_use = "a connection that nobody awaits is closed"]
pub struct Opening(Option<Result<Local<Rc<Handle>>, Error>>);

impl Opening {
    pub(super) fn new(transport: Result<AnyTransport, Error>) -> Self {
        Self(Some(transport.map(Handle::new)))
    }

    /// Of a socket in any state, which other handles may use too, with the default limits.
    pub(crate) fn of_socket(socket: WebSocket) -> Self {
        Self::new(Ok(AnyTransport::Events(EventTransport::new(
            socket,
            Limits::default(),
            true,
            Observer::default(),
        ))))
    }
}

impl Future for Opening {
    type Output = Result<Connection, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(Ok(handle)) = &self.0 {
            if let Err(error) = ready!(handle.poll_open(cx)) {
                self.0 = Some(Err(error));
            }
        }
        match self.0.take() {
            Some(opened) => Poll::Ready(opened.map(Connection::new)),
            None => Poll::Pending,
        }
    }
}

impl FusedFuture for Opening {
    fn is_terminated(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Opening").field(&self.0).finish()
    }
}
