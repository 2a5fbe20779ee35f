//! [`RemoteReceiver`]: the receiving half, for any thread.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{ready, Context, Poll},
};

use futures::{stream::FusedStream, Stream};

use super::{shared::Shared, Handle, OwnedMessage, RemoteClosed};
use crate::{CloseCode, Error};

/// The receiving half of a [`RemoteConnection`](super::RemoteConnection), for any thread: a `Stream`
/// of [`OwnedMessage`]s.
///
/// It ends as the stream of a [`Connection`](crate::Connection) does: with `None` after a clean
/// close, and with one [`Error::Closed`] before that after an unclean one. A Blob is read before
/// it is delivered, in order; [`Error::Exception`] takes the place of one that can't be read.
///
/// # Drop
///
/// Messages that arrive later are discarded. The connection closes when its last sender is dropped
/// too.
#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
pub struct RemoteReceiver {
    handle: Arc<Handle>,
    ended: bool,
}

impl RemoteReceiver {
    pub(super) fn new(handle: Arc<Handle>) -> Self {
        Self {
            handle,
            ended: false,
        }
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Starts the close handshake with a code and a reason, as
    /// [`RemoteSender::close_with`](super::RemoteSender::close_with) does.
    ///
    /// # Errors
    ///
    /// Those of [`WebSocket::close_with`](crate::WebSocket::close_with).
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        self.handle.close_with(code, reason)
    }

    /// Waits until the connection has ended, and returns how.
    pub fn closed(&self) -> RemoteClosed {
        self.handle.closed()
    }

    /// Returns what the stream has now, without a task: `Poll::Pending` if nothing has arrived that
    /// wasn't read, and otherwise what `poll_next` returns.
    ///
    /// No waker is registered. A task that waits for the next message is still woken by it.
    ///
    /// This method hides the one of that name of `TryStreamExt`, which is
    /// `TryStreamExt::try_next(&mut receiver)` then.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub fn try_next(&mut self) -> Poll<Option<Result<OwnedMessage, Error>>> {
        self.next_by(Shared::try_next)
    }

    fn next_by(
        &mut self,
        next: impl FnOnce(&Shared) -> Poll<Option<Result<OwnedMessage, Error>>>,
    ) -> Poll<Option<Result<OwnedMessage, Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let next = ready!(next(&self.handle.0));
        self.ended = next.is_none();
        Poll::Ready(next)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
impl Stream for RemoteReceiver {
    type Item = Result<OwnedMessage, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.next_by(|shared| shared.poll_next(cx))
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "remote")))]
impl FusedStream for RemoteReceiver {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl Drop for RemoteReceiver {
    fn drop(&mut self) {
        self.handle.0.stop_listening();
    }
}

impl fmt::Debug for RemoteReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteReceiver").finish_non_exhaustive()
    }
}
