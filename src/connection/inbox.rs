//! [`Inbox`]: what arrived and wasn't read yet, within a budget. Pure, without a browser
//! ([a WebSocket message has been received](https://websockets.spec.whatwg.org/#feedback-from-the-protocol)).

use std::collections::VecDeque;

use crate::message::MESSAGE_COST;

/// A queue that knows what it drops.
///
/// The message at its head is free: an empty queue takes any message, of which the size then
/// needn't be known. So the queue holds what the budget allows and one message more.
pub(super) struct Inbox<T> {
    items: VecDeque<(T, u64)>,
    cost: u64,
    budget: u64,
    evict: Option<Evict<T>>,
    dropped: u64,
    failed: bool,
}

/// Drops the oldest items for one of this cost. Returns what it then costs.
pub(super) type Evict<T> = fn(&mut Inbox<T>, u64) -> u64;

impl<T> Inbox<T> {
    /// It fails when it overflows, or evicts the oldest by [`evict`](Self::evict). That is given to
    /// it, so that an app pays for it, in size, only where it may be needed.
    pub(super) fn new(budget: u64, evict: Option<Evict<T>>) -> Self {
        Self {
            items: VecDeque::new(),
            cost: 0,
            budget,
            evict,
            dropped: 0,
            failed: false,
        }
    }

    /// Queues an item; `size` is asked only if it matters. False if that makes the inbox fail,
    /// after which it takes nothing more.
    pub(super) fn push(&mut self, item: T, size: impl FnOnce(&T) -> u64) -> bool {
        if self.failed {
            self.dropped += 1;
            return true;
        }
        let mut cost = match self.items.is_empty() {
            true => 0,
            false => size(&item).saturating_add(MESSAGE_COST),
        };
        if self.cost.saturating_add(cost) > self.budget {
            let Some(evict) = self.evict else {
                self.dropped += 1;
                self.failed = true;
                return false;
            };
            cost = evict(self, cost);
        }
        self.cost += cost;
        self.items.push_back((item, cost));
        true
    }

    pub(super) fn evict(&mut self, mut cost: u64) -> u64 {
        while self.cost.saturating_add(cost) > self.budget {
            match self.items.pop_front() {
                Some((_, freed)) => self.cost -= freed,
                None => cost = 0,
            }
            self.dropped += u64::from(cost > 0);
        }
        cost
    }

    /// The next item, or how many were dropped at this point.
    pub(super) fn pop(&mut self) -> Option<Result<T, u64>> {
        if self.dropped > 0 && (!self.failed || self.items.is_empty()) {
            return Some(Err(std::mem::take(&mut self.dropped)));
        }
        let (item, cost) = self.items.pop_front()?;
        self.cost -= cost;
        Some(Ok(item))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// What the queued items cost by now.
    #[cfg(feature = "stream")]
    pub(super) fn cost(&self) -> u64 {
        self.cost
    }

    /// Whether what is left is all there will be.
    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Overflow;
    #[cfg(not(target_arch = "wasm32"))]
    use proptest::prelude::*;

    fn evict(overflow: Overflow) -> Option<Evict<u64>> {
        (overflow == Overflow::DropOldest).then_some(Inbox::evict)
    }

    /// Items are their own size, in a budget that has room for two of size 10 behind the head.
    fn inbox(overflow: Overflow) -> Inbox<u64> {
        Inbox::new(2 * (10 + MESSAGE_COST), evict(overflow))
    }

    fn push(inbox: &mut Inbox<u64>, item: u64) -> bool {
        inbox.push(item, |&size| size)
    }

    fn drain(inbox: &mut Inbox<u64>) -> Vec<Result<u64, u64>> {
        std::iter::from_fn(|| inbox.pop()).collect()
    }

    #[test]
    fn an_empty_inbox_takes_any_message_and_does_not_ask_its_size() {
        let mut inbox = inbox(Overflow::Fail);
        for _ in 0..3 {
            assert!(inbox.push(1_000_000, |_| unreachable!("asked")));
            assert_eq!(inbox.pop(), Some(Ok(1_000_000)));
        }
        assert_eq!(inbox.pop(), None);
    }

    #[test]
    fn within_the_budget_all_comes_out_in_order() {
        let mut inbox = inbox(Overflow::Fail);
        for round in 0..100 {
            for item in [7 + round % 3, 8, 9] {
                assert!(push(&mut inbox, item));
            }
            assert_eq!(drain(&mut inbox), [Ok(7 + round % 3), Ok(8), Ok(9)]);
        }
    }

    #[test]
    fn a_failing_inbox_delivers_what_it_had_then_the_number_dropped_then_nothing() {
        for overflow in [Overflow::Fail, Overflow::Close(3001.into())] {
            let mut inbox = inbox(overflow);
            for item in [99, 10, 10] {
                assert!(push(&mut inbox, item));
            }
            assert!(!push(&mut inbox, 0), "fails once");
            assert!(push(&mut inbox, 0));
            assert!(inbox.has_failed());
            assert_eq!(drain(&mut inbox), [Ok(99), Ok(10), Ok(10), Err(2)]);
            assert!(inbox.has_failed());
        }
    }

    #[test]
    fn dropping_the_oldest_is_told_where_they_are_missing() {
        let mut inbox = inbox(Overflow::DropOldest);
        for item in [99, 10, 11, 9] {
            assert!(push(&mut inbox, item));
        }
        // 99 was free; the place of 10 was needed as well.
        assert_eq!(drain(&mut inbox), [Err(2), Ok(11), Ok(9)]);
        assert!(push(&mut inbox, 5));
        assert_eq!(drain(&mut inbox), [Ok(5)]);
        assert!(!inbox.has_failed());
    }

    #[test]
    fn a_message_over_the_budget_drops_all_older_ones_and_is_kept() {
        let mut inbox = inbox(Overflow::DropOldest);
        for item in [1, 2, 1_000_000] {
            assert!(push(&mut inbox, item));
        }
        assert_eq!(drain(&mut inbox), [Err(2), Ok(1_000_000)]);
    }

    #[test]
    fn empty_messages_are_bounded_too() {
        let mut inbox = Inbox::new(10 * MESSAGE_COST, None);
        let taken = (0..).take_while(|_| push(&mut inbox, 0)).count();
        assert_eq!(taken, 11);
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest! {
        #[test]
        fn every_message_comes_out_in_its_place_or_is_counted_there(
            budget in 0..20 * MESSAGE_COST,
            overflow in prop_oneof![
                Just(Overflow::Fail),
                Just(Overflow::DropOldest),
                Just(Overflow::Close(3001.into())),
            ],
            steps in prop::collection::vec(prop_oneof![
                6 => (0..3 * MESSAGE_COST).prop_map(Some),
                1 => prop::num::u64::ANY.prop_map(Some),
                4 => Just(None),
            ], 0..300),
        ) {
            let mut inbox = Inbox::new(budget, evict(overflow));
            let (mut pushed, mut told, mut failures) = (0, 0, 0);
            let mut tell = |inbox: &mut Inbox<u64>| {
                told += match inbox.pop() {
                    Some(Ok(message)) => {
                        prop_assert_eq!(message, told);
                        1
                    }
                    Some(Err(dropped)) => dropped,
                    None => 0,
                };
                Ok(told)
            };
            for step in steps {
                match step {
                    Some(size) => {
                        failures += u32::from(!inbox.push(pushed, |_| size));
                        pushed += 1;
                    }
                    None => prop_assert!(tell(&mut inbox)? <= pushed),
                }
                prop_assert!(inbox.cost() <= budget);
                prop_assert!(inbox.items.len() as u64 <= 1 + budget / MESSAGE_COST);
                prop_assert_eq!(inbox.has_failed(), failures == 1);
            }
            while tell(&mut inbox)? < pushed {}
            prop_assert_eq!(inbox.pop(), None);
            prop_assert_eq!((inbox.cost(), inbox.is_empty()), (0, true));
        }
    }
}
