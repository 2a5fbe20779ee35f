//! Does what comes from outside the socket.

use std::pin::Pin;
use std::task::{ready, Context, Poll};

use futures_util::{Stream, StreamExt};

use super::{Behaviour, Data, Step};

/// Takes the steps of a stream, and discards messages.
pub(crate) struct Relay(Pin<Box<dyn Stream<Item = Step> + Send>>);

impl Relay {
    pub(crate) fn new(steps: impl Stream<Item = Step> + Send + 'static) -> Self {
        Self(Box::pin(steps.fuse()))
    }
}

impl Behaviour for Relay {
    fn poll_unprompted(&mut self, cx: &mut Context<'_>) -> Poll<Step> {
        match ready!(self.0.poll_next_unpin(cx)) {
            Some(step) => Poll::Ready(step),
            None => Poll::Pending,
        }
    }

    fn answer(&mut self, _: Data) -> Option<Step> {
        None
    }
}
