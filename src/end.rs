//! [`End`]: the moment after which nothing happens to a socket any more
//! ([the connection is closed](https://websockets.spec.whatwg.org/#closeWebSocket)).

use std::{
    cell::OnceCell,
    task::{Context, Poll},
};

use crate::{
    task::{Ticket, Waiters},
    CloseEvent,
};

/// Set once, and waited for by any number of tasks.
#[derive(Default)]
pub(crate) struct End {
    /// Without an event where that had passed before anybody listened.
    reached: OnceCell<Option<CloseEvent>>,
    pub(crate) waiters: Waiters,
}

impl End {
    /// Only the first time counts. Nobody is woken.
    pub(crate) fn set(&self, event: Option<CloseEvent>) {
        let _ = self.reached.set(event);
    }

    /// Sets the end and wakes those who wait for it.
    #[cfg(any(feature = "stream", feature = "test-util"))]
    pub(crate) fn reach(&self, event: CloseEvent) {
        self.set(Some(event));
        self.waiters.wake_all();
    }

    pub(crate) fn is_reached(&self) -> bool {
        self.reached.get().is_some()
    }

    pub(crate) fn event(&self) -> Option<&CloseEvent> {
        self.reached.get()?.as_ref()
    }

    /// Waits for the event in the place of this ticket.
    pub(crate) fn poll_event(
        &self,
        ticket: &mut Option<Ticket>,
        cx: &Context<'_>,
    ) -> Poll<&CloseEvent> {
        if self.event().is_none() {
            self.waiters.enter(ticket, cx);
        }
        // Entering clones a waker, which may run the code that brings the end.
        let Some(event) = self.event() else {
            return Poll::Pending;
        };
        self.waiters.leave(ticket);
        Poll::Ready(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_end_counts() {
        let end = End::default();
        assert!(!end.is_reached());
        end.set(None);
        assert!(end.is_reached() && end.event().is_none());
    }
}
