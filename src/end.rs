//! [`End`]: the moment after which nothing happens to a socket any more
//! ([the connection is closed](https://websockets.spec.whatwg.org/#closeWebSocket)).

use std::{
    cell::{Cell, OnceCell, RefCell},
    task::{Context, Poll, Waker},
};

use crate::CloseEvent;

/// Set once, by the close event, and waited for by any number of tasks.
#[derive(Default)]
pub(crate) struct End {
    /// Without an event where that had passed before anybody listened.
    reached: OnceCell<Option<CloseEvent>>,
    /// Each with its ticket, to be given back: this may take as long as the connection lasts.
    waiting: RefCell<Vec<(Ticket, Waker)>>,
    last_ticket: Cell<Ticket>,
}

pub(crate) type Ticket = u64;

impl End {
    /// Only the first time counts: a script can dispatch close events of its own.
    pub(crate) fn reach(&self, event: Option<CloseEvent>) {
        if self.reached.set(event).is_ok() {
            for (_, waker) in self.waiting.take() {
                waker.wake();
            }
        }
    }

    pub(crate) fn is_reached(&self) -> bool {
        self.reached.get().is_some()
    }

    pub(crate) fn event(&self) -> Option<&CloseEvent> {
        self.reached.get()?.as_ref()
    }

    /// The ticket of one who waits.
    pub(crate) fn ticket(&self) -> Ticket {
        self.last_ticket.set(self.last_ticket.get() + 1);
        self.last_ticket.get()
    }

    /// Has the ticket's last task woken.
    pub(crate) fn poll_event(&self, ticket: Ticket, cx: &Context<'_>) -> Poll<&CloseEvent> {
        if let Some(event) = self.event() {
            return Poll::Ready(event);
        }
        self.give_back(ticket);
        let waker = cx.waker().clone();
        self.waiting.borrow_mut().push((ticket, waker));
        Poll::Pending
    }

    pub(crate) fn give_back(&self, ticket: Ticket) {
        let place = {
            let mut waiting = self.waiting.borrow_mut();
            let index = waiting.iter().position(|(other, _)| *other == ticket);
            index.map(|index| waiting.swap_remove(index))
        };
        // A waker may own what it wakes, so this is done with no borrow held.
        drop(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_goes_leaves_nothing_behind() {
        let end = End::default();
        let cx = Context::from_waker(Waker::noop());
        for _ in 0..3 {
            let (one, two) = (end.ticket(), end.ticket());
            for ticket in [one, two, one, two] {
                assert!(end.poll_event(ticket, &cx).is_pending());
            }
            assert_eq!(end.waiting.borrow().len(), 2);
            end.give_back(one);
            end.give_back(two);
            assert_eq!(end.waiting.borrow().len(), 0);
        }
    }

    #[test]
    fn only_the_first_end_counts() {
        let end = End::default();
        assert!(!end.is_reached());
        end.reach(None);
        assert!(end.is_reached() && end.event().is_none());
    }
}
