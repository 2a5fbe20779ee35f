//! The futures of the handles' methods.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{ready, Context, Poll},
};

use futures::future::FusedFuture;

use super::shared::Shared;
use crate::{close::Close, task::Ticket, CloseEvent, Error};

/// The future of [`RemoteConnection::closed`](super::RemoteConnection::closed): resolves to how the
/// connection ended.
///
/// It neither keeps the connection open nor depends on the handles, and can be dropped at any time.
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
#[must_use = "futures do nothing unless polled"]
pub struct RemoteClosed {
    /// `None` once it is done.
    shared: Option<Arc<Shared>>,
    ticket: Option<Ticket>,
}

impl RemoteClosed {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared: Some(shared),
            ticket: None,
        }
    }
}

impl Future for RemoteClosed {
    type Output = CloseEvent;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<CloseEvent> {
        let Self { shared, ticket } = &mut *self;
        let Some(waiting) = shared else {
            return Poll::Pending;
        };
        let event = ready!(waiting.poll_closed(ticket, cx));
        waiting.stop_watching(ticket);
        *shared = None;
        Poll::Ready(event)
    }
}

impl FusedFuture for RemoteClosed {
    fn is_terminated(&self) -> bool {
        self.shared.is_none()
    }
}

impl Drop for RemoteClosed {
    fn drop(&mut self) {
        if let Some(shared) = &self.shared {
            shared.stop_watching(&mut self.ticket);
        }
    }
}

impl fmt::Debug for RemoteClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteClosed").finish_non_exhaustive()
    }
}

/// The future of [`RemoteConnection::close`](super::RemoteConnection::close): resolves when the
/// connection is closed.
///
/// # Errors
///
/// [`Error::Closed`] if the close was not clean.
///
/// # Cancel safety
///
/// The close handshake started with the call, and continues if this future is dropped.
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
#[derive(Debug)]
pub struct RemoteClosing(RemoteClosed);

impl RemoteClosing {
    pub(super) fn start(shared: &Arc<Shared>, close: Close) -> Self {
        shared.close(close);
        Self(RemoteClosed::new(Arc::clone(shared)))
    }
}

impl Future for RemoteClosing {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.0).poll(cx).map(CloseEvent::into_result)
    }
}

impl FusedFuture for RemoteClosing {
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}

/// The future of [`RemoteConnection::flush`](super::RemoteConnection::flush): resolves when every
/// message that was sent before the call has left the browser's buffer.
///
/// # Errors
///
/// Those of [`RemoteSender::flush`](super::RemoteSender::flush).
///
/// # Cancel safety
///
/// Dropping it has no effect on what was sent.
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
#[must_use = "futures do nothing unless polled"]
pub struct RemoteFlush {
    shared: Arc<Shared>,
    /// `None` once it is done.
    flush: Option<Result<Ticket, Error>>,
    ticket: Option<Ticket>,
}

impl RemoteFlush {
    pub(super) fn start(shared: &Arc<Shared>) -> Self {
        Self {
            flush: Some(shared.flush()),
            shared: Arc::clone(shared),
            ticket: None,
        }
    }
}

impl Future for RemoteFlush {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let this = &mut *self;
        let result = match &this.flush {
            Some(Ok(flush)) => ready!(this.shared.poll_flushed(*flush, &mut this.ticket, cx)),
            Some(Err(error)) => Err(error.clone()),
            None => return Poll::Pending,
        };
        this.shared.stop_flushing(&mut this.ticket);
        this.flush = None;
        Poll::Ready(result)
    }
}

impl FusedFuture for RemoteFlush {
    fn is_terminated(&self) -> bool {
        self.flush.is_none()
    }
}

impl Drop for RemoteFlush {
    fn drop(&mut self) {
        self.shared.stop_flushing(&mut self.ticket);
    }
}

impl fmt::Debug for RemoteFlush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteFlush").finish_non_exhaustive()
    }
}
