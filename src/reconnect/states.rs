//! [`States`]: the state of a socket that comes back, for a status lamp
//! ([readyState](https://websockets.spec.whatwg.org/#dom-websocket-readystate)).

use std::{
    fmt,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use futures::stream::{FusedStream, Stream};

use super::{event::State, shared::Shared};
use crate::{local::Local, task::Ticket};

/// The state as it is, and then as it becomes; the stream of
/// [`Reconnecting::states`](super::Reconnecting::states).
///
/// Who looks late gets the latest state and none of those between. It ends behind
/// [`State::Closed`]. It doesn't keep the socket open.
#[must_use = "a stream does nothing unless polled"]
pub struct States {
    shared: Local<Rc<Shared>>,
    /// How many changes were seen; none of the state at the start.
    seen: Option<u64>,
    ended: bool,
    ticket: Option<Ticket>,
}

impl States {
    pub(super) fn new(shared: &Rc<Shared>) -> Self {
        Self {
            shared: Local::new(Rc::clone(shared)),
            seen: None,
            ended: false,
            ticket: None,
        }
    }
}

impl Stream for States {
    type Item = State;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<State>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let this = &mut *self;
        let changes = Some(this.shared.changes());
        if this.seen == changes {
            this.shared.watchers.enter(&mut this.ticket, cx);
            return Poll::Pending;
        }
        this.shared.watchers.leave(&mut this.ticket);
        this.seen = changes;
        let state = this.shared.state();
        this.ended = state == State::Closed;
        Poll::Ready(Some(state))
    }
}

impl FusedStream for States {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl Drop for States {
    fn drop(&mut self) {
        self.shared.watchers.leave(&mut self.ticket);
    }
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("States").field(&self.shared.state()).finish()
    }
}
