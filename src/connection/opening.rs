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
    builder::Builder,
    transport::{event::EventTransport, AnyTransport},
    Connection, Handle, Overflow,
};
use crate::{trace::Observer, Error, WebSocket};

/// The future of [`connect`](crate::connect), [`Builder::connect`](crate::Builder::connect) and
/// [`WebSocket::open`].
///
/// It listens from the moment it is made. Dropped before it is done, it closes the socket.
#[must_use = "a connection that nobody awaits is closed"]
pub struct Opening(Option<Result<Rc<Handle>, Error>>);

impl Opening {
    pub(super) fn new(transport: Result<Rc<dyn AnyTransport>, Error>) -> Self {
        Self(Some(transport.map(Handle::new)))
    }

    /// Of a socket in any state, with what a builder has by default.
    pub(crate) fn of_socket(socket: WebSocket) -> Self {
        Self::new(Ok(Rc::new(EventTransport::new(
            socket,
            Builder::RECEIVE_BUDGET,
            Overflow::Fail,
            Builder::WATERMARKS,
            Observer::default(),
        ))))
    }
}

impl Future for Opening {
    type Output = Result<Connection, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let result = match &self.0 {
            Some(Ok(handle)) => ready!(handle.transport.poll_open(cx)),
            Some(Err(error)) => Err(error.clone()),
            None => return Poll::Pending,
        };
        match self.0.take() {
            Some(Ok(handle)) => Poll::Ready(result.map(|()| Connection::new(handle))),
            Some(Err(error)) => Poll::Ready(Err(error)),
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
