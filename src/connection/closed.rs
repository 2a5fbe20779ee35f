//! [`Closed`]: the end of a connection, as a future
//! ([the connection is closed](https://websockets.spec.whatwg.org/#closeWebSocket)).

use std::{
    fmt,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{ready, Context, Poll},
};

use futures::future::FusedFuture;

use super::transport::AnyTransport;
use crate::{wake::Ticket, CloseEvent};

/// How a connection ended, once it has; the future of
/// [`Connection::closed`](crate::Connection::closed).
///
/// It doesn't keep the connection open, and outlives it.
pub struct Closed {
    ticket: Ticket,
    /// `None` once it has told.
    transport: Option<Rc<dyn AnyTransport>>,
}

impl Closed {
    pub(super) fn new(transport: &Rc<dyn AnyTransport>) -> Self {
        Self {
            ticket: transport.end().waiting.ticket(),
            transport: Some(Rc::clone(transport)),
        }
    }
}

impl Future for Closed {
    type Output = CloseEvent;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<CloseEvent> {
        let Some(transport) = &self.transport else {
            return Poll::Pending;
        };
        let event = ready!(transport.end().poll_event(self.ticket, cx)).clone();
        self.transport = None;
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
            transport.end().waiting.give_back(self.ticket);
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
