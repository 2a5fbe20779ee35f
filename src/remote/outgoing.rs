//! [`Outgoing`]: what waits to be sent, and in which order. Pure, so that threads can test it.

use std::{collections::VecDeque, task::Waker};

use super::{OwnedMessage, CAPACITY};
use crate::task::{self, Ticket, WaitQueue};

/// What is left to do once the lock is released.
#[derive(Default)]
pub(super) struct Deferred {
    wake: Vec<Waker>,
    discard: Vec<Waker>,
}

impl Deferred {
    pub(super) fn wake(&mut self, waker: impl IntoIterator<Item = Waker>) {
        self.wake.extend(waker);
    }

    pub(super) fn discard(&mut self, waker: impl IntoIterator<Item = Waker>) {
        self.discard.extend(waker);
    }

    pub(super) fn run(self) {
        drop(self.discard);
        for waker in self.wake {
            task::wake(waker);
        }
    }
}

/// What the socket's thread does next.
pub(super) enum Item {
    Message(OwnedMessage),
    /// What was queued before this flush has been sent.
    Flush(Ticket),
}

/// A bounded queue of messages and flushes, with a fair queue of senders before it.
///
/// Each call has a ticket, and what is queued is in the order of tickets. A sender that was woken
/// and isn't polled lets the others pass: whenever a message is taken, or nothing is left to take,
/// the next one is woken. Once it is polled it goes first, and its message comes before those of
/// later calls that are still queued.
#[derive(Default)]
pub(super) struct Outgoing {
    /// In the order of tickets; a flush has no message.
    items: VecDeque<(Ticket, Option<OwnedMessage>)>,
    messages: usize,
    waiting: WaitQueue,
    last_ticket: Ticket,
}

impl Outgoing {
    fn has_room(&self) -> bool {
        self.messages < CAPACITY
    }

    /// Whether this ticket, or a call without one, may queue a message now.
    pub(super) fn may_push(&self, ticket: Option<Ticket>) -> bool {
        self.has_room() && self.waiting.is_first(ticket)
    }

    pub(super) fn wait(&mut self, ticket: &mut Option<Ticket>, waker: Waker, to: &mut Deferred) {
        let ticket = *ticket.get_or_insert_with(|| self.next_ticket());
        to.discard(self.waiting.enter(Some(ticket), waker).1);
    }

    /// Gives up the place of a ticket among those that wait.
    pub(super) fn leave(&mut self, ticket: Option<Ticket>, to: &mut Deferred) {
        if let Some(ticket) = ticket {
            to.discard(self.waiting.leave(ticket).0);
        }
        if self.has_room() {
            to.wake(self.waiting.take_first());
        }
    }

    /// Queues a message in the place of its ticket.
    pub(super) fn push(&mut self, ticket: Option<Ticket>, message: OwnedMessage) {
        let ticket = ticket.unwrap_or_else(|| self.next_ticket());
        let index = self.items.partition_point(|(other, _)| *other < ticket);
        self.items.insert(index, (ticket, Some(message)));
        self.messages += 1;
    }

    /// Queues a flush, or joins the one that comes last.
    pub(super) fn push_flush(&mut self) -> Ticket {
        match self.items.back() {
            Some((ticket, None)) => *ticket,
            _ => {
                let ticket = self.next_ticket();
                self.items.push_back((ticket, None));
                ticket
            }
        }
    }

    /// Whether a message comes next.
    pub(super) fn is_message_next(&self) -> bool {
        matches!(self.items.front(), Some((_, Some(_))))
    }

    pub(super) fn pop(&mut self, to: &mut Deferred) -> Option<Item> {
        Some(match self.items.pop_front()? {
            (_, Some(message)) => {
                self.messages -= 1;
                self.wake_next(to);
                Item::Message(message)
            }
            (ticket, None) => Item::Flush(ticket),
        })
    }

    /// Wakes the first of those that wait, or the one after it if the first was woken and hasn't
    /// come. False if nobody waits.
    pub(super) fn wake_next(&mut self, to: &mut Deferred) -> bool {
        self.waiting.skip();
        to.wake(self.waiting.take_first());
        !self.waiting.is_empty()
    }

    /// Wakes all that wait, since nothing more is queued.
    pub(super) fn wake_all(&mut self, to: &mut Deferred) {
        to.wake(self.waiting.take_all());
    }

    fn next_ticket(&mut self) -> Ticket {
        self.last_ticket += 1;
        self.last_ticket
    }

    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn len(&self) -> usize {
        self.messages
    }

    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn nobody_waits(&self) -> bool {
        self.waiting.is_empty()
    }
}
