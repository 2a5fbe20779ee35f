//! [`End`]: the moment after which nothing happens to a socket any more
//! ([the connection is closed](https://websockets.spec.whatwg.org/#closeWebSocket)).

use std::{
    cell::{OnceCell, RefCell},
    rc::Weak,
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
    followers: RefCell<Vec<Weak<dyn Follower>>>,
}

/// What has tasks of its own to wake at the end.
pub(crate) trait Follower {
    fn at_end(&self);
}

impl End {
    /// Only the first time counts.
    pub(crate) fn reach(&self, event: Option<CloseEvent>) {
        if self.reached.set(event).is_err() {
            return;
        }
        let followers = self.followers.take();
        for follower in followers.iter().filter_map(Weak::upgrade) {
            follower.at_end();
        }
        self.waiters.wake_all();
    }

    /// Has `follower` told of the end as long as it lives.
    pub(crate) fn follow(&self, follower: Weak<dyn Follower>) {
        let mut followers = self.followers.borrow_mut();
        followers.retain(|follower| follower.strong_count() > 0);
        followers.push(follower);
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
        match self.event() {
            Some(event) => {
                self.waiters.leave(ticket);
                Poll::Ready(event)
            }
            None => {
                self.waiters.enter(ticket, cx);
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
