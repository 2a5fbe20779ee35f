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
use crate::CloseEvent;

/// How a connection ended, once it has; the future of
/// [`Connection::closed`](crate::Connection::closed).
///
/// It doesn't keep the connection open, and outlives it.
pub struct Closed(pub(super) Option<Rc<dyn AnyTransport>>);

impl Future for Closed {
    type Output = CloseEvent;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<CloseEvent> {
        let Some(transport) = &self.0 else {
            return Poll::Pending;
        };
        let event = ready!(transport.end().poll_event(cx)).clone();
        self.0 = None;
        Poll::Ready(event)
    }
}

impl FusedFuture for Closed {
    fn is_terminated(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Debug for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let event = self
            .0
            .as_ref()
            .and_then(|transport| transport.end().event());
        f.debug_tuple("Closed").field(&event).finish()
    }
}
