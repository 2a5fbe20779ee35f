//! Wakers and the queue in which tasks wait: none is cloned, woken or dropped while something is
//! borrowed, since each of these may run the caller's code.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    mem,
    task::{Context, Waker},
};

use crate::{local::Local, unwind::contain};

/// Wakes a task. A waker that panics keeps nobody else from being woken.
pub(crate) fn wake(waker: Waker) {
    let _ = contain(|| waker.wake());
}

/// The waker of one task, the last that registered.
#[derive(Default)]
pub(crate) struct WakerSlot {
    waker: Cell<Option<Waker>>,
    /// Whether nobody was there to be woken.
    was_missed: Cell<bool>,
}

impl WakerSlot {
    pub(crate) fn register(&self, cx: &Context<'_>) {
        // Taken out and put back, so that the same task costs no clone.
        let waker = match self.waker.take() {
            Some(waker) if waker.will_wake(cx.waker()) => waker,
            old => {
                self.was_missed.set(false);
                let waker = cx.waker().clone();
                drop(old);
                waker
            }
        };
        self.waker.set(Some(waker));
        // The clone may have run code that brings what is waited for.
        if self.was_missed.take() {
            self.wake();
        }
    }

    pub(crate) fn wake(&self) {
        match self.waker.take() {
            Some(waker) => wake(waker),
            None => self.was_missed.set(true),
        }
    }
}

/// The place of a waiter in a [`WaitQueue`]. Earlier places have smaller numbers.
pub(crate) type Ticket = u64;

/// A waker that is missing was taken to wake the waiter.
type Waiter = (Ticket, Option<Waker>);

/// A fair queue of waiters: first come, first served. Pure, so that a cell or a lock can hold it.
///
/// Only the first waiter is woken. One that was woken keeps its place until it leaves, or until it
/// is [skipped](Self::skip), so that a task which is never polled again holds nobody up.
///
/// Whoever calls these methods wakes or drops the wakers that they return once the queue is no
/// longer borrowed.
#[derive(Default)]
pub(crate) struct WaitQueue {
    /// In the order of their tickets.
    waiters: VecDeque<Waiter>,
    last_ticket: Ticket,
}

impl WaitQueue {
    pub(crate) fn is_empty(&self) -> bool {
        self.waiters.is_empty()
    }

    /// Whether nobody waits ahead of this ticket or, without one, ahead of a newcomer.
    pub(crate) fn is_first(&self, ticket: Option<Ticket>) -> bool {
        match (self.waiters.front(), ticket) {
            (Some((first, _)), Some(ticket)) => ticket <= *first,
            (Some(_), None) => false,
            (None, _) => true,
        }
    }

    /// Registers a waker, at the end of the queue for a newcomer and in its old place otherwise.
    /// Returns the ticket, and a waker to drop.
    pub(crate) fn enter(
        &mut self,
        ticket: Option<Ticket>,
        waker: Waker,
    ) -> (Ticket, Option<Waker>) {
        let ticket = ticket.unwrap_or_else(|| {
            self.last_ticket += 1;
            self.last_ticket
        });
        let mut index = self.find(ticket);
        let mut waiter = (ticket, Some(waker));
        // Only one that was skipped comes before others. `insert` would be much more code.
        while let Some(place) = self.waiters.get_mut(index) {
            mem::swap(place, &mut waiter);
            if waiter.0 == ticket {
                return waiter;
            }
            index += 1;
        }
        self.waiters.push_back(waiter);
        (ticket, None)
    }

    /// Gives up a place. Returns a waker to drop, and whether another waiter is the first now.
    pub(crate) fn leave(&mut self, ticket: Ticket) -> (Option<Waker>, bool) {
        let index = self.find(ticket);
        match self.waiters.get(index) {
            Some((found, _)) if *found == ticket => {}
            _ => return (None, false),
        }
        // It is the first, unless it was cancelled. `remove` would be much more code.
        let mut left = self.waiters.pop_front();
        for place in 0..index {
            if let (Some(place), Some(left)) = (self.waiters.get_mut(place), &mut left) {
                mem::swap(place, left);
            }
        }
        let waker = left.and_then(|(_, waker)| waker);
        (waker, index == 0 && !self.waiters.is_empty())
    }

    /// Takes the waker of the first waiter; `None` if it was woken and has not been polled since.
    pub(crate) fn take_first(&mut self) -> Option<Waker> {
        self.waiters.front_mut()?.1.take()
    }

    /// Lets the others pass a first waiter that was woken and has not been polled since. It keeps
    /// its ticket, and so comes before them once it is polled.
    pub(crate) fn skip(&mut self) {
        if matches!(self.waiters.front(), Some((_, None))) {
            self.waiters.pop_front();
        }
    }

    /// Takes the wakers of all waiters, first come first.
    #[cfg(any(feature = "remote", feature = "test-util", test))]
    pub(crate) fn take_all(&mut self) -> Vec<Waker> {
        let wakers = self.waiters.iter_mut();
        wakers.filter_map(|(_, waker)| waker.take()).collect()
    }

    /// Empties the queue. All keep their tickets, as one that was skipped does.
    pub(crate) fn empty(&mut self) -> VecDeque<Waiter> {
        mem::take(&mut self.waiters)
    }

    /// The first place that isn't ahead of this ticket.
    fn find(&self, ticket: Ticket) -> usize {
        let (mut start, mut end) = (0, self.waiters.len());
        while start < end {
            let middle = (start + end) / 2;
            match self.waiters.get(middle) {
                Some((earlier, _)) if *earlier < ticket => start = middle + 1,
                _ => end = middle,
            }
        }
        start
    }
}

/// A [`WaitQueue`] of one thread.
#[derive(Default)]
pub(crate) struct Waiters(Local<RefCell<WaitQueue>>);

impl Waiters {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(crate) fn is_first(&self, ticket: Option<Ticket>) -> bool {
        self.0.borrow().is_first(ticket)
    }

    /// Waits in the place of this ticket, which it sets for a newcomer.
    pub(crate) fn enter(&self, ticket: &mut Option<Ticket>, cx: &Context<'_>) {
        let waker = cx.waker().clone();
        let (entered, old) = self.0.borrow_mut().enter(*ticket, waker);
        *ticket = Some(entered);
        drop(old);
    }

    /// Gives up the place, if there is one, and wakes the next waiter if that was the first.
    pub(crate) fn leave(&self, ticket: &mut Option<Ticket>) {
        if let Some(ticket) = ticket.take() {
            let (old, has_moved_up) = self.0.borrow_mut().leave(ticket);
            if has_moved_up {
                self.wake_first();
            }
            drop(old);
        }
    }

    /// Returns whether there was one to wake.
    pub(crate) fn wake_first(&self) -> bool {
        let waker = self.0.borrow_mut().take_first();
        let is_woken = waker.is_some();
        if let Some(waker) = waker {
            wake(waker);
        }
        is_woken
    }

    /// Wakes the first waiter, or the one after it if the first was woken and didn't come. Returns
    /// whether there was one to wake.
    pub(crate) fn wake_next(&self) -> bool {
        self.0.borrow_mut().skip();
        self.wake_first()
    }

    /// Wakes all waiters, which give up their places until they wait again.
    pub(crate) fn wake_all(&self) {
        let waiters = self.0.borrow_mut().empty();
        for (_, waker) in waiters {
            if let Some(waker) = waker {
                wake(waker);
            }
        }
    }

    /// Wakes all waiters, which keep their places.
    #[cfg(feature = "test-util")]
    pub(crate) fn wake_each(&self) {
        let wakers = self.0.borrow_mut().take_all();
        for waker in wakers {
            wake(waker);
        }
    }
}

/// The place of one future among [`Waiters`], given up when it is dropped.
pub(crate) struct Place<'a> {
    waiters: &'a Waiters,
    pub(crate) ticket: Option<Ticket>,
}

impl<'a> Place<'a> {
    pub(crate) fn new(waiters: &'a Waiters) -> Self {
        Self {
            waiters,
            ticket: None,
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waiters.leave(&mut self.ticket);
    }
}

#[cfg(test)]
pub(crate) mod tests;
