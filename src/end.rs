//! [`End`]: the moment after which nothing happens to a socket any more
//! ([the connection is closed](https://websockets.spec.whatwg.org/#closeWebSocket)).

use std::{
    cell::OnceCell,
    task::{Context, Poll},
};

use crate::{
    wake::{Places, Ticket},
    CloseEvent,
};

/// Set once, by the close event, and waited for by any number of tasks.
#[derive(Default)]
pub(crate) struct End {
    /// Without an event where that had passed before anybody listened.
    reached: OnceCell<Option<CloseEvent>>,
    pub(crate) waiting: Places,
}

impl End {
    /// Only the first time counts: a script can dispatch close events of its own.
    pub(crate) fn reach(&self, event: Option<CloseEvent>) {
        if self.reached.set(event).is_ok() {
            self.waiting.wake();
        }
    }

    pub(crate) fn is_reached(&self) -> bool {
        self.reached.get().is_some()
    }

    pub(crate) fn event(&self) -> Option<&CloseEvent> {
        self.reached.get()?.as_ref()
    }

    /// Has the ticket's last task woken.
    pub(crate) fn poll_event(&self, ticket: Ticket, cx: &Context<'_>) -> Poll<&CloseEvent> {
        match self.event() {
            Some(event) => Poll::Ready(event),
            None => {
                self.waiting.register(ticket, cx);
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_end_counts() {
        let end = End::default();
        assert!(!end.is_reached());
        end.reach(None);
        assert!(end.is_reached() && end.event().is_none());
    }
}
