//! [`Backlog`]: what waits to be sent, within a budget. Pure, without a browser
//! ([the send method](https://websockets.spec.whatwg.org/#dom-websocket-send), which takes nothing
//! while there is no connection).

use std::collections::VecDeque;

use crate::message::MESSAGE_COST;

/// What happens to a message that is sent while there is no connection and the
/// [budget](super::ReconnectingBuilder::backlog) is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WhenFull {
    /// It is given back at once.
    Fail,
    /// The oldest messages make room for it, and are given back.
    DropOldest,
    /// It waits: its `send` is done later, and the sink isn't ready.
    Wait,
}

/// A queue of which the oldest come first, and each can be taken back by its ticket.
pub(super) struct Backlog<T> {
    items: VecDeque<Place<T>>,
    cost: u64,
    budget: u64,
    last_ticket: Ticket,
}

pub(super) type Ticket = u64;

/// An item with its ticket and its cost.
pub(super) type Place<T> = (Ticket, u64, T);

impl<T> Backlog<T> {
    pub(super) fn new(budget: u64) -> Self {
        Self {
            items: VecDeque::new(),
            cost: 0,
            budget,
            last_ticket: 0,
        }
    }

    /// Whether an item of this size is queued, and not given back.
    pub(super) fn takes(&self, size: u64, when_full: WhenFull) -> bool {
        when_full != WhenFull::Fail || self.fits(size.saturating_add(MESSAGE_COST))
    }

    /// Queues an item of this size. Returns its ticket and the evicted items, the oldest first, or
    /// gives the item back. One item always has room.
    pub(super) fn push(
        &mut self,
        item: T,
        size: u64,
        when_full: WhenFull,
    ) -> Result<(Ticket, Vec<T>), T> {
        let cost = size.saturating_add(MESSAGE_COST);
        let mut displaced = Vec::new();
        if !self.fits(cost) {
            match when_full {
                // Who sends is held back by waiting for the end of it.
                WhenFull::Wait => {}
                WhenFull::DropOldest => {
                    while !self.fits(cost) {
                        displaced.extend(self.pop().map(|(.., item)| item));
                    }
                }
                WhenFull::Fail => return Err(item),
            }
        }
        self.last_ticket += 1;
        self.cost = self.cost.saturating_add(cost);
        self.items.push_back((self.last_ticket, cost, item));
        Ok((self.last_ticket, displaced))
    }

    fn fits(&self, cost: u64) -> bool {
        self.items.is_empty() || self.cost.saturating_add(cost) <= self.budget
    }

    /// Whether not even an empty message has room.
    pub(super) fn is_full(&self) -> bool {
        !self.fits(MESSAGE_COST)
    }

    pub(super) fn pop(&mut self) -> Option<Place<T>> {
        self.take(0)
    }

    /// Takes an item out, unless it has gone before.
    pub(super) fn withdraw(&mut self, ticket: Ticket) -> Option<T> {
        // The tickets are in order.
        let found = self
            .items
            .binary_search_by_key(&ticket, |(ticket, ..)| *ticket);
        self.take(found.ok()?).map(|(.., item)| item)
    }

    fn take(&mut self, index: usize) -> Option<Place<T>> {
        let place = self.items.remove(index)?;
        self.cost = self.cost.saturating_sub(place.1);
        Some(place)
    }

    /// Puts back what was popped and could not be sent after all.
    pub(super) fn put_back(&mut self, (ticket, cost, item): Place<T>) {
        self.cost = self.cost.saturating_add(cost);
        self.items.push_front((ticket, cost, item));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(not(target_arch = "wasm32"))]
    use proptest::prelude::*;

    /// Items are their own size, and two of size 10 have room.
    fn backlog() -> Backlog<u64> {
        Backlog::new(2 * (10 + MESSAGE_COST))
    }

    type Pushed = Result<(Ticket, Vec<u64>), u64>;

    fn push(backlog: &mut Backlog<u64>, item: u64, when_full: WhenFull) -> Pushed {
        backlog.push(item, item, when_full)
    }

    fn ticket(pushed: Pushed) -> Ticket {
        pushed.unwrap().0
    }

    fn displaced(pushed: Pushed) -> Vec<u64> {
        pushed.unwrap().1
    }

    fn pop(backlog: &mut Backlog<u64>) -> Option<u64> {
        backlog.pop().map(|(.., item)| item)
    }

    fn drain(backlog: &mut Backlog<u64>) -> Vec<u64> {
        std::iter::from_fn(|| pop(backlog)).collect()
    }

    #[test]
    fn a_single_item_always_has_room() {
        for when_full in [WhenFull::Fail, WhenFull::DropOldest, WhenFull::Wait] {
            let mut backlog = backlog();
            let pushed = push(&mut backlog, u64::MAX, when_full);
            assert_eq!(displaced(pushed), [0; 0]);
            assert_eq!(drain(&mut backlog), [u64::MAX]);
            assert!(!backlog.is_full());
        }
    }

    #[test]
    fn a_full_backlog_refuses_the_new_one() {
        let (mut backlog, when_full) = (backlog(), WhenFull::Fail);
        for item in [10, 10] {
            ticket(push(&mut backlog, item, when_full));
        }
        assert!(!backlog.takes(0, when_full) && backlog.takes(0, WhenFull::DropOldest));
        assert_eq!(push(&mut backlog, 0, when_full), Err(0));
        assert_eq!(drain(&mut backlog), [10, 10]);
    }

    #[test]
    fn the_oldest_make_room() {
        let (mut backlog, when_full) = (backlog(), WhenFull::DropOldest);
        for item in [9, 10] {
            assert_eq!(displaced(push(&mut backlog, item, when_full)), [0; 0]);
        }
        assert_eq!(displaced(push(&mut backlog, 8, when_full)), [9]);
        assert_eq!(displaced(push(&mut backlog, 70, when_full)), [10, 8]);
        assert_eq!(drain(&mut backlog), [70]);
    }

    #[test]
    fn who_can_wait_is_told_to_and_who_can_not_is_queued() {
        let (mut backlog, when_full) = (backlog(), WhenFull::Wait);
        assert!(!backlog.is_full());
        for item in [10, 10] {
            ticket(push(&mut backlog, item, when_full));
        }
        assert!(backlog.is_full());
        assert!(push(&mut backlog, 10, when_full).is_ok());
        assert_eq!(pop(&mut backlog), Some(10));
        assert!(backlog.is_full());
        assert_eq!(pop(&mut backlog), Some(10));
        assert!(!backlog.is_full());
    }

    #[test]
    fn an_item_is_taken_back_once() {
        let (mut backlog, when_full) = (backlog(), WhenFull::Fail);
        let one = ticket(push(&mut backlog, 1, when_full));
        let two = ticket(push(&mut backlog, 2, when_full));
        assert_eq!(backlog.withdraw(one), Some(1));
        assert_eq!(backlog.withdraw(one), None);
        assert_eq!(pop(&mut backlog), Some(2));
        assert_eq!(backlog.withdraw(two), None);
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest! {
        #[test]
        fn every_item_comes_out_once_in_order_and_the_budget_holds(
            steps in prop::collection::vec((0u8..4, 0u64..40), 0..200),
            policy in 0usize..2,
        ) {
            let when_full = [WhenFull::Fail, WhenFull::DropOldest][policy];
            let mut backlog = backlog();
            let (mut pushed, mut popped, mut given_back) = (0u64, Vec::new(), Vec::new());
            let mut tickets = Vec::new();
            for (step, size) in steps {
                match step {
                    0 => popped.extend(pop(&mut backlog)),
                    1 if !tickets.is_empty() => {
                        let ticket = tickets.remove(size as usize % tickets.len());
                        given_back.extend(backlog.withdraw(ticket));
                    }
                    _ => {
                        match backlog.push(pushed, size, when_full) {
                            Ok((ticket, displaced)) => {
                                tickets.push(ticket);
                                given_back.extend(displaced);
                            }
                            Err(refused) => given_back.push(refused),
                        }
                        pushed += 1;
                    }
                }
                prop_assert!(backlog.items.len() <= 1 || backlog.cost <= backlog.budget);
            }
            popped.extend(drain(&mut backlog));
            prop_assert_eq!(backlog.cost, 0);
            prop_assert!(popped.windows(2).all(|pair| pair[0] < pair[1]));
            let mut all = [popped, given_back].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..pushed).collect::<Vec<_>>());
        }
    }
}
