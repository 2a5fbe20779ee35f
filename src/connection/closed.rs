//! [`Closed`] and [`Closing`]: the end of a connection, as futures
//! ([the connection is closed](https://websockets.spec.whatwg.org/#closeWebSocket)).

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::future::FusedFuture;

use super::transport::AnyTransport;
use crate::{local::Local, task::Ticket, CloseEvent, Error};

/// A future of the [`CloseEvent`] with which a connection ends, returned by
/// [`Connection::closed`](crate::Connection::closed).
///
/// It doesn't keep the connection open, and it outlives the connection.
pub struct Closed {
    ticket: Option<Ticket>,
    /// `None` once it has completed.
    transport: Option<Local<AnyTransport>>,
}

impl Closed {
    pub(super) fn new(transport: &Local<AnyTransport>) -> Self {
        Self {
            ticket: None,
            transport: Some(transport.clone()),
        }
    }
}

impl Future for Closed {
    type Output = CloseEvent;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<CloseEvent> {
        let Self { ticket, transport } = &mut *self;
        let Some(open) = transport else {
            return Poll::Pending;
        };
        open.advance();
        let event = ready!(open.end().poll_event(ticket, cx)).clone();
        *transport = None;
        Poll::Ready(event)
    }
}

impl FusedFuture for Closed {
    fn is_terminated(&self) -> bool {
        self.transport.is_none()
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        if let Some(transport) = &self.transport {
            transport.end().waiters.leave(&mut self.ticket);
        }
    }
}

impl fmt::Debug for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transport = self.transport.as_ref();
        let event = transport.and_then(|transport| transport.end().event());
        f.debug_tuple("Closed").field(&event).finish()
    }
}

/// A future of the end of a connection that is being closed, returned by
/// [`Connection::close`](crate::Connection::close).
///
/// The close handshake started with that call and goes on if this is dropped.
///
/// # Errors
///
/// [`Error::Closed`] if the connection does not end cleanly.
#[derive(Debug)]
pub struct Closing(Closed);

impl Closing {
    pub(super) fn new(closed: Closed) -> Self {
        Self(closed)
    }
}

impl Future for Closing {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(CloseEvent::into_result)
    }
}

impl FusedFuture for Closing {
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}
