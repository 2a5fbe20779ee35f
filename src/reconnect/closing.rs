//! [`ReconnectingClosing`]: the end of a socket that comes back, as a future
//! ([the close method](https://websockets.spec.whatwg.org/#dom-websocket-close)).

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::future::FusedFuture;

use super::ReconnectingSender;

/// The future of [`Reconnecting::close`](super::Reconnecting::close) and
/// [`ReconnectingSender::close`]: waits until the close handshake is done.
///
/// Closing has started already, and continues if this is dropped.
pub struct ReconnectingClosing {
    /// `None` once it is closed.
    sender: Option<ReconnectingSender>,
}

impl ReconnectingClosing {
    pub(super) fn new(sender: ReconnectingSender) -> Self {
        let sender = Some(sender);
        Self { sender }
    }
}

impl Future for ReconnectingClosing {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(ReconnectingSender { owner, ticket }) = &mut self.sender else {
            return Poll::Pending;
        };
        ready!(owner.0.poll_closed(ticket, cx));
        self.sender = None;
        Poll::Ready(())
    }
}

impl FusedFuture for ReconnectingClosing {
    fn is_terminated(&self) -> bool {
        self.sender.is_none()
    }
}

impl fmt::Debug for ReconnectingClosing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReconnectingClosing")
            .field(&self.sender)
            .finish()
    }
}
